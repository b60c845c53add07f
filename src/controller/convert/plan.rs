//! From the spec to the plan: the only place that resolves defaults.

use serde::Deserialize;

use crate::api::v1alpha1::policy::{CapacityType, Checkpointing, DeletionPolicy};
use crate::api::v1alpha1::{Lenient, SpotTrainingJobSpec};
use crate::controller::defaults::Defaults;
use crate::controller::object_id::ObjectId;
use crate::domain::job::text::clean;
use crate::domain::spec::checkpoint::{CheckpointPlan, closed};
use crate::domain::spec::plan::{self, InvalidSpec, Limits, ParsedSpec, Plan};
use crate::domain::spec::pool::Market;
use crate::port::Stopping;

use super::failure_policy::rules;
use super::validate::problems;
use super::{capacity, instances};

/// `SageMaker`'s default of `MaxRuntimeInSeconds`.
const DEFAULT_MAX_RUNTIME: i32 = 86_400;
/// The longest `MaxRuntimeInSeconds`: 28 days.
const LONGEST: i32 = 2_419_200;
/// `SageMaker`'s limit on `MaxWaitTimeInSeconds` for built-in algorithms that don't checkpoint.
pub(super) const BUILT_IN_MAX_WAIT: i32 = 3_600;

/// Longest text about what is wrong with a spec, which quotes it: what the status keeps of a message.
pub const PROBLEMS_LIMIT: usize = 2048;

/// What the object asks for.
#[must_use]
pub fn parse(
    spec: &Lenient<SpotTrainingJobSpec>,
    id: &ObjectId,
    defaults: &Defaults,
) -> ParsedSpec {
    let spec = match spec {
        Lenient::Read(spec) => spec,
        Lenient::Unreadable(why, spec) => {
            let why = format!(
                "this version of the operator can't read the spec: {why}; correct the spec, or upgrade \
                 the operator and its CRD"
            );
            return ParsedSpec::Invalid(InvalidSpec {
                problems: clean(&why, PROBLEMS_LIMIT),
                suspend: spec["suspend"] == true,
                deletion_policy: deletion_policy(
                    DeletionPolicy::deserialize(&spec["deletionPolicy"]).ok(),
                ),
                limits: Limits {
                    active_deadline_seconds: spec["activeDeadlineSeconds"].as_i64(),
                    max_training_seconds: spec["maxTrainingSeconds"].as_i64(),
                },
            });
        }
    };
    let problems: Vec<_> = problems(spec).iter().map(ToString::to_string).collect();
    if problems.is_empty() {
        ParsedSpec::Valid(Box::new(plan(spec, id, defaults)))
    } else {
        ParsedSpec::Invalid(InvalidSpec {
            problems: clean(&problems.join("; "), PROBLEMS_LIMIT),
            suspend: spec.suspend.unwrap_or(false),
            deletion_policy: deletion_policy(spec.deletion_policy),
            limits: limits(spec),
        })
    }
}

/// The market of the next attempt.
#[must_use]
pub fn market(spec: &SpotTrainingJobSpec) -> Market {
    match spec.capacity.as_ref().and_then(|capacity| capacity.kind) {
        None | Some(CapacityType::Spot) => Market::Spot,
        Some(CapacityType::OnDemand) => Market::OnDemand,
    }
}

/// `StoppingCondition` on `market`.
#[must_use]
pub fn stopping(spec: &SpotTrainingJobSpec, market: Market) -> Stopping {
    let given = spec.template.stopping_condition.clone().unwrap_or_default();
    let default = if is_short(spec, market) { BUILT_IN_MAX_WAIT } else { DEFAULT_MAX_RUNTIME };
    let max_runtime = given.max_runtime_in_seconds.unwrap_or(default);
    let derived = if is_short(spec, market) {
        BUILT_IN_MAX_WAIT
    } else {
        max_runtime.saturating_mul(2).min(LONGEST)
    };
    let max_wait = given.max_wait_time_in_seconds.unwrap_or(derived);
    Stopping {
        max_runtime,
        max_wait: (market == Market::Spot).then_some(max_wait),
        max_pending: given.max_pending_time_in_seconds,
    }
}

/// Whether `SageMaker` lets it wait, and run, for an hour only.
pub(super) fn is_short(spec: &SpotTrainingJobSpec, market: Market) -> bool {
    market == Market::Spot
        && spec.template.algorithm_specification.algorithm_name.is_some()
        && spec.checkpointing == Some(Checkpointing::Disabled)
}

/// What a spec that has no problems asks for.
#[must_use]
pub fn plan(spec: &SpotTrainingJobSpec, id: &ObjectId, defaults: &Defaults) -> Plan {
    let market = market(spec);
    let stopping = stopping(spec, market);
    Plan {
        region: spec.region.clone().or_else(|| defaults.region.clone()),
        pools: capacity::pools(spec),
        capacity: capacity::plan(spec, defaults.lists_checkpoints),
        instance_count: instances::count(&spec.template.resource_config),
        checkpoint: checkpoint(spec, id, defaults),
        max_wait_seconds: stopping.max_wait.map(i64::from),
        max_pending_seconds: stopping.max_pending.map(i64::from),
        output: clean(&spec.template.output_data_config.s3_output_path, 1024),
        suspend: spec.suspend.unwrap_or(false),
        deletion_policy: deletion_policy(spec.deletion_policy),
        limits: limits(spec),
        backoff_limit: spec.backoff_limit.and_then(|limit| limit.try_into().ok()).unwrap_or(0),
        failure_rules: rules(spec),
        ttl_seconds: spec.ttl_seconds_after_finished,
    }
}

const fn limits(spec: &SpotTrainingJobSpec) -> Limits {
    Limits {
        active_deadline_seconds: spec.active_deadline_seconds,
        max_training_seconds: spec.max_training_seconds,
    }
}

const fn deletion_policy(given: Option<DeletionPolicy>) -> plan::DeletionPolicy {
    match given {
        None | Some(DeletionPolicy::Stop) => plan::DeletionPolicy::Stop,
        Some(DeletionPolicy::Orphan) => plan::DeletionPolicy::Orphan,
    }
}

fn checkpoint(spec: &SpotTrainingJobSpec, id: &ObjectId, defaults: &Defaults) -> CheckpointPlan {
    if spec.checkpointing == Some(Checkpointing::Disabled) {
        return CheckpointPlan::Disabled;
    }
    if let Some(config) = &spec.template.checkpoint_config {
        return CheckpointPlan::At(closed(&config.s3_uri));
    }
    defaults.checkpoint_root.as_ref().map_or(CheckpointPlan::Missing, |root| {
        let uid: String = id.uid.chars().take(8).collect();
        let root = root.trim_end_matches('/');
        CheckpointPlan::At(format!("{root}/{}/{}-{uid}/", id.namespace, id.name))
    })
}
