//! A create request as it goes over the wire, for people to read.

use serde_json::{Map, Value, json};

use crate::api::validation::template_schema;
use crate::port::CreateRequest;

/// The JSON of `request`: what the SDK sends, which a test compares.
///
/// # Errors
/// Never in practice: a request is plain data.
pub fn wire(request: &CreateRequest<'_>) -> Result<Value, String> {
    let template = serde_json::to_value(request.template).map_err(|error| error.to_string())?;
    let mut wire = members(&template, template_schema()?);
    wire.insert("TrainingJobName".to_owned(), request.job_name.into());
    wire.insert("EnableManagedSpotTraining".to_owned(), request.spot.into());
    wire.insert("StoppingCondition".to_owned(), stopping(request));
    let tags = request.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
    wire.insert("Tags".to_owned(), tags.collect());
    let resources = wire.get_mut("ResourceConfig").and_then(Value::as_object_mut);
    if let Some(resources) = resources {
        if resources.contains_key("InstanceType") {
            resources.insert("InstanceType".to_owned(), request.instance_type.into());
        }
        resources.retain(|name, member| name != "InstanceCount" || *member != 0);
    }
    match request.checkpoint_uri {
        Some(uri) => {
            let config = wire.entry("CheckpointConfig").or_insert(json!({}));
            config["S3Uri"] = uri.into();
        }
        None => drop(wire.remove("CheckpointConfig")),
    }
    Ok(Value::Object(wire))
}

fn stopping(request: &CreateRequest<'_>) -> Value {
    let stopping = request.stopping;
    let members = [
        ("MaxRuntimeInSeconds", Some(stopping.max_runtime)),
        ("MaxWaitTimeInSeconds", stopping.max_wait),
        ("MaxPendingTimeInSeconds", stopping.max_pending),
    ];
    let given =
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    Value::Object(given.collect())
}

/// Members with the first letter of their names in upper case, and without empty lists and maps. Keys
/// of maps are the user's.
fn members(value: &Value, schema: &Value) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, member) in value.as_object().into_iter().flatten() {
        let members_of = schema.get("properties").and_then(|members| members.get(name));
        let schema = members_of.unwrap_or(&Value::Null);
        let is_map = schema["additionalProperties"].is_object();
        let is_empty = match member {
            Value::Array(items) => items.is_empty(),
            Value::Object(entries) => is_map && entries.is_empty(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        };
        if !is_empty {
            let member = if is_map { member.clone() } else { upper(member, schema) };
            members.insert(upper_name(name), member);
        }
    }
    members
}

fn upper(value: &Value, schema: &Value) -> Value {
    match value {
        Value::Object(_) => Value::Object(members(value, schema)),
        Value::Array(items) => items.iter().map(|item| upper(item, &schema["items"])).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn upper_name(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
