//! The lists of texts of the service model.

use schemars::{Schema, SchemaGenerator};

use super::{line, list, texts};

/// `ContainerEntrypoint` and `ContainerArguments`.
#[must_use]
pub fn container_words(_: &mut SchemaGenerator) -> Schema {
    list(1, 100, &line(0, 256))
}

/// `spec.capacity.fallbackInstanceTypes`.
#[must_use]
pub fn fallback_instance_types(generator: &mut SchemaGenerator) -> Schema {
    list(0, 8, &texts::instance_type(generator))
}

/// `S3DataSource.AttributeNames`.
#[must_use]
pub fn attribute_names(generator: &mut SchemaGenerator) -> Schema {
    list(0, 16, &texts::attribute_name(generator))
}

/// `S3DataSource.InstanceGroupNames`.
#[must_use]
pub fn instance_group_names(generator: &mut SchemaGenerator) -> Schema {
    list(0, 5, &texts::instance_group_name(generator))
}

/// `InstancePreference.TrainingPlanArns`.
#[must_use]
pub fn training_plan_arns(generator: &mut SchemaGenerator) -> Schema {
    list(1, 1, &texts::training_plan_arn(generator))
}

/// `VpcConfig.SecurityGroupIds`.
#[must_use]
pub fn security_group_ids(generator: &mut SchemaGenerator) -> Schema {
    list(1, 5, &texts::security_group_id(generator))
}

/// `VpcConfig.Subnets`.
#[must_use]
pub fn subnets(generator: &mut SchemaGenerator) -> Schema {
    list(1, 16, &texts::subnet_id(generator))
}
