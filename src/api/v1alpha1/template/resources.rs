//! `ResourceConfig` and `VpcConfig`: instances, storage and network.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules;
use super::schema::{lists, texts};

/// Instances and storage. Instances are said in one of three ways: instanceType and instanceCount,
/// instanceGroups, or instancePreferences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[x_kube(
    validation = rules::instances_in_one_way(),
    validation = rules::a_type_has_a_count(),
    validation = rules::a_count_has_a_type(),
    validation = rules::preferences_exclude_placement(),
    validation = rules::groups_exclude_warm_pools()
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceConfig {
    /// Instance type, such as ml.g5.2xlarge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::instance_type")]
    pub instance_type: Option<String>,

    /// Number of instances of instanceType. 0 beside instanceGroups means not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub instance_count: Option<i32>,

    /// Size of the storage volume of each instance in GiB.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "volumeSizeInGB")]
    #[schemars(range(min = 1))]
    pub volume_size_in_gb: Option<i32>,

    /// KMS key of the storage volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::kms_key_id")]
    pub volume_kms_key_id: Option<String>,

    /// Seconds for which instances are kept for a next job. On demand only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 21600))]
    pub keep_alive_period_in_seconds: Option<i32>,

    /// Groups of instances of different types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 5))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub instance_groups: Option<Vec<InstanceGroup>>,

    /// Training plan whose capacity is used. On demand only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::training_plan_arn")]
    pub training_plan_arn: Option<String>,

    /// Where instances of `UltraServers` are placed. On demand only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_placement_config: Option<InstancePlacementConfig>,

    /// Instance types of which SageMaker takes the first that it has. On demand only; on spot
    /// capacity.fallbackInstanceTypes does this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 5))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub instance_preferences: Option<Vec<InstancePreference>>,
}

/// A group of instances of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceGroup {
    /// Instance type of the group.
    #[schemars(schema_with = "texts::instance_type")]
    pub instance_type: String,
    /// Number of instances of the group.
    #[schemars(range(min = 1))]
    pub instance_count: i32,
    /// Name of the group, for instanceGroupNames of an input.
    #[schemars(schema_with = "texts::instance_group_name")]
    pub instance_group_name: String,
}

/// Where instances are placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstancePlacementConfig {
    /// Whether several jobs may share an `UltraServer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_multiple_jobs: Option<bool>,
    /// Instances of each `UltraServer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub placement_specifications: Option<Vec<PlacementSpecification>>,
}

/// Instances of an `UltraServer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacementSpecification {
    /// Id of the `UltraServer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::ultra_server_id")]
    pub ultra_server_id: Option<String>,
    /// Number of instances.
    #[schemars(range(min = 0))]
    pub instance_count: i32,
}

/// An instance type that is welcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstancePreference {
    /// Instance type.
    #[schemars(schema_with = "texts::instance_type")]
    pub instance_type: String,
    /// Number of instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub instance_count: Option<i32>,
    /// Training plan whose capacity is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "lists::training_plan_arns")]
    pub training_plan_arns: Option<Vec<String>>,
}

/// Network of the training. Spot capacity is looked for in the zones of the subnets only: name
/// one subnet per zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VpcConfig {
    /// Security groups.
    #[schemars(schema_with = "lists::security_group_ids")]
    pub security_group_ids: Vec<String>,
    /// Subnets.
    #[schemars(schema_with = "lists::subnets")]
    pub subnets: Vec<String>,
}
