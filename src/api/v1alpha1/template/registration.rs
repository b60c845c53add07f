//! `ExperimentConfig`, `MlflowConfig` and `ModelPackageConfig`: where a training and its model are
//! registered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::texts;

/// The experiment that a training belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExperimentConfig {
    /// Name of the experiment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::experiment_name")]
    pub experiment_name: Option<String>,
    /// Name of the trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::experiment_name")]
    pub trial_name: Option<String>,
    /// Name under which the training is shown in the trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::experiment_name")]
    pub trial_component_display_name: Option<String>,
    /// Name of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::experiment_name")]
    pub run_name: Option<String>,
}

/// The `MLflow` server that keeps metrics of a training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MlflowConfig {
    /// ARN of the server.
    #[schemars(schema_with = "texts::mlflow_arn")]
    pub mlflow_resource_arn: String,
    /// Name of the experiment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::mlflow_name")]
    pub mlflow_experiment_name: Option<String>,
    /// Name of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::mlflow_name")]
    pub mlflow_run_name: Option<String>,
}

/// The group of model packages that the model becomes a member of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelPackageConfig {
    /// ARN of the group.
    #[schemars(schema_with = "texts::model_package_group_arn")]
    pub model_package_group_arn: String,
    /// ARN of the model package that the training began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "texts::model_package_arn")]
    pub source_model_package_arn: Option<String>,
}
