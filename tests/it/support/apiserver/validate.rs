//! Whether a value is what the CRD's schema allows, by as much of it as a status uses.

use serde_json::Value;

/// The first breach, as the apiserver words it; `path` is the value's.
pub(crate) fn breach(value: &Value, schema: &Value, path: &str) -> Option<String> {
    let wrong = |what: &str| Some(format!("{path}: Invalid value: {what}"));
    let limit = |name: &str| schema.get(name).and_then(Value::as_u64);
    let exceeds = |name: &str, length: usize| {
        limit(name).is_some_and(|most| u64::try_from(length).unwrap() > most)
    };
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    match (kind, value) {
        ("string", Value::String(text)) if exceeds("maxLength", text.chars().count()) => {
            wrong(&format!("may not be more than {} characters", schema["maxLength"]))
        }
        ("string", Value::String(text)) if schema["format"] == "date-time" => {
            text.parse::<jiff::Timestamp>().err().and_then(|error| wrong(&error.to_string()))
        }
        ("array", Value::Array(items)) if exceeds("maxItems", items.len()) => {
            wrong(&format!("must have at most {} items", schema["maxItems"]))
        }
        ("array", Value::Array(items)) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| breach(item, &schema["items"], &format!("{path}[{index}]"))),
        ("object", Value::Object(members)) => {
            let required = schema["required"].as_array().into_iter().flatten();
            let mut required = required.filter_map(Value::as_str);
            if let Some(name) = required.find(|name| !members.contains_key(*name)) {
                return Some(format!("{path}.{name}: Required value"));
            }
            members.iter().find_map(|(name, member)| {
                breach(member, schema["properties"].get(name)?, &format!("{path}.{name}"))
            })
        }
        ("", _)
        | ("string", Value::String(_))
        | ("integer", Value::Number(_))
        | ("boolean", Value::Bool(_)) => None,
        _ => wrong(&format!("must be of type {kind}")),
    }
}
