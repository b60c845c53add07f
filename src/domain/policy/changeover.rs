//! The changeover: what a change of instances takes, from the stop of one job to the training of the
//! next.

use jiff::SignedDuration;

use crate::domain::run::Run;
use crate::domain::run::job_snapshot::JobSnapshot;
use crate::domain::spec::capacity::Target;

/// What a changeover is believed to take: what the spec says, or what was measured, if that is longer.
/// Work that is lost can't be measured; what the spec says has to cover it.
///
/// A target is met for certain only if this is the longest one ("Can't Be Late", NSDI 2024, A.4).
#[must_use]
pub fn believed(run: &Run, target: &Target) -> SignedDuration {
    let totals = &run.history.totals;
    let job = run.live().and_then(|live| live.job.as_ref());
    let setup = job.map_or(0, |job: &JobSnapshot| job.setup_seconds).max(totals.longest_setup);
    let measured = totals.longest_stop.saturating_add(totals.longest_launch).saturating_add(setup);
    target.changeover.max(SignedDuration::from_secs(measured))
}
