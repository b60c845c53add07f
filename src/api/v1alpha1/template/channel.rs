//! `InputDataConfig`: the named inputs of a training.

#![expect(clippy::struct_field_names, reason = "the names are SageMaker's")]

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::{lists, texts};
use super::{TrainingInputMode, rules};

/// A named input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Channel {
    /// Name of the input; the container finds it under this name.
    #[schemars(schema_with = "texts::channel_name")]
    pub channel_name: String,

    /// Where the data is.
    pub data_source: DataSource,

    /// MIME type of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::content_type")]
    pub content_type: Option<String>,

    /// Whether the data is compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression_type: Option<ChannelCompression>,

    /// Whether SageMaker wraps the data as `RecordIO`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_wrapper_type: Option<RecordWrapper>,

    /// Overrides trainingInputMode for this input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_mode: Option<TrainingInputMode>,

    /// Shuffles the data with a seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shuffle_config: Option<ShuffleConfig>,
}

/// Where the data of an input is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = rules::one_source())]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataSource {
    /// Data in S3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_data_source: Option<S3DataSource>,
    /// Data in EFS or `FSx` for Lustre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_system_data_source: Option<FileSystemDataSource>,
    /// A dataset of a hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_source: Option<DatasetSource>,
}

/// Data in S3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct S3DataSource {
    /// What s3Uri names.
    pub s3_data_type: S3DataType,
    /// A prefix or a manifest in S3.
    #[schemars(schema_with = "texts::s3_uri")]
    pub s3_uri: String,
    /// How data is spread over the instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_data_distribution_type: Option<S3DataDistribution>,
    /// Attributes to read from an augmented manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "lists::attribute_names")]
    pub attribute_names: Option<Vec<String>>,
    /// Instance groups that get the data. Absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "lists::instance_group_names")]
    pub instance_group_names: Option<Vec<String>>,
    /// Terms of a gated model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_access_config: Option<ModelAccessConfig>,
    /// Content of a hub, such as a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_access_config: Option<HubAccessConfig>,
}

/// What `s3Uri` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum S3DataType {
    /// A manifest of objects.
    ManifestFile,
    /// All objects under a prefix.
    S3Prefix,
    /// A manifest with attributes.
    AugmentedManifestFile,
    /// Conversations for fine-tuning.
    Converse,
}

/// How data is spread over the instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum S3DataDistribution {
    /// Every instance has all of it.
    FullyReplicated,
    /// Every instance has a share.
    ShardedByS3Key,
}

/// Data in a file system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileSystemDataSource {
    /// Id of the file system.
    #[schemars(schema_with = "texts::file_system_id")]
    pub file_system_id: String,
    /// Read-only or read-write.
    pub file_system_access_mode: FileSystemAccessMode,
    /// Kind of file system.
    pub file_system_type: FileSystemType,
    /// Directory in the file system.
    #[schemars(schema_with = "texts::directory")]
    pub directory_path: String,
}

/// Access to a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileSystemAccessMode {
    /// Read-write.
    Rw,
    /// Read-only.
    Ro,
}

/// Kind of file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FileSystemType {
    /// Amazon EFS.
    #[serde(rename = "EFS")]
    Efs,
    /// Amazon `FSx` for Lustre.
    FSxLustre,
}

/// Whether input data is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ChannelCompression {
    /// Not compressed.
    None,
    /// Compressed with gzip.
    Gzip,
}

/// How records are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RecordWrapper {
    /// Not at all.
    None,
    /// As `RecordIO`.
    #[serde(rename = "RecordIO")]
    RecordIo,
}

/// Shuffles the data with a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShuffleConfig {
    /// Seed of the shuffle.
    pub seed: i64,
}

/// Terms of a gated model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelAccessConfig {
    /// Whether you accept the end-user license agreement of the model.
    pub accept_eula: bool,
}

/// Content of a hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HubAccessConfig {
    /// ARN of the content.
    #[schemars(schema_with = "texts::hub_content_arn")]
    pub hub_content_arn: String,
}

/// A dataset of a hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatasetSource {
    /// ARN of the dataset.
    #[schemars(schema_with = "texts::dataset_arn")]
    pub dataset_arn: String,
}
