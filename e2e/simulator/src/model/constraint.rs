//! Constraints on one value: which are broken, in AWS's words.

use serde_json::Value;

use super::{Bounds, Shape, Text};
use crate::error::ApiError;

/// What a string breaks.
pub(super) fn broken(text: &Text, given: &str) -> Vec<String> {
    let mut broken = broken_length(text.bounds, given.chars().count());
    if let Some(pattern) = text.pattern.as_ref().filter(|pattern| !pattern.accepts(given)) {
        broken.push(matching(&pattern.source));
    }
    if let Some(values) = text.values.as_ref().filter(|values| !values.iter().any(|v| v == given)) {
        // [R]
        broken.push(format!("Member must satisfy enum value set: [{}]", values.join(", ")));
    }
    broken
}

/// What a length breaks. [?] texts from memory.
pub(super) fn broken_length(bounds: Bounds, length: usize) -> Vec<String> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let mut broken = Vec::new();
    if let Some(max) = bounds.max.filter(|max| length > *max) {
        broken.push(at_most(max));
    }
    if let Some(min) = bounds.min.filter(|min| length < *min) {
        broken.push(at_least(min));
    }
    broken
}

/// What a number breaks. [?] texts from memory.
pub(super) fn broken_value(bounds: Bounds, number: i64) -> Vec<String> {
    let mut broken = Vec::new();
    if let Some(max) = bounds.max.filter(|max| number > *max) {
        broken.push(format!("Member must have value less than or equal to {max}"));
    }
    if let Some(min) = bounds.min.filter(|min| number < *min) {
        broken.push(format!("Member must have value greater than or equal to {min}"));
    }
    broken
}

/// All constraints of a string, as AWS lists them for the keys and values of a map. [?]
pub(super) fn all(text: &Text) -> String {
    let all: Vec<String> = [
        text.bounds.max.map(at_most),
        text.bounds.min.map(at_least),
        text.pattern.as_ref().map(|pattern| matching(&pattern.source)),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("[{}]", all.join(", "))
}

fn at_most(max: i64) -> String {
    format!("Member must have length less than or equal to {max}")
}

fn at_least(min: i64) -> String {
    format!("Member must have length greater than or equal to {min}")
}

// [R]
fn matching(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

/// A value as AWS's texts print it: Java's `toString` of strings, lists and maps.
pub(super) fn display(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(display).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}={}", display(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// The refusal of a JSON type that can't be the shape. [?] texts from memory of other services.
pub(super) fn mismatch(shape: &Shape, value: &Value) -> ApiError {
    let token = match value {
        Value::Object(_) => {
            return ApiError::serialization("Start of structure or map found where not expected.");
        }
        Value::Array(_) => {
            return ApiError::serialization("Start of list found where not expected");
        }
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
    };
    let target = match shape {
        Shape::Structure { .. } => "Structure",
        Shape::List { .. } => "List",
        Shape::Map { .. } => "Map",
        Shape::String(_) => "String",
        Shape::Integer(_) => "Integer",
        Shape::Long(_) => "Long",
        Shape::Float => "Float",
        Shape::Boolean => "Boolean",
        Shape::Timestamp => "Timestamp",
    };
    ApiError::serialization(format!("{token} cannot be converted to {target}"))
}
