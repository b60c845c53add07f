//! The capacity policy: from the API to the core.

use jiff::SignedDuration;

use crate::api::v1alpha1::SpotTrainingJobSpec;
use crate::api::v1alpha1::policy::{self as api, Checkpointing};
use crate::domain::spec::capacity::{CapacityPlan, OnDemandFallback, Target};
use crate::domain::spec::pool::{Market, Pool};

use super::instances;
use super::plan::market;

/// What a change of instances is believed to take, where the spec does not say.
const CHANGEOVER: i64 = 600;

/// Where attempts may get their instances from: spot on all types, then on-demand on all types where
/// the policy allows that.
pub(super) fn pools(spec: &SpotTrainingJobSpec) -> Vec<Pool> {
    let first = &instances::types(&spec.template.resource_config);
    let others = spec.capacity.iter().filter_map(|given| given.fallback_instance_types.as_ref());
    let mut types = vec![first];
    for other in others.flatten() {
        if !types.contains(&other) {
            types.push(other);
        }
    }
    let first_market = market(spec);
    let falls_back = first_market == Market::Spot && fallback(spec) != OnDemandFallback::Never;
    let markets = [Some(first_market), falls_back.then_some(Market::OnDemand)];
    let on = |market| {
        let pool = move |name: &&String| Pool { instance_type: (*name).clone(), market };
        types.iter().map(pool).collect::<Vec<_>>()
    };
    markets.into_iter().flatten().flat_map(on).collect()
}

/// How long spot capacity is waited for, and what comes after that.
pub(super) fn plan(spec: &SpotTrainingJobSpec, lists_checkpoints: bool) -> CapacityPlan {
    let Some(given) = &spec.capacity else { return CapacityPlan::default() };
    CapacityPlan {
        returns: lists_checkpoints && spec.checkpointing != Some(Checkpointing::Disabled),
        spot_wait: given.spot_wait_seconds.map(SignedDuration::from_secs),
        on_demand: fallback(spec),
        max_interruptions: given.max_interruptions.and_then(|most| most.try_into().ok()),
        target: given.target.as_ref().map(target),
    }
}

fn fallback(spec: &SpotTrainingJobSpec) -> OnDemandFallback {
    match spec.capacity.as_ref().and_then(|capacity| capacity.on_demand_fallback) {
        None | Some(api::OnDemandFallback::Never) => OnDemandFallback::Never,
        Some(api::OnDemandFallback::AfterWait) => OnDemandFallback::AfterWait,
        Some(api::OnDemandFallback::AtDeadline) => OnDemandFallback::AtDeadline,
        Some(api::OnDemandFallback::Balanced) => OnDemandFallback::Balanced,
    }
}

fn target(given: &api::Target) -> Target {
    let seconds = SignedDuration::from_secs;
    Target {
        complete_within: seconds(given.complete_within_seconds),
        estimated_runtime: seconds(given.estimated_runtime_seconds),
        changeover: seconds(given.changeover_seconds.unwrap_or(CHANGEOVER)),
        safety_margin: seconds(given.safety_margin_seconds.unwrap_or(0)),
    }
}
