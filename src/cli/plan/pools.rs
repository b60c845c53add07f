//! The pools of a plan in their order, and when each would be tried.

use serde_json::{Value, json};

use crate::domain::spec::capacity::OnDemandFallback;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::{Market, Pool};
use crate::domain::vocabulary::Vocabulary;

/// Where the first attempt would run.
pub(super) fn first(plan: &Plan) -> Option<&Pool> {
    let on_demand = plan.on_demand().filter(|_| has_no_time_for_spot(plan));
    on_demand.or_else(|| plan.pools.first())
}

/// Whether the target would be missed on spot even if it came at once.
pub(super) fn has_no_time_for_spot(plan: &Plan) -> bool {
    plan.spot_pools() > 0 && latest_on_spot(plan).is_some_and(|latest| latest <= 0)
}

/// How many seconds after the start an object goes to on-demand for its target, if nothing has trained
/// by then: one changeover is to start, and one to spare, as the safety net has it.
fn latest_on_spot(plan: &Plan) -> Option<i64> {
    let target = plan.capacity.target.filter(|_| plan.capacity.on_demand.meets_a_target())?;
    let left = target.complete_within - target.estimated_runtime - target.safety_margin;
    Some((left - target.changeover * 2).as_secs())
}

/// Every pool, and when it would be tried.
pub(super) fn pools(plan: &Plan) -> Vec<Value> {
    let pool = |(number, pool): (usize, &Pool)| {
        json!({
            "capacity": pool.market.as_str(),
            "instanceType": pool.instance_type,
            "instances": plan.instance_count,
            "tried": tried(plan, number, pool),
        })
    };
    plan.pools.iter().enumerate().map(pool).collect()
}

fn tried(plan: &Plan, number: usize, pool: &Pool) -> String {
    if first(plan) == Some(pool) {
        return "first".to_owned();
    }
    if number == 0 {
        return "when on-demand has no room".to_owned();
    }
    let wait = plan.capacity.spot_wait.map_or(0, |wait| wait.as_secs());
    let after = |pools: usize| wait.saturating_mul(i64::try_from(pools).unwrap_or(i64::MAX));
    if pool.market == Market::Spot {
        let pass = if plan.capacity.on_demand == OnDemandFallback::AfterWait {
            "one pass"
        } else {
            "then round and round"
        };
        return format!("after {} s without instances; {pass}", after(number));
    }
    if number > plan.spot_pools() {
        return "when the on-demand type before it has no capacity or no quota".to_owned();
    }
    if let Some(latest) = latest_on_spot(plan) {
        return format!(
            "when the target would be missed on spot: {latest} s after the start if nothing has \
             trained by then"
        );
    }
    let spot = plan.spot_pools();
    let types = if spot == 1 { "instance type" } else { "instance types" };
    format!("after {} s without spot instances on {spot} {types}", after(spot))
}
