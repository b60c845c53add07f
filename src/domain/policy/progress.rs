//! Progress: how much of the estimated work is done.

use jiff::{SignedDuration, Timestamp};

use crate::domain::run::Run;
use crate::domain::spec::capacity::Target;
use crate::domain::spec::checkpoint::CheckpointPlan;
use crate::domain::spec::plan::Plan;

/// The estimated work that is left at `now`: the estimate less the seconds in Training over all
/// attempts, without what may have been lost with each that was cut short. Without checkpoints all of it is lost, and only the current stretch counts.
#[must_use]
pub fn work_left(run: &Run, plan: &Plan, target: &Target, now: Timestamp) -> SignedDuration {
    let job = run.live().and_then(|live| live.job.as_ref());
    let since = job.and_then(|job| job.training_since);
    let current = since.map_or(0, |since| now.duration_since(since).as_secs().max(0));
    let earlier = match plan.checkpoint {
        CheckpointPlan::Disabled => 0,
        CheckpointPlan::At(_) | CheckpointPlan::Missing => {
            let live = job.map_or(0, |job| job.trained_seconds);
            run.history.totals.trained_seconds.saturating_add(live)
        }
    };
    let done = SignedDuration::from_secs(earlier.saturating_add(current));
    target.estimated_runtime.saturating_sub(done).max(SignedDuration::ZERO)
}

/// When the training is to be complete, its safety margin left out; `None` before the start and while
/// the object is suspended.
#[must_use]
pub fn target_time(run: &Run, target: &Target) -> Option<Timestamp> {
    run.clocks.active_for(target.complete_within.as_secs())
}
