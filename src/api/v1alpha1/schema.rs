//! Schemas that a derive cannot say: bounds of list items and map values.

use schemars::{Schema, SchemaGenerator, json_schema};

/// Instance types are a pattern, never an enumeration: new types work without a release.
pub const INSTANCE_TYPE: &str = r"^ml\.[a-z0-9-]+\.[a-z0-9]+$";

/// S3 locations where the service model also takes `https://`.
pub const S3_URI: &str = r"^(https|s3)://([^/]+)/?";

/// Ids and ARNs of KMS keys.
pub const KMS_KEY: &str = r"^[a-zA-Z0-9:/_-]*$";

/// A list of strings.
fn strings(max_items: u32, max_length: u32, pattern: Option<&str>) -> Schema {
    let mut schema = json_schema!({
        "type": "array",
        "minItems": 1,
        "maxItems": max_items,
        "x-kubernetes-list-type": "atomic",
        "items": { "type": "string", "maxLength": max_length },
    });
    if let (Some(pattern), Some(items)) =
        (pattern, schema.get_mut("items").and_then(serde_json::Value::as_object_mut))
    {
        items.insert("pattern".to_owned(), pattern.into());
    }
    schema
}

/// A map of strings.
fn string_map(max_value_length: u32) -> Schema {
    json_schema!({
        "type": "object",
        "maxProperties": 100,
        "additionalProperties": { "type": "string", "maxLength": max_value_length },
    })
}

/// `HyperParameters`.
#[must_use]
pub fn hyper_parameters(_: &mut SchemaGenerator) -> Schema {
    string_map(2500)
}

/// `Environment`.
#[must_use]
pub fn environment(_: &mut SchemaGenerator) -> Schema {
    string_map(512)
}

/// `ContainerEntrypoint` and `ContainerArguments`.
#[must_use]
pub fn container_words(_: &mut SchemaGenerator) -> Schema {
    strings(100, 256, None)
}

/// `S3DataSource.AttributeNames`.
#[must_use]
pub fn attribute_names(_: &mut SchemaGenerator) -> Schema {
    strings(16, 256, Some("^.+$"))
}

/// `VpcConfig.SecurityGroupIds`.
#[must_use]
pub fn security_group_ids(_: &mut SchemaGenerator) -> Schema {
    strings(5, 32, Some("^[-0-9a-zA-Z]+$"))
}

/// `VpcConfig.Subnets`.
#[must_use]
pub fn subnets(_: &mut SchemaGenerator) -> Schema {
    strings(16, 32, Some("^[-0-9a-zA-Z]+$"))
}
