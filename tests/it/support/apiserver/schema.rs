//! The CRD's schema: what is pruned, and which lists are maps.

use serde_json::{Map, Value};
use spot_training_operator::api::v1alpha1::definition::definition;

/// The structural schema of the served version.
#[derive(Clone, Debug)]
pub(crate) struct Schema(Value);

impl Schema {
    /// The schema of this version of the operator.
    pub(crate) fn current() -> Self {
        let definition = definition().unwrap();
        Self(definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone())
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

/// The keys by which the items of a list are told apart, if it is a map.
pub(crate) fn map_keys(schema: &Value) -> Option<Vec<&str>> {
    if schema.get("x-kubernetes-list-type")? != "map" {
        return None;
    }
    schema.get("x-kubernetes-list-map-keys")?.as_array()?.iter().map(Value::as_str).collect()
}
