//! A request in the spelling of the schema: names of members, and values of the right type.

use serde_json::{Map, Value};

use super::answers::is_answer;
use super::comments::Comments;
use crate::api::validation::spelling::{excluded, member};

/// Whether a value says nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(Value::is_null),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// `given` as `schema` spells it, or nothing where it is null.
pub(super) fn respelled(
    given: &Value,
    schema: &Value,
    path: &str,
    comments: &mut Comments,
) -> Option<Value> {
    if given.is_null() {
        comments.empty.push(path.to_owned());
        return None;
    }
    if schema["additionalProperties"].is_object() {
        return Some(map(given, path, comments));
    }
    let kind = schema["type"].as_str().unwrap_or_default();
    Some(match (given, kind) {
        (Value::Object(members), "object") => {
            Value::Object(object(members, schema, path, comments))
        }
        (Value::Array(items), "array") => {
            let items = items.iter().enumerate().filter_map(|(index, item)| {
                respelled(item, &schema["items"], &format!("{path}[{index}]"), comments)
            });
            items.collect()
        }
        _ => typed(given, schema, path, comments),
    })
}

fn object(
    members: &Map<String, Value>,
    schema: &Value,
    path: &str,
    comments: &mut Comments,
) -> Map<String, Value> {
    let mut respelling = Map::new();
    for (name, given) in members {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let Some((member, of_member)) = member(name, schema) else {
            if let Some(why) = excluded(name) {
                comments.add(format!("{path} dropped: {why}"));
            } else if is_answer(name) {
                comments.answers.push(path);
            } else {
                comments.unknown.push(path);
            }
            continue;
        };
        let is_required =
            schema["required"].as_array().is_some_and(|required| required.contains(&member.into()));
        let is_map = of_member["additionalProperties"].is_object();
        if is_empty(given) && !is_required && !is_map {
            comments.empty.push(path);
        } else if respelling.contains_key(member) {
            comments.add(format!("{path} dropped: {member} is given twice"));
        } else if let Some(value) = respelled(given, of_member, &path, comments) {
            respelling.insert(member.to_owned(), value);
        }
    }
    respelling
}

/// A map of texts, which other tools write as a list of names and values.
fn map(given: &Value, path: &str, comments: &mut Comments) -> Value {
    let text =
        |pair: &Value, names: [&str; 2]| names.iter().find_map(|name| pair.get(name)).cloned();
    let mut entries = Map::new();
    match given {
        Value::Object(members) => entries.clone_from(members),
        Value::Array(pairs) => {
            for pair in pairs {
                let name = text(pair, ["name", "Name"]).or_else(|| text(pair, ["key", "Key"]));
                let (Some(Value::String(name)), Some(value)) =
                    (name, text(pair, ["value", "Value"]))
                else {
                    return given.clone();
                };
                if let Some(before) = entries.insert(name.clone(), value) {
                    comments.add(format!("{path}.{name}: given twice, {before} dropped"));
                }
            }
            comments.add(format!("{path}: a map, in place of a list of names and values"));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return given.clone(),
    }
    let text = serde_json::json!({ "type": "string" });
    let typed = entries.into_iter().filter_map(|(key, value)| {
        let path = format!("{path}.{key}");
        if value.is_null() {
            comments.empty.push(path);
            return None;
        }
        let value = typed(&value, &text, &path, comments);
        Some((key, value))
    });
    Value::Object(typed.collect())
}

/// A scalar of the type that the schema wants, where it can be read as that.
fn typed(given: &Value, schema: &Value, path: &str, comments: &mut Comments) -> Value {
    let kind = schema["type"].as_str().unwrap_or_default();
    match (given, kind) {
        (Value::Number(_) | Value::Bool(_), "string") => {
            comments.quoted.push(format!("{path} {given}"));
            Value::String(given.to_string())
        }
        (Value::String(_), "integer") | (Value::String(_) | Value::Number(_), "boolean") => {
            let read = if kind == "integer" { whole_number(given) } else { switch(given) };
            if read.is_some() {
                comments.unquoted.push(format!("{path} {given}"));
            }
            read.unwrap_or_else(|| given.clone())
        }
        _ => given.clone(),
    }
}

fn whole_number(given: &Value) -> Option<Value> {
    given.as_str()?.trim().parse::<i64>().ok().map(Value::from)
}

fn switch(given: &Value) -> Option<Value> {
    let word = given.as_str().map_or_else(|| given.to_string(), str::to_lowercase);
    match word.trim() {
        "true" | "yes" | "on" | "1" => Some(Value::Bool(true)),
        "false" | "no" | "off" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}
