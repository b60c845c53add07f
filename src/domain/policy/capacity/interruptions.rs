//! The limit of interruptions: a pool that is taken away again and again is left.

use super::{Idle, Move, after_the_wait};
use crate::domain::spec::plan::Plan;

/// As if the wait were over, once the attempt was interrupted that often. Without another pool the
/// object has failed.
pub(super) fn too_many(idle: &Idle, plan: &Plan) -> Option<Move> {
    let most = plan.capacity.max_interruptions?;
    let on_demand = || idle.to_on_demand(plan);
    (idle.interruptions >= most).then(|| Move {
        at: idle.since,
        to: after_the_wait(idle, plan).or_else(on_demand),
        why: "spec.capacity.maxInterruptions is reached",
    })
}
