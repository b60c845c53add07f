//! Progress: how much of the estimated work is done.

use jiff::{SignedDuration, Timestamp};

use crate::domain::run::Run;
use crate::domain::spec::capacity::Target;

/// The estimated work that is left at `now`: the estimate less the seconds in Training over all
/// attempts. Work that was lost at an interruption is not known here; the changeover has to cover it.
#[must_use]
pub fn work_left(run: &Run, target: &Target, now: Timestamp) -> SignedDuration {
    let ended = run.history.totals.trained_seconds;
    let job = run.live().and_then(|live| live.job.as_ref());
    let live = job.map_or(0, |job| {
        let current = job.training_since.map_or(0, |since| now.duration_since(since).as_secs());
        job.trained_seconds.saturating_add(current.max(0))
    });
    let done = SignedDuration::from_secs(ended.saturating_add(live));
    target.estimated_runtime.saturating_sub(done).max(SignedDuration::ZERO)
}

/// When the training is to be complete, its safety margin left out; `None` before the start and while
/// the object is suspended.
#[must_use]
pub fn target_time(run: &Run, target: &Target) -> Option<Timestamp> {
    run.clocks.active_for(target.complete_within.as_secs())
}
