//! What Kubernetes itself asks of an object's metadata (`apimachinery`, `validation.go`).

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::Problem;

/// The members of `metadata`, and the type of those that people write.
const MEMBERS: [(&str, &str); 15] = [
    ("name", "string"),
    ("generateName", "string"),
    ("namespace", "string"),
    ("labels", "object"),
    ("annotations", "object"),
    ("finalizers", "array"),
    ("ownerReferences", "array"),
    ("uid", "string"),
    ("resourceVersion", "string"),
    ("generation", "number"),
    ("creationTimestamp", "string"),
    ("deletionTimestamp", "string"),
    ("deletionGracePeriodSeconds", "number"),
    ("managedFields", "array"),
    ("selfLink", "string"),
];

const SUBDOMAIN: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
const LABEL: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
const WORD: &str = r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

static PATTERNS: LazyLock<Option<[Regex; 3]>> = LazyLock::new(|| {
    Some([Regex::new(SUBDOMAIN).ok()?, Regex::new(LABEL).ok()?, Regex::new(WORD).ok()?])
});

/// What is wrong with the metadata of an object: where it has none, that it has no name.
pub(super) fn problems(metadata: &Value) -> Vec<Problem> {
    let none = Map::new();
    let members = if metadata.is_null() { Some(&none) } else { metadata.as_object() };
    let (Some(members), Some([subdomain, label, word])) = (members, &*PATTERNS) else {
        return vec![Problem::blocking("metadata", "write a map, with name in it")];
    };
    let mut problems = types(members);
    let text =
        |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if text("name").is_none() && text("generateName").is_none() {
        problems.push(Problem::new(
            "metadata.name",
            "give the object a name, in quotes if it is a number",
        ));
    }
    // A generated name ends with signs of the apiserver's.
    let prefix = text("generateName").map(|prefix| format!("{prefix}x"));
    if prefix.is_some_and(|prefix| !subdomain.is_match(&prefix)) {
        let message =
            "a name has small letters, digits, - and ., and begins with a letter or digit";
        problems.push(Problem::new("metadata.generateName", message));
    }
    if text("name").is_some_and(|name| name.len() > 253 || !subdomain.is_match(name)) {
        let message = "a name has at most 253 small letters, digits, - and ., and begins and ends with a \
                       letter or digit";
        problems.push(Problem::new("metadata.name", message));
    }
    if text("namespace").is_some_and(|name| name.len() > 63 || !label.is_match(name)) {
        let message = "a namespace has at most 63 small letters, digits and -";
        problems.push(Problem::new("metadata.namespace", message));
    }
    let is_key = |key: &str| {
        let (prefix, name) = key.rsplit_once('/').unwrap_or(("a", key));
        subdomain.is_match(prefix)
            && prefix.len() <= 253
            && !name.is_empty()
            && name.len() <= 63
            && word.is_match(name)
    };
    for map in ["labels", "annotations"] {
        for (key, value) in members.get(map).and_then(Value::as_object).into_iter().flatten() {
            let field = format!("metadata.{map}.{key}");
            if !is_key(key) {
                let message = "a key reads like team or example.com/team: at most 63 letters, digits, -, _ \
                               and .";
                problems.push(Problem::new(&field, message));
            }
            match value {
                Value::String(text)
                    if map == "annotations" || word.is_match(text) && text.len() <= 63 => {}
                Value::String(_) => {
                    let message = "the value of a label has at most 63 letters, digits, -, _ and .";
                    problems.push(Problem::new(&field, message));
                }
                Value::Null => {}
                Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    problems.push(Problem::blocking(&field, "put it in quotes"));
                }
            }
        }
    }
    problems
}

fn types(members: &Map<String, Value>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, member) in members {
        let field = format!("metadata.{name}");
        let known = MEMBERS.iter().find(|(known, _)| known == name);
        let right = known.is_none_or(|(_, kind)| match member {
            Value::Null => true,
            Value::String(_) => *kind == "string",
            Value::Number(_) => *kind == "number",
            Value::Array(_) => *kind == "array",
            Value::Object(_) => *kind == "object",
            Value::Bool(_) => false,
        });
        if known.is_none() {
            problems.push(Problem::new(&field, format!("unknown field \"{field}\"")));
        } else if !right {
            let kind = known.map_or("", |(_, kind)| *kind);
            let quotes = if kind == "string" { ": put it in quotes" } else { "" };
            problems.push(Problem::blocking(&field, format!("must be of type {kind}{quotes}")));
        }
    }
    problems
}
