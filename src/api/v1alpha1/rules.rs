//! The cross-field rules of the CRD: each a CEL expression with a message that names the remedy.

use kube::core::cel::{Reason, Rule};

/// What to do instead of editing what cannot change.
const ONE_RUN: &str =
    "is one run and can't change: apply it under a new name, or delete and re-apply the object";

fn invalid(expression: &str, message: &str, field_path: &str) -> Rule {
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
    forbidden(
        "(has(self.capacity) && has(self.capacity.type) && self.capacity.type == 'OnDemand') || !has(self.template.resourceConfig.keepAlivePeriodInSeconds) || self.template.resourceConfig.keepAlivePeriodInSeconds == 0",
        "managed spot training has no warm pools: remove keepAlivePeriodInSeconds, or set capacity.type to OnDemand",
        ".template.resourceConfig.keepAlivePeriodInSeconds",
    )
}

/// The maximum wait time covers the maximum run time (86400 s where absent, `SageMaker`'s default).
#[must_use]
pub fn wait_covers_runtime() -> Rule {
    invalid(
        "!has(self.maxWaitTimeInSeconds) || self.maxWaitTimeInSeconds >= (has(self.maxRuntimeInSeconds) ? self.maxRuntimeInSeconds : 86400)",
        "maxWaitTimeInSeconds covers waiting and training: make it at least maxRuntimeInSeconds (86400 where absent)",
        ".maxWaitTimeInSeconds",
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
        "has(self.s3DataSource) != has(self.fileSystemDataSource)",
        "set exactly one of s3DataSource and fileSystemDataSource",
        ".s3DataSource",
    )
}

/// Names of environment variables.
#[must_use]
pub fn environment_names() -> Rule {
    Rule::new("self.all(key, key.size() <= 512 && key.matches('^[a-zA-Z_][a-zA-Z0-9_]*$'))")
        .message("names of environment variables consist of letters, digits and _, and don't begin with a digit (at most 512 characters)")
        .reason(Reason::FieldValueInvalid)
}

/// Names of hyperparameters.
#[must_use]
pub fn hyper_parameter_names() -> Rule {
    Rule::new("self.all(key, key.size() <= 256)")
        .message("names of hyperparameters have at most 256 characters")
        .reason(Reason::FieldValueInvalid)
}

/// The operator's own tags are not for the template.
#[must_use]
pub fn reserved_tags() -> Rule {
    Rule::new("self.all(tag, !tag.key.startsWith('spottraining.dev/') && !tag.key.startsWith('aws:'))")
        .message("tag keys with the prefix spottraining.dev/ are the operator's and those with aws: are AWS's: choose another key")
        .reason(Reason::FieldValueForbidden)
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

/// The estimated training fits into one job.
#[must_use]
pub fn an_estimate_fits_the_run_time() -> Rule {
    invalid(
        "!has(self.capacity) || !has(self.capacity.target) || self.capacity.target.estimatedRuntimeSeconds <= (has(self.template.stoppingCondition) && has(self.template.stoppingCondition.maxRuntimeInSeconds) ? self.template.stoppingCondition.maxRuntimeInSeconds : 86400) || (has(self.failurePolicy) && self.failurePolicy.rules.exists(rule, has(rule.onFailureReasons) && 'RuntimeExceeded' in rule.onFailureReasons && rule.action in ['Ignore', 'Count']))",
        "SageMaker would end the job before capacity.target.estimatedRuntimeSeconds are trained: raise template.stoppingCondition.maxRuntimeInSeconds (86400 where absent), or add a rule to failurePolicy with onFailureReasons [RuntimeExceeded] and the action Ignore",
        ".capacity.target.estimatedRuntimeSeconds",
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
        "!has(self.capacity) || !has(self.capacity.fallbackInstanceTypes) || self.capacity.fallbackInstanceTypes.all(one, one != self.template.resourceConfig.instanceType && self.capacity.fallbackInstanceTypes.exists_one(other, other == one))",
        "capacity.fallbackInstanceTypes are tried after template.resourceConfig.instanceType: list each other instance type once",
        ".capacity.fallbackInstanceTypes",
    )
}
