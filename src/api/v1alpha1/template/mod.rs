//! `spec.template`: the `CreateTrainingJob` request, member by member.
//!
//! Names are `SageMaker`'s with the first letter in lower case; bounds are the service model's
//! (botocore, `sagemaker/2017-07-24`) where no comment says otherwise.

mod algorithm;
mod channel;
mod condition;
mod debugging;
mod registration;
mod resources;
mod storage;
mod switches;

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use algorithm::{AlgorithmSpecification, MetricDefinition, TrainingInputMode};
pub use algorithm::{RepositoryAccessMode, RepositoryAuthConfig, TrainingImageConfig};
pub use channel::{Channel, DataSource, DatasetSource, FileSystemDataSource, S3DataSource};
pub use channel::{
    ChannelCompression, FileSystemAccessMode, FileSystemType, HubAccessConfig, ModelAccessConfig,
    RecordWrapper, S3DataDistribution, S3DataType, ShuffleConfig,
};
pub use condition::{RetryStrategy, StoppingCondition};
pub use debugging::{
    CollectionConfiguration, DebugHookConfig, ProfilerConfig, RuleConfiguration,
    TensorBoardOutputConfig,
};
pub use registration::{ExperimentConfig, MlflowConfig, ModelPackageConfig};
pub use resources::{
    InstanceGroup, InstancePlacementConfig, InstancePreference, PlacementSpecification,
};
pub use resources::{ResourceConfig, VpcConfig};
pub use storage::{CheckpointConfig, OutputCompression, OutputDataConfig};
pub use switches::{InfraCheckConfig, RemoteDebugConfig, SessionChainingConfig};

use super::rules;
use super::schema::{self, maps, texts};

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingJobTemplate {
    /// What runs: a container image or an algorithm.
    pub algorithm_specification: AlgorithmSpecification,

    /// IAM role that SageMaker assumes to run the training; the operator must be allowed to pass it.
    #[schemars(schema_with = "texts::role_arn")]
    pub role_arn: String,

    /// Hyperparameters of the algorithm, at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "maps::hyper_parameters")]
    pub hyper_parameters: Option<BTreeMap<String, String>>,

    /// Environment variables of the container, at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "maps::environment")]
    pub environment: Option<BTreeMap<String, String>>,

    /// Named inputs of the training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 20))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["channelName".to_owned()]))]
    pub input_data_config: Option<Vec<Channel>>,

    /// Where the model goes.
    pub output_data_config: OutputDataConfig,

    /// Instances and storage.
    pub resource_config: ResourceConfig,

    /// How long one attempt may run and wait. Absent: one day of training, two days in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopping_condition: Option<StoppingCondition>,

    /// Where checkpoints go. Absent: below the operator's checkpoint root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint_config: Option<CheckpointConfig>,

    /// Network of the training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_config: Option<VpcConfig>,

    /// SageMaker's own retries after its internal errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_strategy: Option<RetryStrategy>,

    /// Tags of the training job. At most 45: the operator adds five of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 45))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["key".to_owned()]))]
    pub tags: Option<Vec<Tag>>,

    /// Whether the container has no network access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_network_isolation: Option<bool>,

    /// Whether traffic between the containers of a distributed training is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_inter_container_traffic_encryption: Option<bool>,

    /// Tensors that the debugger saves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debug_hook_config: Option<DebugHookConfig>,

    /// Rules of the debugger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub debug_rule_configurations: Option<Vec<RuleConfiguration>>,

    /// What the profiler measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profiler_config: Option<ProfilerConfig>,

    /// Rules of the profiler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub profiler_rule_configurations: Option<Vec<RuleConfiguration>>,

    /// Where `TensorBoard` finds the training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tensor_board_output_config: Option<TensorBoardOutputConfig>,

    /// The experiment that the training belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment_config: Option<ExperimentConfig>,

    /// The `MLflow` server that keeps its metrics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mlflow_config: Option<MlflowConfig>,

    /// The group of model packages that its model becomes a member of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_package_config: Option<ModelPackageConfig>,

    /// Access to the containers while they run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_debug_config: Option<RemoteDebugConfig>,

    /// Checks of the instances before the training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infra_check_config: Option<InfraCheckConfig>,

    /// Tags of the role's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_chaining_config: Option<SessionChainingConfig>,
}

/// A tag of the training job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tag {
    /// Key of the tag.
    #[schemars(schema_with = "texts::tag_key")]
    pub key: String,
    /// Value of the tag.
    #[schemars(schema_with = "texts::tag_value")]
    pub value: String,
}
