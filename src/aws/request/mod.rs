//! From the create request to the SDK's builders: total, member by member, one module per group.
//!
//! An empty list or map means not given, and is not sent.

mod algorithm;
mod channels;
mod debugging;
mod registration;
mod resources;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sagemaker::operation::create_training_job::builders::CreateTrainingJobInputBuilder;
use aws_sdk_sagemaker::types as sdk;

use crate::api::v1alpha1::template::{OutputCompression, OutputDataConfig, VpcConfig};
use crate::port::{CreateRequest, Stopping};

/// The SDK's input for `request`.
pub(super) fn input(request: &CreateRequest<'_>) -> CreateTrainingJobInputBuilder {
    let template = request.template;
    let input = CreateTrainingJobInputBuilder::default()
        .training_job_name(request.job_name)
        .algorithm_specification(algorithm::specification(&template.algorithm_specification))
        .role_arn(&template.role_arn)
        .set_hyper_parameters(map(template.hyper_parameters.as_ref()))
        .set_environment(map(template.environment.as_ref()))
        .set_input_data_config(list(template.input_data_config.as_deref(), channels::channel))
        .output_data_config(output(&template.output_data_config))
        .resource_config(resources::resources(request))
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
        );
    registration::register(debugging::observe(input, template), template)
}

/// A list for the SDK, if there is anything in it.
fn list<T, U>(items: Option<&[T]>, convert: impl FnMut(&T) -> U) -> Option<Vec<U>> {
    let items = items.filter(|items| !items.is_empty())?;
    Some(items.iter().map(convert).collect())
}

/// A list of texts for the SDK, if there is anything in it.
fn texts(items: Option<&Vec<String>>) -> Option<Vec<String>> {
    list(items.map(Vec::as_slice), String::clone)
}

/// A map for the SDK, if there is anything in it.
fn map(entries: Option<&BTreeMap<String, String>>) -> Option<HashMap<String, String>> {
    let entries = entries.filter(|entries| !entries.is_empty())?;
    Some(entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
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
