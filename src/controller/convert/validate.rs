//! What a valid spec is beyond its schema: every problem with its field and remedy.

use crate::api::v1alpha1::SpotTrainingJobSpec;
use crate::api::v1alpha1::policy::Checkpointing;
use crate::domain::spec::checkpoint::is_bucket_root;
use crate::domain::spec::pool::Market;

use super::failure_policy;
use super::plan::{BUILT_IN_MAX_WAIT, is_short, market, stopping};

/// What the CRD's rules refuse, for objects that an older or looser CRD let in.
pub(super) fn problems(spec: &SpotTrainingJobSpec) -> Vec<String> {
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
    let prefix = template.checkpoint_config.as_ref().map(|config| config.s3_uri.as_str());
    require(
        prefix.is_none_or(|prefix| !is_bucket_root(prefix)),
        "spec.template.checkpointConfig.s3Uri: write s3://bucket/prefix; a bucket without a prefix \
         collides with every other object that keeps checkpoints in it",
    );
    require(
        prefix.is_none_or(|prefix| !prefix.contains(|c: char| c.is_control() || c.is_whitespace())),
        "spec.template.checkpointConfig.s3Uri: remove blanks and control characters",
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
    problems.extend(failure_policy::problems(spec));
    problems
}
