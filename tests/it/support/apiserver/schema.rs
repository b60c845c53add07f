//! The CRD's schema: what is pruned, and which lists are maps.

use std::sync::LazyLock;

use serde_json::{Map, Value};
use spot_training_operator::api::validation::schema;

use super::validate::breach;

/// The structural schema of the served version.
#[derive(Clone, Debug)]
pub(crate) struct Schema(&'static Value);

impl Schema {
    /// The schema of this version of the operator.
    pub(crate) fn current() -> &'static Self {
        static CURRENT: LazyLock<Schema> = LazyLock::new(|| Schema(schema().unwrap()));
        &CURRENT
    }

    /// Drops what the schema does not know. The type of an object and its metadata are Kubernetes'.
    pub(crate) fn prune(&self, object: &mut Value) {
        for (name, member) in object.as_object_mut().into_iter().flatten() {
            if let Some(schema) = self.member(name) {
                prune(member, schema);
            }
        }
        let known = |name: &str| {
            matches!(name, "apiVersion" | "kind" | "metadata") || self.member(name).is_some()
        };
        object.as_object_mut().unwrap().retain(|name, _| known(name));
    }

    /// The path of a field of the status that the schema does not know.
    pub(crate) fn undeclared(&self, status: &Value) -> Option<String> {
        undeclared(status, self.member("status")?, ".status")
    }

    /// What the schema does not allow in a status.
    pub(crate) fn breach(&self, status: &Value) -> Option<String> {
        breach(status, self.member("status")?, "status")
    }

    /// The schema of a top-level member.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.0["properties"].get(name)
    }
}

fn prune(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(values) = schema.get("additionalProperties") {
                members.values_mut().for_each(|member| prune(member, values));
            } else if let Some(known) = schema.get("properties").and_then(Value::as_object) {
                prune_members(members, known);
            }
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                for item in items {
                    prune(item, schema);
                }
            }
        }
        _ => {}
    }
}

fn prune_members(members: &mut Map<String, Value>, known: &Map<String, Value>) {
    members.retain(|name, _| known.contains_key(name));
    for (name, member) in members {
        prune(member, &known[name]);
    }
}

fn undeclared(value: &Value, schema: &Value, path: &str) -> Option<String> {
    match value {
        Value::Object(members) => {
            let known = schema.get("properties");
            members.iter().find_map(|(name, member)| {
                let path = format!("{path}.{name}");
                match known.and_then(|known| known.get(name)) {
                    Some(schema) => undeclared(member, schema, &path),
                    None => known.map(|_| path),
                }
            })
        }
        Value::Array(items) => {
            let schema = schema.get("items")?;
            items.iter().find_map(|item| undeclared(item, schema, path))
        }
        _ => None,
    }
}

/// The keys that identify the items of a list, if it is a map.
pub(crate) fn map_keys(schema: &Value) -> Option<Vec<&str>> {
    if schema.get("x-kubernetes-list-type")? != "map" {
        return None;
    }
    schema.get("x-kubernetes-list-map-keys")?.as_array()?.iter().map(Value::as_str).collect()
}
