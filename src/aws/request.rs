//! From the create request to the SDK's builders: total, member by member.

use aws_sdk_sagemaker::operation::create_training_job::builders::CreateTrainingJobInputBuilder;
use aws_sdk_sagemaker::types as sdk;

use crate::api::v1alpha1::template::{
    AlgorithmSpecification, OutputCompression, OutputDataConfig, TrainingImageConfig, VpcConfig,
};
use crate::port::{CreateRequest, Stopping};

use super::channels;

/// The SDK's input for `request`.
pub(super) fn input(request: &CreateRequest<'_>) -> CreateTrainingJobInputBuilder {
    let template = request.template;
    let channels = template.input_data_config.as_deref();
    CreateTrainingJobInputBuilder::default()
        .training_job_name(request.job_name)
        .algorithm_specification(algorithm(&template.algorithm_specification))
        .role_arn(&template.role_arn)
        .set_hyper_parameters(
            template.hyper_parameters.clone().map(|map| map.into_iter().collect()),
        )
        .set_environment(template.environment.clone().map(|map| map.into_iter().collect()))
        .set_input_data_config(channels.map(|list| list.iter().map(channels::channel).collect()))
        .output_data_config(output(&template.output_data_config))
        .resource_config(resources(request))
        .stopping_condition(stopping(request.stopping))
        .enable_managed_spot_training(request.spot)
        .set_checkpoint_config(checkpoint(request))
        .set_vpc_config(template.vpc_config.as_ref().map(vpc))
        .set_retry_strategy(template.retry_strategy.as_ref().map(|retry| {
            sdk::RetryStrategy::builder()
                .maximum_retry_attempts(retry.maximum_retry_attempts)
                .build()
        }))
        .set_tags(Some(tags(&request.tags)))
        .set_enable_network_isolation(template.enable_network_isolation)
        .set_enable_inter_container_traffic_encryption(
            template.enable_inter_container_traffic_encryption,
        )
}

fn algorithm(specification: &AlgorithmSpecification) -> sdk::AlgorithmSpecification {
    let metrics = specification.metric_definitions.as_ref().map(|metrics| {
        metrics
            .iter()
            .map(|metric| {
                sdk::MetricDefinition::builder().name(&metric.name).regex(&metric.regex).build()
            })
            .collect()
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

fn output(config: &OutputDataConfig) -> sdk::OutputDataConfig {
    let compression = config.compression_type.map(|compression| match compression {
        OutputCompression::Gzip => sdk::OutputCompressionType::Gzip,
        OutputCompression::None => sdk::OutputCompressionType::None,
    });
    sdk::OutputDataConfig::builder()
        .s3_output_path(&config.s3_output_path)
        .set_kms_key_id(config.kms_key_id.clone())
        .set_compression_type(compression)
        .build()
}

fn resources(request: &CreateRequest<'_>) -> sdk::ResourceConfig {
    let resources = &request.template.resource_config;
    sdk::ResourceConfig::builder()
        .instance_type(sdk::TrainingInstanceType::from(request.instance_type))
        .instance_count(resources.instance_count)
        .set_volume_size_in_gb(resources.volume_size_in_gb)
        .set_volume_kms_key_id(resources.volume_kms_key_id.clone())
        .set_keep_alive_period_in_seconds(resources.keep_alive_period_in_seconds)
        .build()
}

fn stopping(stopping: Stopping) -> sdk::StoppingCondition {
    sdk::StoppingCondition::builder()
        .max_runtime_in_seconds(stopping.max_runtime)
        .set_max_wait_time_in_seconds(stopping.max_wait)
        .set_max_pending_time_in_seconds(stopping.max_pending)
        .build()
}

fn checkpoint(request: &CreateRequest<'_>) -> Option<sdk::CheckpointConfig> {
    let given = request.template.checkpoint_config.as_ref();
    let local_path = given.and_then(|config| config.local_path.clone());
    request
        .checkpoint_uri
        .map(|uri| sdk::CheckpointConfig::builder().s3_uri(uri).set_local_path(local_path).build())
}

fn vpc(config: &VpcConfig) -> sdk::VpcConfig {
    sdk::VpcConfig::builder()
        .set_security_group_ids(Some(config.security_group_ids.clone()))
        .set_subnets(Some(config.subnets.clone()))
        .build()
}

fn tags(tags: &[(String, String)]) -> Vec<sdk::Tag> {
    tags.iter().map(|(key, value)| sdk::Tag::builder().key(key).value(value).build()).collect()
}
