//! Where a training and its model are registered, for the SDK.

use aws_sdk_sagemaker::operation::create_training_job::builders::CreateTrainingJobInputBuilder;
use aws_sdk_sagemaker::types as sdk;

use crate::api::v1alpha1::template::{
    ExperimentConfig, MlflowConfig, ModelPackageConfig, TrainingJobTemplate,
};

/// `input` with the experiment, the `MLflow` server, the model package group and the session's tags of
/// `template`.
pub(super) fn register(
    input: CreateTrainingJobInputBuilder,
    template: &TrainingJobTemplate,
) -> CreateTrainingJobInputBuilder {
    let session = template.session_chaining_config.as_ref().map(|config| {
        sdk::SessionChainingConfig::builder()
            .set_enable_session_tag_chaining(config.enable_session_tag_chaining)
            .build()
    });
    input
        .set_experiment_config(template.experiment_config.as_ref().map(experiment))
        .set_mlflow_config(template.mlflow_config.as_ref().and_then(mlflow))
        .set_model_package_config(template.model_package_config.as_ref().and_then(model_package))
        .set_session_chaining_config(session)
}

fn experiment(config: &ExperimentConfig) -> sdk::ExperimentConfig {
    sdk::ExperimentConfig::builder()
        .set_experiment_name(config.experiment_name.clone())
        .set_trial_name(config.trial_name.clone())
        .set_trial_component_display_name(config.trial_component_display_name.clone())
        .set_run_name(config.run_name.clone())
        .build()
}

/// The builder checks that what is required is there, which it is.
fn mlflow(config: &MlflowConfig) -> Option<sdk::MlflowConfig> {
    sdk::MlflowConfig::builder()
        .mlflow_resource_arn(&config.mlflow_resource_arn)
        .set_mlflow_experiment_name(config.mlflow_experiment_name.clone())
        .set_mlflow_run_name(config.mlflow_run_name.clone())
        .build()
        .ok()
}

/// The builder checks that what is required is there, which it is.
fn model_package(config: &ModelPackageConfig) -> Option<sdk::ModelPackageConfig> {
    sdk::ModelPackageConfig::builder()
        .model_package_group_arn(&config.model_package_group_arn)
        .set_source_model_package_arn(config.source_model_package_arn.clone())
        .build()
        .ok()
}
