//! What is observed of a training, for the SDK.

use aws_sdk_sagemaker::operation::create_training_job::builders::CreateTrainingJobInputBuilder;
use aws_sdk_sagemaker::types as sdk;

use super::{list, map};
use crate::api::v1alpha1::template::{
    CollectionConfiguration, DebugHookConfig, ProfilerConfig, RuleConfiguration,
    TensorBoardOutputConfig, TrainingJobTemplate,
};

/// `input` with the debugger, the profiler, `TensorBoard`, remote access and checks of `template`.
pub(super) fn observe(
    input: CreateTrainingJobInputBuilder,
    template: &TrainingJobTemplate,
) -> CreateTrainingJobInputBuilder {
    let debug_rules = template.debug_rule_configurations.as_deref();
    let profiler_rules = template.profiler_rule_configurations.as_deref();
    let remote = template.remote_debug_config.as_ref().map(|config| {
        sdk::RemoteDebugConfig::builder()
            .set_enable_remote_debug(config.enable_remote_debug)
            .build()
    });
    let checks = template.infra_check_config.as_ref().map(|config| {
        sdk::InfraCheckConfig::builder().set_enable_infra_check(config.enable_infra_check).build()
    });
    input
        .set_debug_hook_config(template.debug_hook_config.as_ref().map(hook))
        .set_debug_rule_configurations(list(debug_rules, debug_rule))
        .set_profiler_config(template.profiler_config.as_ref().map(profiler))
        .set_profiler_rule_configurations(list(profiler_rules, profiler_rule))
        .set_tensor_board_output_config(
            template.tensor_board_output_config.as_ref().map(tensor_board),
        )
        .set_remote_debug_config(remote)
        .set_infra_check_config(checks)
}

fn hook(config: &DebugHookConfig) -> sdk::DebugHookConfig {
    let collection = |given: &CollectionConfiguration| {
        sdk::CollectionConfiguration::builder()
            .set_collection_name(given.collection_name.clone())
            .set_collection_parameters(map(given.collection_parameters.as_ref()))
            .build()
    };
    sdk::DebugHookConfig::builder()
        .set_local_path(config.local_path.clone())
        .s3_output_path(&config.s3_output_path)
        .set_hook_parameters(map(config.hook_parameters.as_ref()))
        .set_collection_configurations(list(
            config.collection_configurations.as_deref(),
            collection,
        ))
        .build()
}

fn debug_rule(rule: &RuleConfiguration) -> sdk::DebugRuleConfiguration {
    sdk::DebugRuleConfiguration::builder()
        .rule_configuration_name(&rule.rule_configuration_name)
        .set_local_path(rule.local_path.clone())
        .set_s3_output_path(rule.s3_output_path.clone())
        .rule_evaluator_image(&rule.rule_evaluator_image)
        .set_instance_type(rule.instance_type.as_deref().map(Into::into))
        .set_volume_size_in_gb(rule.volume_size_in_gb)
        .set_rule_parameters(map(rule.rule_parameters.as_ref()))
        .build()
}

fn profiler_rule(rule: &RuleConfiguration) -> sdk::ProfilerRuleConfiguration {
    sdk::ProfilerRuleConfiguration::builder()
        .rule_configuration_name(&rule.rule_configuration_name)
        .set_local_path(rule.local_path.clone())
        .set_s3_output_path(rule.s3_output_path.clone())
        .rule_evaluator_image(&rule.rule_evaluator_image)
        .set_instance_type(rule.instance_type.as_deref().map(Into::into))
        .set_volume_size_in_gb(rule.volume_size_in_gb)
        .set_rule_parameters(map(rule.rule_parameters.as_ref()))
        .build()
}

fn profiler(config: &ProfilerConfig) -> sdk::ProfilerConfig {
    sdk::ProfilerConfig::builder()
        .set_s3_output_path(config.s3_output_path.clone())
        .set_profiling_interval_in_milliseconds(config.profiling_interval_in_milliseconds)
        .set_profiling_parameters(map(config.profiling_parameters.as_ref()))
        .set_disable_profiler(config.disable_profiler)
        .build()
}

fn tensor_board(config: &TensorBoardOutputConfig) -> sdk::TensorBoardOutputConfig {
    sdk::TensorBoardOutputConfig::builder()
        .set_local_path(config.local_path.clone())
        .s3_output_path(&config.s3_output_path)
        .build()
}
