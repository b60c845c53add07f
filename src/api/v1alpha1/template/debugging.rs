//! `DebugHookConfig`, `ProfilerConfig`, their rules and `TensorBoardOutputConfig`: what is observed of
//! a training.

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::{maps, texts};

/// Tensors that the debugger saves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DebugHookConfig {
    /// Directory in the container. Absent: /opt/ml/output/tensors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::local_path")]
    pub local_path: Option<String>,
    /// S3 prefix for the tensors.
    #[schemars(schema_with = "texts::s3_uri")]
    pub s3_output_path: String,
    /// Parameters of the hook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "maps::parameters")]
    pub hook_parameters: Option<BTreeMap<String, String>>,
    /// Collections of tensors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub collection_configurations: Option<Vec<CollectionConfiguration>>,
}

/// A collection of tensors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CollectionConfiguration {
    /// Name of the collection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::rule_name")]
    pub collection_name: Option<String>,
    /// Parameters of the collection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "maps::parameters")]
    pub collection_parameters: Option<BTreeMap<String, String>>,
}

/// A rule of the debugger or the profiler, evaluated in a processing job of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleConfiguration {
    /// Name of the rule.
    #[schemars(schema_with = "texts::rule_name")]
    pub rule_configuration_name: String,
    /// Directory in the container. Absent: SageMaker's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::local_path")]
    pub local_path: Option<String>,
    /// S3 prefix for what the rule finds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::s3_uri")]
    pub s3_output_path: Option<String>,
    /// Image that evaluates the rule.
    #[schemars(schema_with = "texts::image")]
    pub rule_evaluator_image: String,
    /// Instance type of the evaluation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::instance_type")]
    pub instance_type: Option<String>,
    /// Size of the storage volume of the evaluation in GiB.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "volumeSizeInGB")]
    #[schemars(range(min = 0))]
    pub volume_size_in_gb: Option<i32>,
    /// Parameters of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "maps::rule_parameters")]
    pub rule_parameters: Option<BTreeMap<String, String>>,
}

/// What the profiler measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfilerConfig {
    /// S3 prefix for the measurements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::s3_uri")]
    pub s3_output_path: Option<String>,
    /// Milliseconds between two measurements of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profiling_interval_in_milliseconds: Option<i64>,
    /// Parameters of the profiler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "maps::parameters")]
    pub profiling_parameters: Option<BTreeMap<String, String>>,
    /// Whether the profiler is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_profiler: Option<bool>,
}

/// Where `TensorBoard` finds the training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TensorBoardOutputConfig {
    /// Directory in the container. Absent: /opt/ml/output/tensorboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::local_path")]
    pub local_path: Option<String>,
    /// S3 prefix for the event files.
    #[schemars(schema_with = "texts::s3_uri")]
    pub s3_output_path: String,
}
