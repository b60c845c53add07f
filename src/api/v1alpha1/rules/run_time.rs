//! Rules about how long a training job runs and waits.

use kube::core::cel::Rule;

use super::{ON_DEMAND, invalid};

/// Whether `SageMaker` lets a job run and wait for an hour only: a built-in algorithm on spot that
/// doesn't checkpoint.
fn is_short() -> String {
    format!(
        "(has(self.template.algorithmSpecification.algorithmName) && has(self.checkpointing) && self.checkpointing == 'Disabled' && !{ON_DEMAND})"
    )
}

/// `MaxRuntimeInSeconds` as it is sent: `SageMaker`'s default where absent.
fn max_runtime() -> String {
    format!(
        "(has(self.template.stoppingCondition) && has(self.template.stoppingCondition.maxRuntimeInSeconds) ? self.template.stoppingCondition.maxRuntimeInSeconds : ({} ? 3600 : 86400))",
        is_short()
    )
}

/// What [`max_runtime`] is where it is absent, for people.
const DEFAULTS: &str =
    "where absent 86400, and 3600 for a built-in algorithm on spot without checkpoints";

/// The maximum wait time, which is of spot only, covers the maximum run time.
#[must_use]
pub fn wait_covers_runtime() -> Rule {
    let message = format!(
        "maxWaitTimeInSeconds covers waiting and training: make it at least maxRuntimeInSeconds ({DEFAULTS})"
    );
    invalid(
        format!(
            "!has(self.template.stoppingCondition) || !has(self.template.stoppingCondition.maxWaitTimeInSeconds) || {ON_DEMAND} || self.template.stoppingCondition.maxWaitTimeInSeconds >= {}",
            max_runtime()
        ),
        &message,
        ".template.stoppingCondition.maxWaitTimeInSeconds",
    )
}

/// A built-in algorithm on spot that doesn't checkpoint runs and waits for an hour at most.
#[must_use]
pub fn short_runs_fit_an_hour() -> Rule {
    let fits = |member: &str| {
        let member = format!("self.template.stoppingCondition.{member}");
        format!("(!has({member}) || {member} <= 3600)")
    };
    invalid(
        format!(
            "!has(self.template.stoppingCondition) || !{} || ({} && {})",
            is_short(),
            fits("maxRuntimeInSeconds"),
            fits("maxWaitTimeInSeconds"),
        ),
        "a built-in algorithm on spot without checkpoints runs and waits for at most 3600 seconds: lower maxRuntimeInSeconds and maxWaitTimeInSeconds, or set checkpointing to Enabled or capacity.type to OnDemand",
        ".template.stoppingCondition",
    )
}

/// The estimated training fits into one job.
#[must_use]
pub fn an_estimate_fits_the_run_time() -> Rule {
    let message = format!(
        "SageMaker would end the job before capacity.target.estimatedRuntimeSeconds are trained: raise template.stoppingCondition.maxRuntimeInSeconds ({DEFAULTS}), or add a rule to failurePolicy with onFailureReasons [RuntimeExceeded] and the action Ignore"
    );
    invalid(
        format!(
            "!has(self.capacity) || !has(self.capacity.target) || self.capacity.target.estimatedRuntimeSeconds <= {} || (has(self.failurePolicy) && self.failurePolicy.rules.exists(rule, has(rule.onFailureReasons) && 'RuntimeExceeded' in rule.onFailureReasons && rule.action in ['Ignore', 'Count']))",
            max_runtime()
        ),
        &message,
        ".capacity.target.estimatedRuntimeSeconds",
    )
}
