//! `StoppingCondition` and `RetryStrategy`: how long and how often one attempt runs.

#![expect(clippy::struct_field_names, reason = "the names are SageMaker's")]

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long one attempt may run and wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StoppingCondition {
    /// Longest training in seconds, at most 28 days. Absent: 86400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2_419_200))]
    pub max_runtime_in_seconds: Option<i32>,

    /// Longest time in seconds for waiting for spot capacity and training together, at most 28
    /// days. Absent: twice maxRuntimeInSeconds. Not used on demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2_419_200))]
    pub max_wait_time_in_seconds: Option<i32>,

    /// Longest time in seconds in Pending for on-demand accelerated instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1800, max = 2_419_200))]
    pub max_pending_time_in_seconds: Option<i32>,
}

/// `SageMaker`'s own retries after its internal errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetryStrategy {
    /// Retries at the most.
    #[schemars(range(min = 1, max = 30))]
    pub maximum_retry_attempts: i32,
}
