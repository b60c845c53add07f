//! The status: bounded, and written only when it changes.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What has become of the training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpotTrainingJobStatus {
    /// Complete, Failed, Suspended; Ready, Reconciling, Stalled (kstatus).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".to_owned()]))]
    pub conditions: Vec<Condition>,
    /// Newest generation of the spec that the operator has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// One word for people; conditions are for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub state: Option<String>,
    /// SageMaker training job of the current attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 63))]
    pub training_job_name: Option<String>,
    /// ARN of that training job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256))]
    pub training_job_arn: Option<String>,
    /// Status of that training job, in SageMaker's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub training_job_status: Option<String>,
    /// Secondary status of that training job, in SageMaker's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub secondary_status: Option<String>,
    /// SageMaker's message about the secondary status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub status_message: Option<String>,
    /// AWS region of all attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32))]
    pub region: Option<String>,
    /// AWS account of all attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 12))]
    pub account_id: Option<String>,
    /// Spot or `OnDemand`, of the current attempt, or of the first one while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 16))]
    pub capacity_type: Option<String>,
    /// Instance type of the current attempt, or of the first one while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512))]
    pub instance_type: Option<String>,
    /// Instances of the current attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_count: Option<i32>,
    /// Number of the current attempt; each attempt is one SageMaker training job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<i32>,
    /// The newest attempts, oldest first, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub attempts: Vec<AttemptStatus>,
    /// Attempts that followed another one that had failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarts: Option<i32>,
    /// Those of them that count towards spec.backoffLimit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarts_count_towards_limit: Option<i32>,
    /// Times SageMaker took a spot instance away, over all attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interruptions: Option<i32>,
    /// Where checkpoints are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<CheckpointStatus>,
    /// Training seconds per instance, over all attempts that are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_seconds: Option<i64>,
    /// Billable seconds per instance, over all attempts that are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_seconds: Option<i64>,
    /// Saved against on-demand, such as 70.0%, over all attempts that are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 16))]
    pub savings: Option<String>,
    /// The trained model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_artifacts: Option<ModelArtifacts>,
    /// Final metrics of the training.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 40))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub final_metrics: Vec<FinalMetric>,
    /// When the operator first found the object not suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Time>,
    /// When training succeeded or failed for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_time: Option<Time>,
    /// Since when the object is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_since: Option<Time>,
    /// Seconds of earlier suspensions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_seconds: Option<i64>,
    /// When the operator next tries to create a training job, while AWS refuses, or after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_time: Option<Time>,
    /// Why the last failed attempt failed, in SageMaker's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub failure_reason: Option<String>,
    /// Calls that can't be made at present, or are refused, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 3))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["call".to_owned()]))]
    pub blockers: Vec<BlockerStatus>,
    /// The training job in the AWS console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512))]
    pub console_url: Option<String>,
    /// The training job's logs in the AWS console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512))]
    pub logs_url: Option<String>,
    /// Internal: what the operator needs and no other field says. Not for reading or writing by
    /// others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8192))]
    pub internal_state: Option<String>,
}

/// Why a call can't be made, or was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockerStatus {
    /// The call: `CreateTrainingJob`, `DescribeTrainingJob`, `StopTrainingJob`, or `patch` for the
    /// finalizer of the object.
    #[schemars(length(max = 64))]
    pub call: String,
    /// Why, in one word.
    #[schemars(length(max = 64))]
    pub reason: String,
    /// Why, in AWS's or the operator's words.
    #[schemars(length(max = 2048))]
    pub message: String,
}

/// One attempt: one SageMaker training job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptStatus {
    /// Number of the attempt.
    pub attempt: i32,
    /// Its training job.
    #[schemars(length(max = 63))]
    pub training_job_name: String,
    /// Spot or `OnDemand`.
    #[schemars(length(max = 16))]
    pub capacity_type: String,
    /// Its instance type.
    #[schemars(length(max = 512))]
    pub instance_type: String,
    /// When the operator decided on it.
    pub start_time: Time,
    /// When its training job was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_time: Option<Time>,
    /// Completed, Failed or Stopped; absent while it is possibly live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32))]
    pub outcome: Option<String>,
    /// Why it ended, in one word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub reason: Option<String>,
    /// Why it ended, in SageMaker's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512))]
    pub message: Option<String>,
    /// Training seconds per instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_seconds: Option<i64>,
    /// Billable seconds per instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_seconds: Option<i64>,
    /// Times SageMaker took a spot instance away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interruptions: Option<i32>,
}

/// Where checkpoints are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointStatus {
    /// S3 prefix of all attempts' checkpoints.
    #[schemars(length(max = 1024))]
    pub s3_uri: String,
}

/// The trained model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelArtifacts {
    /// S3 location of the model.
    #[schemars(length(max = 1024))]
    pub s3_model_artifacts: String,
}

/// A final metric of the training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FinalMetric {
    /// Name of the metric.
    #[schemars(length(max = 255))]
    pub metric_name: String,
    /// Its value as text, for the Kubernetes API has no floats.
    #[schemars(length(max = 64))]
    pub value: String,
    /// When it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Time>,
}
