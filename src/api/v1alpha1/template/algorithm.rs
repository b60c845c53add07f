//! `AlgorithmSpecification`: what runs.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules;
use super::schema::{lists, texts};

/// What runs: a container image or an algorithm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::one_algorithm())]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlgorithmSpecification {
    /// Registry path of the container image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::image")]
    pub training_image: Option<String>,

    /// Name or ARN of an algorithm resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::algorithm_name")]
    pub algorithm_name: Option<String>,

    /// How input data reaches the container.
    pub training_input_mode: TrainingInputMode,

    /// Metrics to read from the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub metric_definitions: Option<Vec<MetricDefinition>>,

    /// Whether SageMaker keeps metrics as time series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_sage_maker_metrics_time_series: Option<bool>,

    /// Entrypoint of the container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "lists::container_words")]
    pub container_entrypoint: Option<Vec<String>>,

    /// Arguments of the entrypoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "lists::container_words")]
    pub container_arguments: Option<Vec<String>>,

    /// How the image is pulled from a private registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_image_config: Option<TrainingImageConfig>,
}

/// How input data reaches the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TrainingInputMode {
    /// Streamed through a named pipe.
    Pipe,
    /// Downloaded before the training.
    File,
    /// Read on demand as files.
    FastFile,
}

impl TrainingInputMode {
    /// SageMaker's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pipe => "Pipe",
            Self::File => "File",
            Self::FastFile => "FastFile",
        }
    }
}

/// A metric read from the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricDefinition {
    /// Name of the metric.
    #[schemars(schema_with = "texts::metric_name")]
    pub name: String,
    /// Regular expression that finds it.
    #[schemars(schema_with = "texts::metric_regex")]
    pub regex: String,
}

/// How the image is pulled from a private registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingImageConfig {
    /// Platform (Amazon ECR) or Vpc (a registry in your VPC).
    pub training_repository_access_mode: RepositoryAccessMode,
    /// How to log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_repository_auth_config: Option<RepositoryAuthConfig>,
}

/// Where the registry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RepositoryAccessMode {
    /// Amazon ECR.
    Platform,
    /// A private registry in your VPC.
    Vpc,
}

impl RepositoryAccessMode {
    /// SageMaker's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "Platform",
            Self::Vpc => "Vpc",
        }
    }
}

/// How to log in to a private registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepositoryAuthConfig {
    /// Lambda function that provides credentials.
    #[schemars(schema_with = "texts::lambda_arn")]
    pub training_repository_credentials_provider_arn: String,
}
