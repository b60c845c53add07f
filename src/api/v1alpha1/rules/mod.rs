//! The cross-field rules of the CRD: each a CEL expression with a message that names the remedy.

mod run_time;

pub use run_time::{an_estimate_fits_the_run_time, short_runs_fit_an_hour, wait_covers_runtime};

use kube::core::cel::{Reason, Rule};

/// Whether all instances are on demand, at the spec.
const ON_DEMAND: &str =
    "(has(self.capacity) && has(self.capacity.type) && self.capacity.type == 'OnDemand')";

/// What to do instead of editing what cannot change.
const ONE_RUN: &str =
    "is one run and can't change: apply it under a new name, or delete and re-apply the object";

fn invalid(expression: impl Into<String>, message: &str, field_path: &str) -> Rule {
    Rule::new(expression).message(message).field_path(field_path).reason(Reason::FieldValueInvalid)
}

fn forbidden(expression: &str, message: &str, field_path: &str) -> Rule {
    Rule::new(expression)
        .message(message)
        .field_path(field_path)
        .reason(Reason::FieldValueForbidden)
}

/// `spec.template` never changes.
#[must_use]
pub fn template_immutable() -> Rule {
    Rule::new("self == oldSelf")
        .message(&*format!("spec.template {ONE_RUN}"))
        .reason(Reason::FieldValueForbidden)
}

/// `spec.region` is never added, removed or changed.
#[must_use]
pub fn region_immutable() -> Rule {
    forbidden(
        "has(self.region) == has(oldSelf.region) && (!has(self.region) || self.region == oldSelf.region)",
        &format!("spec.region {ONE_RUN}"),
        ".region",
    )
}

/// `spec.checkpointing` is never added, removed or changed.
#[must_use]
pub fn checkpointing_immutable() -> Rule {
    forbidden(
        "has(self.checkpointing) == has(oldSelf.checkpointing) && (!has(self.checkpointing) || self.checkpointing == oldSelf.checkpointing)",
        &format!("spec.checkpointing {ONE_RUN}"),
        ".checkpointing",
    )
}

/// `spec.managedBy` is never added, removed or changed.
#[must_use]
pub fn managed_by_immutable() -> Rule {
    forbidden(
        "has(self.managedBy) == has(oldSelf.managedBy) && (!has(self.managedBy) || self.managedBy == oldSelf.managedBy)",
        "spec.managedBy can't change, for two controllers would work on one object: delete and re-apply the object",
        ".managedBy",
    )
}

/// `checkpointing: Disabled` and a `checkpointConfig` contradict each other.
#[must_use]
pub fn disabled_excludes_checkpoints() -> Rule {
    forbidden(
        "!(has(self.checkpointing) && self.checkpointing == 'Disabled' && has(self.template.checkpointConfig))",
        "checkpointing is Disabled: remove template.checkpointConfig, or set checkpointing to Enabled",
        ".template.checkpointConfig",
    )
}

/// `SageMaker` has no warm pools on spot instances.
#[must_use]
pub fn spot_excludes_warm_pools() -> Rule {
    spot_excludes(
        "(!has(self.template.resourceConfig.keepAlivePeriodInSeconds) || self.template.resourceConfig.keepAlivePeriodInSeconds == 0)",
        "managed spot training has no warm pools: remove keepAlivePeriodInSeconds, or set capacity.type to OnDemand",
        ".template.resourceConfig.keepAlivePeriodInSeconds",
    )
}

/// `SageMaker` has no instance preferences on spot instances.
#[must_use]
pub fn spot_excludes_preferences() -> Rule {
    spot_excludes(
        "!has(self.template.resourceConfig.instancePreferences)",
        "managed spot training has no instance preferences: set instanceType, and the others in capacity.fallbackInstanceTypes",
        ".template.resourceConfig.instancePreferences",
    )
}

/// A training plan is capacity that is paid for already.
#[must_use]
pub fn spot_excludes_training_plans() -> Rule {
    spot_excludes(
        "!has(self.template.resourceConfig.trainingPlanArn)",
        "managed spot training takes no training plan: remove trainingPlanArn, or set capacity.type to OnDemand",
        ".template.resourceConfig.trainingPlanArn",
    )
}

/// `UltraServers` are not for spot.
#[must_use]
pub fn spot_excludes_placement() -> Rule {
    spot_excludes(
        "!has(self.template.resourceConfig.instancePlacementConfig)",
        "managed spot training places no instances: remove instancePlacementConfig, or set capacity.type to OnDemand",
        ".template.resourceConfig.instancePlacementConfig",
    )
}

/// What holds of every request on spot.
fn spot_excludes(holds: &str, message: &str, field_path: &str) -> Rule {
    forbidden(&format!("{ON_DEMAND} || {holds}"), message, field_path)
}

/// Instances are said in exactly one way.
#[must_use]
pub fn instances_in_one_way() -> Rule {
    invalid(
        "(has(self.instanceType) ? 1 : 0) + (has(self.instanceGroups) && size(self.instanceGroups) > 0 ? 1 : 0) + (has(self.instancePreferences) ? 1 : 0) == 1",
        "say the instances in exactly one way: instanceType and instanceCount, instanceGroups, or instancePreferences",
        ".instanceType",
    )
}

/// An instance type comes with a number of instances.
#[must_use]
pub fn a_type_has_a_count() -> Rule {
    invalid(
        "!has(self.instanceType) || (has(self.instanceCount) && self.instanceCount > 0)",
        "say how many instances of instanceType: set instanceCount to 1 or more",
        ".instanceCount",
    )
}

/// A number of instances comes with an instance type. `SageMaker` itself describes jobs with groups
/// with a count of 0.
#[must_use]
pub fn a_count_has_a_type() -> Rule {
    invalid(
        "has(self.instanceType) || !has(self.instanceCount) || self.instanceCount == 0",
        "instanceCount is the number of instances of instanceType: remove it, for instanceGroups and instancePreferences have their own",
        ".instanceCount",
    )
}

/// Instances that `SageMaker` chooses are not placed.
#[must_use]
pub fn preferences_exclude_placement() -> Rule {
    forbidden(
        "!has(self.instancePreferences) || !has(self.instancePlacementConfig)",
        "instances of instancePreferences can't be placed: remove instancePlacementConfig, or set instanceType",
        ".instancePlacementConfig",
    )
}

/// `SageMaker` keeps no groups of instances warm.
#[must_use]
pub fn groups_exclude_warm_pools() -> Rule {
    forbidden(
        "!has(self.instanceGroups) || size(self.instanceGroups) == 0 || !has(self.keepAlivePeriodInSeconds) || self.keepAlivePeriodInSeconds == 0",
        "instanceGroups have no warm pools: remove keepAlivePeriodInSeconds, or set instanceType",
        ".keepAlivePeriodInSeconds",
    )
}

/// Other instance types take the place of the first one.
#[must_use]
pub fn fallback_types_need_a_first() -> Rule {
    invalid(
        "!has(self.capacity) || !has(self.capacity.fallbackInstanceTypes) || size(self.capacity.fallbackInstanceTypes) == 0 || has(self.template.resourceConfig.instanceType)",
        "capacity.fallbackInstanceTypes are tried after template.resourceConfig.instanceType: set it, or remove fallbackInstanceTypes",
        ".capacity.fallbackInstanceTypes",
    )
}

/// An algorithm is named in exactly one way.
#[must_use]
pub fn one_algorithm() -> Rule {
    invalid(
        "has(self.algorithmName) != has(self.trainingImage)",
        "set exactly one of trainingImage and algorithmName",
        ".trainingImage",
    )
}

/// A channel has exactly one source.
#[must_use]
pub fn one_source() -> Rule {
    invalid(
        "(has(self.s3DataSource) ? 1 : 0) + (has(self.fileSystemDataSource) ? 1 : 0) + (has(self.datasetSource) ? 1 : 0) == 1",
        "set exactly one of s3DataSource, fileSystemDataSource and datasetSource",
        ".s3DataSource",
    )
}

/// A rule of the failure policy has a matcher.
#[must_use]
pub fn rule_matches_something() -> Rule {
    invalid(
        "has(self.onFailureReasons) || has(self.onFailureMessagePatterns) || has(self.onExitCodes)",
        "say which failures are meant: add onFailureReasons, onFailureMessagePatterns or onExitCodes",
        ".onFailureReasons",
    )
}

/// A spot wait says when the next instance type is tried.
#[must_use]
pub fn fallback_types_need_a_wait() -> Rule {
    invalid(
        "!has(self.fallbackInstanceTypes) || size(self.fallbackInstanceTypes) == 0 || has(self.spotWaitSeconds) || (has(self.type) && self.type == 'OnDemand')",
        "set spotWaitSeconds: it says how long one instance type is waited for before the next one of fallbackInstanceTypes",
        ".spotWaitSeconds",
    )
}

/// `AfterWait` needs a wait.
#[must_use]
pub fn after_wait_needs_a_wait() -> Rule {
    invalid(
        "!has(self.onDemandFallback) || self.onDemandFallback != 'AfterWait' || has(self.spotWaitSeconds) || (has(self.type) && self.type == 'OnDemand')",
        "set spotWaitSeconds: onDemandFallback AfterWait waits that long on each instance type",
        ".spotWaitSeconds",
    )
}

/// `AtDeadline` and Balanced need a target.
#[must_use]
pub fn a_fallback_by_target_needs_one() -> Rule {
    invalid(
        "!has(self.onDemandFallback) || !(self.onDemandFallback in ['AtDeadline', 'Balanced']) || has(self.target) || (has(self.type) && self.type == 'OnDemand')",
        "set target: onDemandFallback AtDeadline and Balanced use on-demand by the time that target leaves",
        ".target",
    )
}

/// A target leaves room for the training.
#[must_use]
pub fn a_target_covers_the_estimate() -> Rule {
    invalid(
        "!has(self.target) || self.target.completeWithinSeconds >= self.target.estimatedRuntimeSeconds",
        "target.completeWithinSeconds has to be at least target.estimatedRuntimeSeconds: no instances make the training faster",
        ".target.completeWithinSeconds",
    )
}

/// A rule that falls back to on-demand needs the permission to.
#[must_use]
pub fn rules_fall_back_where_that_is_allowed() -> Rule {
    invalid(
        "!has(self.failurePolicy) || !self.failurePolicy.rules.exists(rule, rule.action == 'FallBackToOnDemand') || (has(self.capacity) && has(self.capacity.onDemandFallback) && self.capacity.onDemandFallback != 'Never')",
        "a rule with the action FallBackToOnDemand needs capacity.onDemandFallback AfterWait, AtDeadline or Balanced",
        ".capacity.onDemandFallback",
    )
}

/// Each instance type is listed once.
#[must_use]
pub fn fallback_types_are_distinct() -> Rule {
    invalid(
        "!has(self.capacity) || !has(self.capacity.fallbackInstanceTypes) || !has(self.template.resourceConfig.instanceType) || self.capacity.fallbackInstanceTypes.all(one, one != self.template.resourceConfig.instanceType && self.capacity.fallbackInstanceTypes.exists_one(other, other == one))",
        "capacity.fallbackInstanceTypes are tried after template.resourceConfig.instanceType: list each other instance type once",
        ".capacity.fallbackInstanceTypes",
    )
}
