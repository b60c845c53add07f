//! What is allowed and yet seldom meant.

use serde_json::Value;

use super::pools::has_no_time_for_spot;
use crate::api::v1alpha1::policy::Checkpointing;
use crate::api::v1alpha1::template::{Channel, RecordWrapper, S3DataType, TrainingInputMode};
use crate::api::v1alpha1::{MANAGED_BY, SpotTrainingJobSpec};
use crate::controller::object_id::ObjectId;
use crate::domain::spec::capacity::{OnDemandFallback, Target};
use crate::domain::spec::checkpoint::{collide, normalized};
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::Market;

/// AWS's default quota "Longest run time for a training job": 5 days.
const DEFAULT_LONGEST_RUN: i32 = 432_000;

/// Launching alone takes about 3 minutes.
const SHORT_WAIT: i64 = 600;

/// What to think of before applying the object. `prefixes` are the checkpoint prefixes of objects
/// before it, and who has them.
pub(super) fn warnings(
    spec: &SpotTrainingJobSpec,
    plan: &Plan,
    id: &ObjectId,
    prefixes: &mut Vec<(String, String)>,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if plan.region.is_none() {
        warnings.push(
            "no region: set spec.region, or --region as the operator has it; without one nothing is \
             created"
                .to_owned(),
        );
    }
    warnings.extend(of_pause(spec));
    warnings.extend(of_checkpoints(spec, plan, id, prefixes));
    warnings.extend(of_policy(plan));
    warnings.extend(of_template(spec));
    let channels = spec.template.input_data_config.iter().flatten();
    let mode = spec.template.algorithm_specification.training_input_mode;
    warnings.extend(channels.flat_map(|channel| of_channel(channel, mode)));
    let keys = [&spec.template.hyper_parameters, &spec.template.environment];
    let keys = keys.into_iter().flatten().flat_map(|map| map.keys());
    if keys.into_iter().any(|key| key == "true" || key == "false") {
        warnings.push(
            "a hyperparameter or variable is called true or false: YAML reads on, off, yes, no, y and n as \
             that; put its name in quotes"
                .to_owned(),
        );
    }
    let wait = spec.capacity.as_ref().and_then(|capacity| capacity.spot_wait_seconds);
    if plan.spot_pools() > 0 && wait.is_some_and(|wait| wait < SHORT_WAIT) {
        warnings.push(
            "capacity.spotWaitSeconds is below 600: launching alone takes about 3 minutes"
                .to_owned(),
        );
    }
    warnings
}

/// Why nothing is started.
fn of_pause(spec: &SpotTrainingJobSpec) -> Vec<String> {
    let manager = spec.managed_by.as_deref().filter(|manager| *manager != MANAGED_BY);
    let manager = manager.map(|manager| {
        format!("managedBy is {manager}: this operator leaves the object to that controller")
    });
    let is_suspended = spec.suspend == Some(true);
    let suspended =
        is_suspended.then(|| "suspend is true: nothing is started until it is false".to_owned());
    manager.into_iter().chain(suspended).collect()
}

/// Members that are null: the apiserver drops them, but for a server-side apply, which refuses them.
pub(super) fn of_nulls(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Null => {
            vec![format!("{path} is null: remove it, for a server-side apply refuses it")]
        }
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| of_nulls(member, &format!("{path}.{name}")))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, item)| of_nulls(item, &format!("{path}[{index}]")))
            .collect(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn of_checkpoints(
    spec: &SpotTrainingJobSpec,
    plan: &Plan,
    id: &ObjectId,
    prefixes: &mut Vec<(String, String)>,
) -> Vec<String> {
    let mut warnings = Vec::new();
    let Some(uri) = plan.checkpoint.uri() else {
        warnings.push(match spec.checkpointing {
            Some(Checkpointing::Disabled) => {
                "checkpointing is Disabled: an interruption starts the training from scratch"
            }
            _ => {
                "no checkpointConfig: set template.checkpointConfig.s3Uri, or --checkpoint-root as \
                 the operator has it, or checkpointing Disabled; without one nothing is created"
            }
        }
        .to_owned());
        return warnings;
    };
    if spec.template.checkpoint_config.is_none() {
        warnings.push(format!("no checkpointConfig: checkpoints go to {uri}"));
    }
    let prefix = normalized(uri);
    let own = id.to_string();
    let mut others =
        prefixes.iter().filter(|(other, owner)| *owner != own && collide(other, &prefix));
    if let Some((_, other)) = others.next() {
        let more = match others.count() {
            0 => String::new(),
            more => format!(" and of {more} more"),
        };
        warnings.push(format!(
            "template.checkpointConfig.s3Uri is or overlaps that of {other}{more} in these files: they wait \
             for each other"
        ));
    }
    prefixes.push((prefix, own));
    warnings
}

/// Limits that contradict each other: allowed, for each may be edited later.
fn of_policy(plan: &Plan) -> Vec<String> {
    let has_spot = plan.spot_pools() > 0;
    let falls_back = plan.capacity.on_demand != OnDemandFallback::Never;
    let spot_wait = plan.capacity.spot_wait.filter(|_| has_spot).map(|wait| wait.as_secs());
    let deadline = plan.limits.active_deadline_seconds;
    let warnings = [
        (
            spot_wait.zip(deadline).is_some_and(|(wait, deadline)| deadline <= wait),
            "activeDeadlineSeconds are over before capacity.spotWaitSeconds: no other instance type, \
             and no on-demand, is tried",
        ),
        (
            spot_wait.zip(plan.max_wait_seconds).is_some_and(|(wait, longest)| wait >= longest),
            "stoppingCondition.maxWaitTimeInSeconds is over before capacity.spotWaitSeconds: each \
             attempt ends with SpotWaitExceeded first",
        ),
        (
            spot_wait.is_some() && plan.spot_pools() == 1 && !falls_back,
            "capacity.spotWaitSeconds has no effect without fallbackInstanceTypes or onDemandFallback",
        ),
    ];
    let target = plan.capacity.target.iter().flat_map(|target| of_target(plan, target));
    said(&warnings).chain(target).collect()
}

/// What contradicts the target, or does nothing for it.
fn of_target(plan: &Plan, target: &Target) -> Vec<String> {
    let has_spot = plan.spot_pools() > 0;
    let estimate = target.estimated_runtime.as_secs();
    let is_below = |limit: Option<i64>| limit.is_some_and(|limit| limit < estimate);
    let warnings = [
        (
            has_spot && !plan.capacity.on_demand.meets_a_target(),
            "capacity.target is only watched: onDemandFallback AtDeadline or Balanced would see to it",
        ),
        (
            has_no_time_for_spot(plan),
            "capacity.target leaves no time for spot: completeWithinSeconds are no more than \
             estimatedRuntimeSeconds, safetyMarginSeconds and twice changeoverSeconds (600 where \
             absent)",
        ),
        (
            is_below(plan.limits.active_deadline_seconds),
            "activeDeadlineSeconds are below capacity.target.estimatedRuntimeSeconds: the object fails \
             before it is complete",
        ),
        (
            is_below(plan.limits.max_training_seconds),
            "maxTrainingSeconds is below capacity.target.estimatedRuntimeSeconds: the training is \
             stopped before it is complete",
        ),
        (
            target.safety_margin + target.estimated_runtime > target.complete_within,
            "capacity.target: completeWithinSeconds, less safetyMarginSeconds, is below \
             estimatedRuntimeSeconds: the target is at risk from the start",
        ),
        (
            has_spot && plan.capacity.on_demand == OnDemandFallback::Balanced,
            "capacity.onDemandFallback Balanced acts as AtDeadline: this version does not list \
             checkpoints",
        ),
    ];
    said(&warnings).collect()
}

/// Those that hold.
fn said(warnings: &[(bool, &str)]) -> impl Iterator<Item = String> {
    warnings.iter().filter(|(holds, _)| *holds).map(|(_, text)| (*text).to_owned())
}

fn of_template(spec: &SpotTrainingJobSpec) -> Vec<String> {
    let template = &spec.template;
    let mut warnings = Vec::new();
    let stopping = template.stopping_condition.as_ref();
    let longest = stopping.and_then(|stopping| stopping.max_runtime_in_seconds);
    if longest.is_some_and(|longest| longest > DEFAULT_LONGEST_RUN) {
        warnings.push(
            "template.stoppingCondition.maxRuntimeInSeconds is above 432000 s (5 days), the default \
             quota of an AWS account"
                .to_owned(),
        );
    }
    if template.retry_strategy.is_some() {
        warnings.push(
            "template.retryStrategy covers internal errors of SageMaker only: for others set \
             backoffLimit"
                .to_owned(),
        );
    }
    let max_wait = stopping.and_then(|stopping| stopping.max_wait_time_in_seconds);
    if max_wait.is_some() && crate::controller::convert::plan::market(spec) == Market::OnDemand {
        warnings.push(
            "template.stoppingCondition.maxWaitTimeInSeconds is not used on demand".to_owned(),
        );
    }
    warnings
}

fn of_channel(channel: &Channel, mode: TrainingInputMode) -> Vec<String> {
    let Some(source) = &channel.data_source.s3_data_source else { return Vec::new() };
    let is_augmented = source.s3_data_type == S3DataType::AugmentedManifestFile;
    let is_piped = channel.input_mode.unwrap_or(mode) == TrainingInputMode::Pipe;
    let no_attributes = source.attribute_names.as_ref().is_none_or(Vec::is_empty);
    let wrapper = channel.record_wrapper_type;
    let texts = [
        (
            is_augmented && no_attributes,
            "an AugmentedManifestFile without attributeNames gives the training nothing",
        ),
        (
            is_augmented && is_piped && wrapper != Some(RecordWrapper::RecordIo),
            "an AugmentedManifestFile in Pipe mode needs recordWrapperType RecordIO",
        ),
        (
            !is_augmented && is_piped && wrapper.is_none(),
            "in Pipe mode without recordWrapperType the objects follow each other without a mark between \
             them: set RecordIO, unless they are in that format or the program can tell them apart",
        ),
    ];
    let texts = texts.into_iter().filter(|(is_so, _)| *is_so);
    texts.map(|(_, text)| format!("input {}: {text}", channel.channel_name)).collect()
}
