//! The spec: the template and the policy beside it.

#![expect(clippy::duplicated_attributes, reason = "printer columns repeat their type")]

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use super::failure_policy::FailurePolicy;
use super::policy::{Capacity, Checkpointing, DeletionPolicy};
use super::rules;
use super::schema::texts;
use super::status::SpotTrainingJobStatus;
use super::template::TrainingJobTemplate;

/// What to train, and how the run is kept going.
#[derive(CustomResource, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[kube(
    group = "spottraining.dev",
    version = "v1alpha1",
    kind = "SpotTrainingJob",
    plural = "spottrainingjobs",
    shortname = "stj",
    namespaced,
    derive = "PartialEq",
    status = "SpotTrainingJobStatus",
    doc = "A SageMaker training that runs on managed spot instances: started, followed through interruptions, and accounted for. Its conditions are compatible with kstatus.",
    printcolumn(
        name = "State",
        type_ = "string",
        json_path = ".status.state",
        description = "Where the training is in its life"
    ),
    printcolumn(
        name = "Reason",
        type_ = "string",
        json_path = ".status.conditions[?(@.type=='Ready')].reason",
        description = "Why, in one word"
    ),
    printcolumn(
        name = "Capacity",
        type_ = "string",
        json_path = ".status.capacityType",
        description = "Spot or OnDemand, of the current attempt"
    ),
    printcolumn(
        name = "Instance",
        type_ = "string",
        json_path = ".status.instanceType",
        description = "Instance type of the current attempt"
    ),
    printcolumn(
        name = "Attempt",
        type_ = "integer",
        json_path = ".status.attempt",
        description = "Number of the current attempt"
    ),
    printcolumn(
        name = "Interruptions",
        type_ = "integer",
        json_path = ".status.interruptions",
        description = "Times SageMaker took a spot instance away"
    ),
    printcolumn(
        name = "Savings",
        type_ = "string",
        json_path = ".status.savings",
        description = "Saved against on-demand"
    ),
    printcolumn(
        name = "Age",
        type_ = "date",
        json_path = ".metadata.creationTimestamp",
        description = "Time since creation"
    ),
    printcolumn(
        name = "Job",
        type_ = "string",
        json_path = ".status.trainingJobName",
        priority = 1,
        description = "SageMaker training job of the current attempt"
    ),
    printcolumn(
        name = "Checkpoint",
        type_ = "string",
        json_path = ".status.checkpoint.s3Uri",
        priority = 1,
        description = "Where checkpoints go"
    ),
    printcolumn(
        name = "Message",
        type_ = "string",
        json_path = ".status.conditions[?(@.type=='Ready')].message",
        priority = 1,
        description = "Why, in a sentence"
    )
)]
#[x_kube(
    validation = rules::region_immutable(),
    validation = rules::checkpointing_immutable(),
    validation = rules::managed_by_immutable(),
    validation = rules::fallback_types_are_distinct(),
    validation = rules::rules_fall_back_where_that_is_allowed(),
    validation = rules::wait_covers_runtime(),
    validation = rules::short_runs_fit_an_hour(),
    validation = rules::an_estimate_fits_the_run_time(),
    validation = rules::disabled_excludes_checkpoints(),
    validation = rules::fallback_types_need_a_first(),
    validation = rules::spot_excludes_warm_pools(),
    validation = rules::spot_excludes_preferences(),
    validation = rules::spot_excludes_training_plans(),
    validation = rules::spot_excludes_placement()
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpotTrainingJobSpec {
    /// AWS region of the training, such as eu-west-1. Absent: the operator's default. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::region")]
    pub region: Option<String>,

    /// The CreateTrainingJob request of one run: the members of SageMaker's API, each name with
    /// its first letter in lower case. Immutable, because SageMaker cannot change a training job.
    #[x_kube(validation = rules::template_immutable())]
    pub template: TrainingJobTemplate,

    /// Whether training continues from checkpoints after an interruption. Absent: Enabled.
    /// Disabled says that restarting from scratch is fine. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpointing: Option<Checkpointing>,

    /// Where instances come from. Absent: spot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,

    /// True stops the running training job and starts none; false continues from the
    /// newest checkpoint. Absent: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,

    /// What happens to a running training job when this object is deleted. Absent: Stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,

    /// How many failed attempts are followed by another one; failures of the training program count,
    /// missing capacity, quota and interruptions don't. Absent: 0. Judged when an attempt ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub backoff_limit: Option<i32>,

    /// What follows from particular failures. Judged when an attempt ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_policy: Option<FailurePolicy>,

    /// Seconds from status.startTime, suspensions left out, after which the training is stopped and
    /// the object has failed. Absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 315_360_000))]
    pub active_deadline_seconds: Option<i64>,

    /// Training seconds per instance, over all attempts, after which the training is stopped and the
    /// object has failed. Absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 315_360_000))]
    pub max_training_seconds: Option<i64>,

    /// Seconds after the end after which the operator deletes this object (and nothing in S3).
    /// Absent: never. Not applied to objects that Argo CD, Flux or Helm keep: they would apply it
    /// again, and the training would run again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 315_360_000))]
    pub ttl_seconds_after_finished: Option<i64>,

    /// Who works on this object: absent, or spottraining.dev/operator for this operator; it leaves
    /// an object with another value alone. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::managed_by")]
    pub managed_by: Option<String>,
}
