//! The failure policy: what follows from particular failures.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules;

/// What follows from particular failures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FailurePolicy {
    /// The first rule that matches is followed; where none does, the class of the failure decides.
    #[schemars(length(min = 1, max = 20))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".to_owned()]))]
    pub rules: Vec<FailureRule>,
}

/// A rule: matches where all of its matchers do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::rule_matches_something())]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FailureRule {
    /// Name of the rule.
    #[schemars(length(min = 1, max = 63))]
    pub name: String,
    /// What follows.
    pub action: RuleAction,
    /// Classes of failures (status.attempts[].reason).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 8))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub on_failure_reasons: Option<Vec<FailureReason>>,
    /// Regular expressions (RE2), of which one is found in the text of the failure
    /// (status.attempts[].message).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 10), inner(length(min = 1, max = 256)))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub on_failure_message_patterns: Option<Vec<String>>,
    /// Exit codes of the training program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_exit_codes: Option<ExitCodes>,
}

/// What follows: `Ignore` (try again, not counted), `Count` (try again while backoffLimit allows it),
/// `FailJob`, or `FallBackToOnDemand` (try again on on-demand instances, not counted).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RuleAction {
    /// Try again, not counted.
    Ignore,
    /// Try again while `backoffLimit` allows it.
    Count,
    /// The object has failed.
    FailJob,
    /// Try again on on-demand instances, not counted.
    FallBackToOnDemand,
}

/// A class of failures that ends an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FailureReason {
    /// AWS had no capacity.
    CapacityError,
    /// SageMaker failed internally.
    ServiceError,
    /// The training program failed.
    AlgorithmError,
    /// The request or its data made SageMaker fail the job.
    ClientError,
    /// Spot capacity did not come, or did not last, within the maximum wait time.
    SpotWaitExceeded,
    /// The job ran longer than its maximum run time.
    RuntimeExceeded,
    /// The training job vanished.
    Missing,
    /// Any other failure.
    Unknown,
}

/// A set of exit codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExitCodes {
    /// In: one of the values. `NotIn`: any other.
    pub operator: ExitCodeOperator,
    /// Exit codes, 0 to 255.
    #[schemars(length(min = 1, max = 50), inner(range(min = 0, max = 255)))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub values: Vec<i32>,
}

/// In: one of the values. `NotIn`: any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ExitCodeOperator {
    /// One of the values.
    In,
    /// Any other.
    NotIn,
}
