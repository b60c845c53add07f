//! What a valid spec is beyond its schema: every problem with its field and remedy.

use crate::api::v1alpha1::SpotTrainingJobSpec;
use crate::api::v1alpha1::policy::Checkpointing;
use crate::api::v1alpha1::template::DataSource;
use crate::api::validation::Problem;
use crate::domain::job::text::is_clean;
use crate::domain::spec::checkpoint::is_bucket_root;
use crate::domain::spec::pool::Market;

use super::failure_policy;
use super::plan::{BUILT_IN_MAX_WAIT, is_short, market, stopping};

/// What the CRD's rules refuse, for objects that an older or looser CRD let in.
#[must_use]
pub fn problems(spec: &SpotTrainingJobSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut require = |holds: bool, field: &str, message: &str| {
        if !holds {
            problems.push(Problem::new(field, message));
        }
    };
    let template = &spec.template;
    let algorithm = &template.algorithm_specification;
    require(
        algorithm.algorithm_name.is_some() != algorithm.training_image.is_some(),
        "spec.template.algorithmSpecification",
        "set exactly one of trainingImage and algorithmName",
    );
    let given = template.stopping_condition.clone().unwrap_or_default();
    let max_runtime = stopping(spec, market(spec)).max_runtime;
    let max_wait = given.max_wait_time_in_seconds.filter(|_| market(spec) == Market::Spot);
    require(
        max_wait.is_none_or(|max_wait| max_wait >= max_runtime),
        "spec.template.stoppingCondition.maxWaitTimeInSeconds",
        "make it at least maxRuntimeInSeconds (where absent 86400, and 3600 for a built-in algorithm on \
         spot without checkpoints)",
    );
    let limit = given.max_wait_time_in_seconds.or(given.max_runtime_in_seconds);
    require(
        !is_short(spec, market(spec)) || limit.is_none_or(|limit| limit <= BUILT_IN_MAX_WAIT),
        "spec.template.stoppingCondition",
        "a built-in algorithm on spot without checkpoints runs and waits for at most 3600 seconds: lower \
         the limits, or set spec.checkpointing to Enabled or spec.capacity.type to OnDemand",
    );
    require(
        spec.checkpointing != Some(Checkpointing::Disabled) || template.checkpoint_config.is_none(),
        "spec.template.checkpointConfig",
        "remove it, or set spec.checkpointing to Enabled",
    );
    let prefix = template.checkpoint_config.as_ref().map(|config| config.s3_uri.as_str());
    require(
        prefix.is_none_or(|prefix| !is_bucket_root(prefix)),
        "spec.template.checkpointConfig.s3Uri",
        "write s3://bucket/prefix; a bucket without a prefix collides with every other object that keeps \
         checkpoints in it",
    );
    require(
        prefix.is_none_or(|prefix| !prefix.contains(|c: char| c.is_whitespace() || !is_clean(c))),
        "spec.template.checkpointConfig.s3Uri",
        "remove blanks and control characters",
    );
    problems.extend(of_instances(spec));
    problems.extend(of_channels(spec));
    problems.extend(failure_policy::problems(spec));
    problems
}

fn of_instances(spec: &SpotTrainingJobSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut require = |holds: bool, field: &str, message: &str| {
        if !holds {
            problems.push(Problem::new(field, message));
        }
    };
    let resources = &spec.template.resource_config;
    let groups = resources.instance_groups.as_ref().is_some_and(|groups| !groups.is_empty());
    let ways =
        [resources.instance_type.is_some(), groups, resources.instance_preferences.is_some()];
    require(
        ways.into_iter().filter(|given| *given).count() == 1,
        "spec.template.resourceConfig",
        "say the instances in exactly one way: instanceType and \
         instanceCount, instanceGroups, or instancePreferences",
    );
    let counted = resources.instance_count.is_some_and(|count| count > 0);
    require(
        resources.instance_type.is_some() == counted,
        "spec.template.resourceConfig.instanceCount",
        "give it with instanceType, and only then",
    );
    let on_demand_only = [
        (
            resources.keep_alive_period_in_seconds.unwrap_or(0) > 0,
            "spec.template.resourceConfig.keepAlivePeriodInSeconds",
            "remove it, or set \
             spec.capacity.type to OnDemand",
        ),
        (
            resources.training_plan_arn.is_some(),
            "spec.template.resourceConfig.trainingPlanArn",
            "remove it, or set spec.capacity.type to \
             OnDemand",
        ),
        (
            resources.instance_placement_config.is_some(),
            "spec.template.resourceConfig.instancePlacementConfig",
            "remove it, or set \
             spec.capacity.type to OnDemand",
        ),
        (
            resources.instance_preferences.is_some(),
            "spec.template.resourceConfig.instancePreferences",
            "set instanceType, and the others in \
             spec.capacity.fallbackInstanceTypes",
        ),
    ];
    for (given, field, message) in on_demand_only {
        require(market(spec) == Market::OnDemand || !given, field, message);
    }
    problems
}

fn of_channels(spec: &SpotTrainingJobSpec) -> Option<Problem> {
    let channels = spec.template.input_data_config.as_deref().unwrap_or_default();
    let mut sources = channels.iter().map(|channel| &channel.data_source);
    let has_one = |source: &DataSource| {
        let given = [
            source.s3_data_source.is_some(),
            source.file_system_data_source.is_some(),
            source.dataset_source.is_some(),
        ];
        given.into_iter().filter(|given| *given).count() == 1
    };
    let message = "set exactly one of s3DataSource, fileSystemDataSource and datasetSource in every \
                   dataSource";
    (!sources.all(has_one)).then(|| Problem::new("spec.template.inputDataConfig", message))
}
