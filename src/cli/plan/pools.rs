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
    let spot = i64::try_from(plan.spot_pools()).unwrap_or(i64::MAX);
    let before = i64::try_from(number).unwrap_or(i64::MAX);
    if pool.market == Market::Spot {
        let after = wait.saturating_mul(before);
        return format!("after {after} s without instances; then round and round");
    }
    let Some(target) = &plan.capacity.target else {
        let after = wait.saturating_mul(spot);
        return format!("after {after} s without spot instances on {spot} instance types");
    };
    let left = target.complete_within - target.estimated_runtime - target.safety_margin;
    match plan.capacity.on_demand {
        OnDemandFallback::AtDeadline | OnDemandFallback::Balanced => {
            let latest = (left - target.changeover).as_secs().max(0);
            format!(
                "when the target would be missed on spot: {latest} s after the start if nothing \
                 has trained by then"
            )
        }
        OnDemandFallback::AfterWait | OnDemandFallback::Never => {
            let after = wait.saturating_mul(spot);
            format!("after {after} s without spot instances on {spot} instance types")
        }
    }
}
