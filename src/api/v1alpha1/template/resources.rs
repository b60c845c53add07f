//! `ResourceConfig` and `VpcConfig`: instances, storage and network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema;

/// Instances and storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceConfig {
    /// Instance type, such as ml.g5.2xlarge.
    #[schemars(length(max = 64), regex(pattern = schema::INSTANCE_TYPE))]
    pub instance_type: String,

    /// Number of instances.
    #[schemars(range(min = 1, max = 10000))]
    pub instance_count: i32,

    /// Size of the storage volume of each instance in GiB.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "volumeSizeInGB")]
    #[schemars(range(min = 1, max = 65536))]
    pub volume_size_in_gb: Option<i32>,

    /// KMS key of the storage volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2048), regex(pattern = schema::KMS_KEY))]
    pub volume_kms_key_id: Option<String>,

    /// Seconds for which instances are kept for a next job. On demand only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 21600))]
    pub keep_alive_period_in_seconds: Option<i32>,
}

/// Network of the training. Spot capacity is looked for in the zones of the subnets only: name
/// one subnet per zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VpcConfig {
    /// Security groups.
    #[schemars(schema_with = "schema::security_group_ids")]
    pub security_group_ids: Vec<String>,
    /// Subnets.
    #[schemars(schema_with = "schema::subnets")]
    pub subnets: Vec<String>,
}
