//! The target: whether the training will be complete in time, as far as that can be said.

use jiff::{SignedDuration, Timestamp};

use super::changeover::believed;
use super::progress::{target_time, work_left};
use crate::domain::moment::after;
use crate::domain::run::Run;
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::Market;

/// When the target is over, and when it is too late to meet it where the object is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The target itself.
    pub target: Timestamp,
    /// From then on it can't be met on spot; on demand, where it is.
    pub latest_start: Timestamp,
}

/// The outlook of an object with a target that has started and is not suspended.
#[must_use]
pub fn outlook(run: &Run, plan: &Plan, now: Timestamp) -> Option<Outlook> {
    let target = plan.capacity.target?;
    let end = target_time(run, &target)?;
    let is_on_demand = run.live().is_some_and(|live| live.market == Market::OnDemand);
    let is_started = run.live().is_some_and(LiveAttempt::has_started);
    // Without instances a changeover comes before the first second of work.
    let changeover =
        if is_on_demand && is_started { SignedDuration::ZERO } else { believed(run, &target) };
    let needed = work_left(run, plan, &target, now) + changeover;
    Some(Outlook { target: end, latest_start: after(end, -needed) })
}
