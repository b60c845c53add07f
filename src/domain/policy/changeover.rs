//! The changeover: what a change of instances takes, from the stop of one job to the training of the
//! next.

use jiff::SignedDuration;

use crate::domain::job::Job;
use crate::domain::run::Run;
use crate::domain::spec::capacity::Target;
use crate::domain::spec::pool::Market;

/// The work that is lost with a stretch of training that is cut short, at most: what the spec says of a
/// changeover covers it too, beside the longest way to training that was measured.
#[must_use]
pub fn lost_at_most(run: &Run, target: &Target, job: &Job) -> SignedDuration {
    let setup = job.longest_setup().max(run.history.totals.longest_setup);
    (target.changeover - SignedDuration::from_secs(setup)).max(SignedDuration::ZERO)
}

/// What a changeover is believed to take: what the spec says, or what was measured, if that is longer.
/// Work that is lost can't be measured; what the spec says has to cover it.
///
/// A target is met for certain only if this is the longest one ("Can't Be Late", NSDI 2024, A.4).
#[must_use]
pub fn believed(run: &Run, target: &Target) -> SignedDuration {
    let totals = &run.history.totals;
    let job = run.live().and_then(|live| live.job.as_ref());
    let setup = job.map_or(0, |job| job.setup_seconds).max(totals.longest_setup);
    let on_demand = run.live().filter(|live| live.market == Market::OnDemand);
    let launch = on_demand.and(job).map_or(0, |job| job.launch_seconds).max(totals.longest_launch);
    let measured = totals.longest_stop.saturating_add(launch).saturating_add(setup);
    target.changeover.max(SignedDuration::from_secs(measured))
}
