//! The spot wait: the longest idle stretch on one instance type.

use super::{Idle, Move, after_the_wait};
use crate::domain::moment::after;
use crate::domain::spec::plan::Plan;

/// When the wait on this pool is over, if another one comes after it.
pub(super) fn is_over(idle: &Idle<'_>, plan: &Plan) -> Option<Move> {
    let to = after_the_wait(idle, plan)?;
    let at = after(idle.since, plan.capacity.spot_wait?);
    Some(Move { at, to: Some(to), why: "spec.capacity.spotWaitSeconds are over" })
}
