//! The pools of a plan in their order, and when each would be tried.

use serde_json::{Value, json};

use crate::domain::spec::capacity::OnDemandFallback;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::{Market, Pool};
use crate::domain::vocabulary::Vocabulary;

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
    if number == 0 {
        return "first".to_owned();
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
    let target = plan.capacity.target.filter(|_| plan.capacity.on_demand.meets_a_target());
    if let Some(target) = target {
        let left = target.complete_within - target.estimated_runtime - target.safety_margin;
        // One changeover to start, and one to spare, as the safety net has it.
        let latest = (left - target.changeover * 2).as_secs().max(0);
        return format!(
            "when the target would be missed on spot: {latest} s after the start if nothing has \
             trained by then"
        );
    }
    let spot = plan.spot_pools();
    format!("after {} s without spot instances on {spot} instance types", after(spot))
}
