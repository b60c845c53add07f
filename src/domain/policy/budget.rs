//! The training budget: how long all attempts together may use their instances.

use jiff::{SignedDuration, Timestamp};

use crate::domain::moment::after;
use crate::domain::run::Run;

/// Seconds per instance that all attempts have used until `now`: those of attempts that are over, and
/// what the current job's history shows.
#[must_use]
pub fn used(run: &Run, now: Timestamp) -> i64 {
    let ended = run.history.totals.used_seconds;
    let job = run.live().and_then(|live| live.job.as_ref());
    let live = job.map_or(0, |job| {
        let current = job.busy_since.map_or(0, |since| now.duration_since(since).as_secs().max(0));
        job.busy_seconds.saturating_add(current)
    });
    ended.saturating_add(live)
}

/// When `spec.maxTrainingSeconds` are used up, if the current job keeps its instances; `None`
/// without a budget, and while no instances are used. A time that is not after `now` is over.
#[must_use]
pub fn used_up_at(run: &Run, budget: Option<i64>, now: Timestamp) -> Option<Timestamp> {
    let left = budget?.saturating_sub(used(run, now));
    if left <= 0 {
        return Some(now);
    }
    run.live()?.job.as_ref()?.busy_since?;
    Some(after(now, SignedDuration::from_secs(left)))
}
