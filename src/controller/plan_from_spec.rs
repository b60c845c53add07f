//! From the spec to the plan: the only place that resolves defaults, collecting every problem.

use serde::Deserialize;

use crate::api::v1alpha1::policy::{CapacityType, Checkpointing, DeletionPolicy};
use crate::api::v1alpha1::{Lenient, SpotTrainingJobSpec};
use crate::domain::plan::{self, CheckpointPlan, Desired, Plan, Unreadable};
use crate::domain::pool::{Market, Pool};
use crate::port::Stopping;

use super::defaults::Defaults;
use super::identity::Identity;

/// `SageMaker`'s default of `MaxRuntimeInSeconds`.
const DEFAULT_MAX_RUNTIME: i32 = 86_400;
/// The longest `MaxRuntimeInSeconds`: 28 days.
const LONGEST: i32 = 2_419_200;
/// `SageMaker`'s limit on `MaxWaitTimeInSeconds` for built-in algorithms that don't checkpoint.
const BUILT_IN_MAX_WAIT: i32 = 3_600;

/// What the object asks for.
#[must_use]
pub fn desired(
    spec: &Lenient<SpotTrainingJobSpec>,
    identity: &Identity,
    defaults: &Defaults,
) -> Desired {
    let spec = match spec {
        Lenient::Read(spec) => spec,
        Lenient::Unreadable(why, spec) => {
            return Desired::Unreadable(Unreadable {
                problems: format!(
                    "spec cannot be read by this version of the operator: {why}; mend the spec, or \
                     upgrade the operator and its CRD"
                ),
                suspend: spec["suspend"] == true,
                deletion_policy: deletion_policy(
                    DeletionPolicy::deserialize(&spec["deletionPolicy"]).ok(),
                ),
            });
        }
    };
    let problems = problems(spec);
    if problems.is_empty() {
        Desired::Plan(plan(spec, identity, defaults))
    } else {
        Desired::Unreadable(Unreadable {
            problems: problems.join("; "),
            suspend: spec.suspend.unwrap_or(false),
            deletion_policy: deletion_policy(spec.deletion_policy),
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
fn is_short(spec: &SpotTrainingJobSpec, market: Market) -> bool {
    market == Market::Spot
        && spec.template.algorithm_specification.algorithm_name.is_some()
        && spec.checkpointing == Some(Checkpointing::Disabled)
}

fn plan(spec: &SpotTrainingJobSpec, identity: &Identity, defaults: &Defaults) -> Plan {
    let market = market(spec);
    let resources = &spec.template.resource_config;
    let stopping = stopping(spec, market);
    Plan {
        region: spec.region.clone().or_else(|| defaults.region.clone()),
        pool: Pool { instance_type: resources.instance_type.clone(), market },
        instance_count: resources.instance_count,
        checkpoint: checkpoint(spec, identity, defaults),
        max_wait_seconds: stopping.max_wait.map(i64::from),
        max_pending_seconds: stopping.max_pending.map(i64::from),
        suspend: spec.suspend.unwrap_or(false),
        deletion_policy: deletion_policy(spec.deletion_policy),
    }
}

const fn deletion_policy(given: Option<DeletionPolicy>) -> plan::DeletionPolicy {
    match given {
        None | Some(DeletionPolicy::Stop) => plan::DeletionPolicy::Stop,
        Some(DeletionPolicy::Orphan) => plan::DeletionPolicy::Orphan,
    }
}

fn checkpoint(
    spec: &SpotTrainingJobSpec,
    identity: &Identity,
    defaults: &Defaults,
) -> CheckpointPlan {
    if spec.checkpointing == Some(Checkpointing::Disabled) {
        return CheckpointPlan::Disabled;
    }
    if let Some(config) = &spec.template.checkpoint_config {
        return CheckpointPlan::At(config.s3_uri.clone());
    }
    defaults.checkpoint_root.as_ref().map_or(CheckpointPlan::Missing, |root| {
        let uid: String = identity.uid.chars().take(8).collect();
        let root = root.trim_end_matches('/');
        CheckpointPlan::At(format!("{root}/{}/{}-{uid}/", identity.namespace, identity.name))
    })
}

/// What the CRD's rules refuse, for objects that an older or looser CRD let in.
fn problems(spec: &SpotTrainingJobSpec) -> Vec<String> {
    let mut problems = Vec::new();
    let mut require = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    let template = &spec.template;
    let algorithm = &template.algorithm_specification;
    require(
        algorithm.algorithm_name.is_some() != algorithm.training_image.is_some(),
        "spec.template.algorithmSpecification: set exactly one of trainingImage and algorithmName",
    );
    let given = template.stopping_condition.clone().unwrap_or_default();
    let max_runtime = stopping(spec, market(spec)).max_runtime;
    require(
        given.max_wait_time_in_seconds.is_none_or(|max_wait| max_wait >= max_runtime),
        "spec.template.stoppingCondition.maxWaitTimeInSeconds: make it at least \
         maxRuntimeInSeconds (86400 where absent)",
    );
    let limit = given.max_wait_time_in_seconds.or(given.max_runtime_in_seconds);
    require(
        !is_short(spec, market(spec)) || limit.is_none_or(|limit| limit <= BUILT_IN_MAX_WAIT),
        "spec.template.stoppingCondition: a built-in algorithm on spot without checkpoints runs and \
         waits for at most 3600 seconds: lower the limits, or set spec.checkpointing to Enabled or \
         spec.capacity.type to OnDemand",
    );
    require(
        spec.checkpointing != Some(Checkpointing::Disabled) || template.checkpoint_config.is_none(),
        "spec.template.checkpointConfig: remove it, or set spec.checkpointing to Enabled",
    );
    let keeps_warm = template.resource_config.keep_alive_period_in_seconds.unwrap_or(0) > 0;
    require(
        market(spec) == Market::OnDemand || !keeps_warm,
        "spec.template.resourceConfig.keepAlivePeriodInSeconds: remove it, or set \
         spec.capacity.type to OnDemand",
    );
    let channels = template.input_data_config.as_deref().unwrap_or_default();
    require(
        channels.iter().all(|channel| {
            let source = &channel.data_source;
            source.s3_data_source.is_some() != source.file_system_data_source.is_some()
        }),
        "spec.template.inputDataConfig: set exactly one of s3DataSource and fileSystemDataSource \
         in every dataSource",
    );
    problems
}
