//! `ResourceConfig` for the SDK.

use aws_sdk_sagemaker::types as sdk;

use super::{list, texts};
use crate::api::v1alpha1::template::{
    InstanceGroup, InstancePlacementConfig, InstancePreference, PlacementSpecification,
};
use crate::port::CreateRequest;

/// The instances of `request` for the SDK.
pub(super) fn resources(request: &CreateRequest<'_>) -> sdk::ResourceConfig {
    let given = &request.template.resource_config;
    // With groups or preferences the type of the attempt is a name for all of them.
    let instance_type = given.instance_type.as_ref().map(|_| request.instance_type.into());
    sdk::ResourceConfig::builder()
        .set_instance_type(instance_type)
        .set_instance_count(given.instance_count.filter(|count| *count > 0))
        .set_volume_size_in_gb(given.volume_size_in_gb)
        .set_volume_kms_key_id(given.volume_kms_key_id.clone())
        .set_keep_alive_period_in_seconds(given.keep_alive_period_in_seconds)
        .set_instance_groups(list(given.instance_groups.as_deref(), group))
        .set_training_plan_arn(given.training_plan_arn.clone())
        .set_instance_placement_config(given.instance_placement_config.as_ref().map(placement))
        .set_instance_preferences(list(given.instance_preferences.as_deref(), preference))
        .build()
}

fn group(group: &InstanceGroup) -> sdk::InstanceGroup {
    sdk::InstanceGroup::builder()
        .instance_type(group.instance_type.as_str().into())
        .instance_count(group.instance_count)
        .instance_group_name(&group.instance_group_name)
        .build()
}

fn placement(config: &InstancePlacementConfig) -> sdk::InstancePlacementConfig {
    let specification = |given: &PlacementSpecification| {
        sdk::PlacementSpecification::builder()
            .set_ultra_server_id(given.ultra_server_id.clone())
            .instance_count(given.instance_count)
            .build()
    };
    sdk::InstancePlacementConfig::builder()
        .set_enable_multiple_jobs(config.enable_multiple_jobs)
        .set_placement_specifications(list(
            config.placement_specifications.as_deref(),
            specification,
        ))
        .build()
}

fn preference(preference: &InstancePreference) -> sdk::InstancePreference {
    sdk::InstancePreference::builder()
        .instance_type(preference.instance_type.as_str().into())
        .set_instance_count(preference.instance_count)
        .set_training_plan_arns(texts(preference.training_plan_arns.as_ref()))
        .build()
}
