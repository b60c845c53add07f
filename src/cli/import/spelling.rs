//! A request in the spelling of the schema: names of members, and values of the right type.

use serde_json::value::Index;
use serde_json::{Map, Value};

use super::answers::is_answer;
use super::comments::Comments;
use crate::api::validation::spelling::{excluded, member};
use crate::cli::files::Written;

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

/// A part of a document, and the same with numbers as they are written.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    value: &'a Value,
    written: &'a Value,
}

impl<'a> Part<'a> {
    pub(super) const fn of(document: &'a Written) -> Self {
        Self { value: &document.value, written: &document.written }
    }

    /// What is at `index` of it.
    fn at(self, index: impl Index, value: &'a Value) -> Self {
        Self { value, written: self.written.get(index).unwrap_or(&Value::Null) }
    }

    /// The first member that it has.
    fn any_of(self, names: &[&str]) -> Option<Self> {
        names.iter().find_map(|name| Some(self.at(*name, self.value.get(*name)?)))
    }

    /// A number or a switch as a text.
    fn text(self) -> String {
        self.written.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }
}

/// `given` as `schema` spells it, or nothing where it is null.
pub(super) fn respelled(
    given: Part<'_>,
    schema: &Value,
    path: &str,
    comments: &mut Comments,
) -> Option<Value> {
    if given.value.is_null() {
        comments.empty.push(path.to_owned());
        return None;
    }
    if schema["additionalProperties"].is_object() {
        return Some(map(given, path, comments));
    }
    let kind = schema["type"].as_str().unwrap_or_default();
    Some(match (given.value, kind) {
        (Value::Object(members), "object") => {
            Value::Object(object((given, members), schema, path, comments))
        }
        (Value::Array(items), "array") => {
            let items = items.iter().enumerate().filter_map(|(index, item)| {
                let item = given.at(index, item);
                respelled(item, &schema["items"], &format!("{path}[{index}]"), comments)
            });
            items.collect()
        }
        _ => typed(given, schema, path, comments),
    })
}

fn object(
    (whole, members): (Part<'_>, &Map<String, Value>),
    schema: &Value,
    path: &str,
    comments: &mut Comments,
) -> Map<String, Value> {
    let mut respelling = Map::new();
    for (name, value) in members {
        let given = whole.at(name, value);
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
        if is_empty(value) && !is_required && !is_map {
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
fn map(given: Part<'_>, path: &str, comments: &mut Comments) -> Value {
    let mut entries: Vec<(&str, Part<'_>)> = Vec::new();
    match given.value {
        Value::Object(members) => {
            entries.extend(members.iter().map(|(key, value)| (key.as_str(), given.at(key, value))));
        }
        Value::Array(pairs) => {
            for (index, pair) in pairs.iter().enumerate() {
                let pair = given.at(index, pair);
                let name = pair.any_of(&["name", "Name", "key", "Key"]);
                let name = name.and_then(|name| name.value.as_str());
                let Some(entry) = name.zip(pair.any_of(&["value", "Value"])) else {
                    return given.value.clone();
                };
                entries.push(entry);
            }
            comments.add(format!("{path}: a map, in place of a list of names and values"));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return given.value.clone();
        }
    }
    let text = serde_json::json!({ "type": "string" });
    let mut typed_entries = Map::new();
    for (key, entry) in entries {
        let path = format!("{path}.{key}");
        if entry.value.is_null() {
            comments.empty.push(path);
            continue;
        }
        let value = typed(entry, &text, &path, comments);
        if let Some(before) = typed_entries.insert(key.to_owned(), value) {
            comments.add(format!("{path}: given twice, {before} dropped"));
        }
    }
    Value::Object(typed_entries)
}

/// A scalar of the type that the schema wants, where it can be read as that.
fn typed(part: Part<'_>, schema: &Value, path: &str, comments: &mut Comments) -> Value {
    let kind = schema["type"].as_str().unwrap_or_default();
    let given = part.value;
    match (given, kind) {
        (Value::Number(_) | Value::Bool(_), "string") => {
            let text = part.text();
            comments.quoted.push(format!("{path} {text}"));
            Value::String(text)
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
