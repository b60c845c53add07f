//! Bounds of one value, in the apiserver's words.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Problem;

/// What the bounds of `schema` do not allow in `value`, whose type is right.
pub(super) fn bounds(value: &Value, schema: &Value, path: &str) -> Vec<Problem> {
    match value {
        Value::String(text) => text_bounds(text, schema, path),
        Value::Number(number) => {
            let is_wide = schema["format"] == "int64" && !number.is_i64();
            let wide = is_wide.then(|| {
                Problem::new(path, format!("Invalid value: {number}: must be a number of 64 bits"))
            });
            let own = number_bounds(number.as_f64().unwrap_or_default(), schema, path);
            wide.into_iter().chain(own).collect()
        }
        Value::Array(items) => list_bounds(items, schema, path),
        Value::Object(members) => {
            let most = limit(schema, "maxProperties").filter(|most| members.len() > *most);
            let too_many = most.map(|most| {
                let message =
                    format!("Too many: {}: must have at most {most} items", members.len());
                Problem::blocking(path, message)
            });
            too_many.into_iter().collect()
        }
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

fn text_bounds(text: &str, schema: &Value, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let length = text.chars().count();
    if let Some(most) = limit(schema, "maxLength").filter(|most| length > *most) {
        let message = format!("Too long: may not be more than {most} bytes");
        problems.push(Problem::blocking(path, message));
    }
    if let Some(least) = limit(schema, "minLength").filter(|least| length < *least) {
        let message = format!("Invalid value: {text:?}: should be at least {least} chars long");
        problems.push(Problem::new(path, message));
    }
    let words: Vec<_> = schema["enum"].as_array().into_iter().flatten().collect();
    if !words.is_empty() && !words.iter().any(|word| *word == text) {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        let message =
            format!("Unsupported value: {text:?}: supported values: {}", words.join(", "));
        problems.push(Problem::blocking(path, message));
    }
    problems
}

fn number_bounds(number: f64, schema: &Value, path: &str) -> Vec<Problem> {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let least = bound("minimum").filter(|least| number < *least).map(|least| {
        format!("Invalid value: {number}: should be greater than or equal to {least}")
    });
    let most = bound("maximum")
        .filter(|most| number > *most)
        .map(|most| format!("Invalid value: {number}: should be less than or equal to {most}"));
    let width = matches!(schema["format"].as_str(), Some("int32"))
        && !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number);
    let width = width.then(|| format!("Invalid value: {number}: must be a number of 32 bits"));
    [least, most, width].into_iter().flatten().map(|text| Problem::new(path, text)).collect()
}

fn list_bounds(items: &[Value], schema: &Value, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(most) = limit(schema, "maxItems").filter(|most| items.len() > *most) {
        let message = format!("Too many: {}: must have at most {most} items", items.len());
        problems.push(Problem::blocking(path, message));
    }
    if let Some(least) = limit(schema, "minItems").filter(|least| items.len() < *least) {
        let message = format!("Invalid value: {}: should have at least {least} items", items.len());
        problems.push(Problem::new(path, message));
    }
    let mut seen = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        if let Some(key) = key(item, schema).filter(|key| !seen.insert(key.clone())) {
            let message = format!("Duplicate value: {key}");
            problems.push(Problem::blocking(&format!("{path}[{index}]"), message));
        }
    }
    problems
}

/// What identifies an item of a list that is a map or a set.
fn key(item: &Value, schema: &Value) -> Option<String> {
    match schema["x-kubernetes-list-type"].as_str()? {
        "set" => Some(item.to_string()),
        "map" => {
            let keys = schema["x-kubernetes-list-map-keys"].as_array()?;
            let keys = keys.iter().filter_map(Value::as_str);
            let of = |name: &str| Some(format!("{name:?}:{}", item.get(name)?));
            Some(format!("{{{}}}", keys.filter_map(of).collect::<Vec<_>>().join(",")))
        }
        _ => None,
    }
}

fn limit(schema: &Value, name: &str) -> Option<usize> {
    schema.get(name)?.as_u64()?.try_into().ok()
}
