//! `OutputDataConfig` and `CheckpointConfig`: what a training writes to S3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::texts;

/// Where the model goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutputDataConfig {
    /// S3 prefix for the model.
    #[schemars(schema_with = "texts::s3_uri")]
    pub s3_output_path: String,
    /// KMS key of the output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::kms_key_id")]
    pub kms_key_id: Option<String>,
    /// GZIP (a tar.gz archive) or NONE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression_type: Option<OutputCompression>,
}

/// Compression of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum OutputCompression {
    /// A tar.gz archive.
    Gzip,
    /// Not compressed.
    None,
}

/// Where checkpoints go. Every attempt uses the same place, and so continues the same training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckpointConfig {
    /// S3 prefix for checkpoints.
    #[schemars(schema_with = "texts::checkpoint_uri")]
    pub s3_uri: String,
    /// Directory in the container. Absent: /opt/ml/checkpoints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::local_path")]
    pub local_path: Option<String>,
}
