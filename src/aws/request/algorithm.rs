//! `AlgorithmSpecification` for the SDK.

use aws_sdk_sagemaker::types as sdk;

use super::list;
use crate::api::v1alpha1::template::{AlgorithmSpecification, TrainingImageConfig};

/// The algorithm for the SDK.
pub(super) fn specification(specification: &AlgorithmSpecification) -> sdk::AlgorithmSpecification {
    let metrics = list(specification.metric_definitions.as_deref(), |metric| {
        sdk::MetricDefinition::builder().name(&metric.name).regex(&metric.regex).build()
    });
    sdk::AlgorithmSpecification::builder()
        .set_training_image(specification.training_image.clone())
        .set_algorithm_name(specification.algorithm_name.clone())
        .training_input_mode(sdk::TrainingInputMode::from(
            specification.training_input_mode.as_str(),
        ))
        .set_metric_definitions(metrics)
        .set_enable_sage_maker_metrics_time_series(
            specification.enable_sage_maker_metrics_time_series,
        )
        .set_container_entrypoint(specification.container_entrypoint.clone())
        .set_container_arguments(specification.container_arguments.clone())
        .set_training_image_config(specification.training_image_config.as_ref().map(image_config))
        .build()
}

fn image_config(config: &TrainingImageConfig) -> sdk::TrainingImageConfig {
    let auth = config.training_repository_auth_config.as_ref().map(|auth| {
        sdk::TrainingRepositoryAuthConfig::builder()
            .training_repository_credentials_provider_arn(
                &auth.training_repository_credentials_provider_arn,
            )
            .build()
    });
    sdk::TrainingImageConfig::builder()
        .training_repository_access_mode(sdk::TrainingRepositoryAccessMode::from(
            config.training_repository_access_mode.as_str(),
        ))
        .set_training_repository_auth_config(auth)
        .build()
}
