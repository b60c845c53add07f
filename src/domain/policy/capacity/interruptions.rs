//! The limit of interruptions: a pool that is taken away again and again is left.

use super::{Idle, Move, after_the_wait};
use crate::domain::spec::plan::Plan;

/// As if the wait were over, once the attempt was interrupted that often. Without another pool the
/// object has failed.
pub(super) fn too_many(idle: &Idle<'_>, plan: &Plan) -> Option<Move> {
    let most = plan.capacity.max_interruptions?;
    if idle.interruptions < most {
        return None;
    }
    // Another pool that has no room just now may have some later.
    let is_alone = plan.others(&idle.pool).next().is_none();
    let on_demand = || idle.to_on_demand(plan).filter(|_| is_alone);
    let to = after_the_wait(idle, plan).or_else(on_demand);
    let has_another = !is_alone || plan.on_demand().is_some();
    let why = "spec.capacity.maxInterruptions is reached";
    (to.is_some() || !has_another).then_some(Move { at: idle.since, to, why })
}
