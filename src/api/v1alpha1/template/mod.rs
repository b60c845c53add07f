//! `spec.template`: the `CreateTrainingJob` request, member by member.
//!
//! Names are `SageMaker`'s with the first letter in lower case; bounds are the service model's
//! (botocore, `sagemaker/2017-07-24`) where no comment says otherwise.

mod algorithm;
mod channel;
mod condition;
mod resources;
mod storage;

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use algorithm::{AlgorithmSpecification, MetricDefinition, TrainingInputMode};
pub use algorithm::{RepositoryAccessMode, RepositoryAuthConfig, TrainingImageConfig};
pub use channel::{Channel, DataSource, FileSystemDataSource, S3DataSource, ShuffleConfig};
pub use channel::{
    ChannelCompression, FileSystemAccessMode, FileSystemType, RecordWrapper, S3DataDistribution,
    S3DataType,
};
pub use condition::{RetryStrategy, StoppingCondition};
pub use resources::{ResourceConfig, VpcConfig};
pub use storage::{CheckpointConfig, OutputCompression, OutputDataConfig};

use super::{rules, schema};

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingJobTemplate {
    /// What runs: a container image or an algorithm.
    pub algorithm_specification: AlgorithmSpecification,

    /// IAM role that SageMaker assumes to run the training; the operator must be allowed to pass it.
    #[schemars(
        length(min = 20, max = 2048),
        regex(pattern = r"^arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$")
    )]
    pub role_arn: String,

    /// Hyperparameters of the algorithm, at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::hyper_parameters")]
    #[x_kube(validation = rules::hyper_parameter_names())]
    pub hyper_parameters: Option<BTreeMap<String, String>>,

    /// Environment variables of the container, at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::environment")]
    #[x_kube(validation = rules::environment_names())]
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
    #[x_kube(
        merge_strategy = ListMerge::Map(vec!["key".to_owned()]),
        validation = rules::reserved_tags()
    )]
    pub tags: Option<Vec<Tag>>,

    /// Whether the container has no network access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_network_isolation: Option<bool>,

    /// Whether traffic between the containers of a distributed training is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_inter_container_traffic_encryption: Option<bool>,
}

/// A tag of the training job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tag {
    /// Key of the tag.
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$"))]
    pub key: String,
    /// Value of the tag.
    #[schemars(length(max = 256), regex(pattern = r"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$"))]
    pub value: String,
}
