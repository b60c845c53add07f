//! What the schema says without rules: members, types and bounds, in the apiserver's words.

use serde_json::{Map, Value};

use super::Problem;
use super::bounds::bounds;
use super::spelling::{excluded, remedy as spelling};

/// Members of every object, which Kubernetes itself declares.
const EVERY_OBJECT: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Removes members that are null where the schema allows none, as the apiserver does.
pub(super) fn prune_nulls(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, member| {
                let schema = member_schema(schema, name);
                !member.is_null() || schema.is_none_or(|schema| schema["nullable"] == true)
            });
            for (name, member) in members {
                if let Some(schema) = member_schema(schema, name) {
                    prune_nulls(member, schema);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                prune_nulls(item, &schema["items"]);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What the schema does not allow in an object.
pub(super) fn problems(object: &Value, schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    let Some(members) = object.as_object() else {
        return vec![Problem::blocking(
            "",
            "an object has members: apiVersion, kind, metadata, spec",
        )];
    };
    let others = members.iter().filter(|(name, _)| !EVERY_OBJECT.contains(&name.as_str()));
    let others: Map<_, _> = others.map(|(name, member)| (name.clone(), member.clone())).collect();
    check(&Value::Object(others), schema, "", &mut problems);
    problems
}

fn check(value: &Value, schema: &Value, path: &str, problems: &mut Vec<Problem>) {
    let kind = schema["type"].as_str().unwrap_or_default();
    if value.is_null() && schema["nullable"] == true {
        return;
    }
    if !is_a(value, kind) {
        let given = kind_of(value);
        let remedy = remedy(value, schema, path);
        let message =
            format!("Invalid value: \"{given}\": must be of type {kind}: \"{given}\"{remedy}");
        return problems.push(Problem::blocking(path, message));
    }
    problems.extend(bounds(value, schema, path));
    match value {
        Value::Object(members) => check_members(members, schema, path, problems),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check(item, &schema["items"], &format!("{path}[{index}]"), problems);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What to do about a value of a wrong type that other tools write.
fn remedy(value: &Value, schema: &Value, path: &str) -> String {
    let member = path.rsplit('.').next().unwrap_or_default();
    let excluded =
        excluded(member).filter(|_| path.rsplit_once('.') == Some(("spec.template", member)));
    let remedy = match (excluded, value, schema["type"].as_str()) {
        (Some(remedy), _, _) => remedy,
        (None, Value::String(text), Some("integer")) => of_number(text, path),
        (None, Value::String(text), Some("boolean")) => of_switch(text),
        (None, _, _) => of_other(value, schema),
    };
    if remedy.is_empty() { String::new() } else { format!(": {remedy}") }
}

fn of_number(text: &str, path: &str) -> &'static str {
    if text.trim().parse::<i64>().is_ok() {
        "remove the quotes"
    } else if path.ends_with("Seconds") {
        "write a whole number of seconds, such as 86400"
    } else {
        "write a whole number, such as 100"
    }
}

fn of_switch(text: &str) -> &'static str {
    if matches!(text, "true" | "false") { "remove the quotes" } else { "write true or false" }
}

fn of_other(value: &Value, schema: &Value) -> &'static str {
    match value {
        Value::Array(_) if is_map(schema) => "write a map, such as epochs: \"10\"",
        Value::Number(_) | Value::Bool(_) if schema["type"] == "string" => "put it in quotes",
        Value::Object(_) if schema.pointer("/items/properties/key").is_some() => {
            "write a list, such as - {key: team, value: vision}"
        }
        Value::String(_) | Value::Object(_) if schema["type"] == "array" => {
            "write a list, each item after a -"
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => "",
    }
}

fn check_members(
    members: &Map<String, Value>,
    schema: &Value,
    path: &str,
    problems: &mut Vec<Problem>,
) {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for name in required.filter(|name| !members.contains_key(*name)) {
        problems.push(Problem::blocking(&join(path, name), "Required value"));
    }
    for (name, member) in members {
        let parent = path;
        let path = join(path, name);
        match member_schema(schema, name) {
            Some(schema) => check(member, schema, &path, problems),
            None if schema["x-kubernetes-preserve-unknown-fields"] == true => {}
            None => {
                let remedy = spelling(name, schema, parent);
                problems.push(Problem::new(&path, format!("unknown field \"{path}\"{remedy}")));
            }
        }
    }
}

pub(super) fn member_schema<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let declared = schema.get("properties").and_then(|members| members.get(name));
    declared.or_else(|| schema.get("additionalProperties"))
}

pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Whether members of an object are the user's.
pub(super) fn is_map(schema: &Value) -> bool {
    schema["additionalProperties"].is_object()
}

fn is_a(value: &Value, kind: &str) -> bool {
    match value {
        Value::Object(_) => kind == "object",
        Value::Array(_) => kind == "array",
        Value::String(_) => kind == "string",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => {
            kind == "number"
                || kind == "integer" && number.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        Value::Null => false,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.as_f64().is_some_and(|n| n.fract() == 0.0) => "integer",
        Value::Number(_) => "number",
        Value::Null => "null",
    }
}
