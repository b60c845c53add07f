//! The rules of a write: versions, generations, finalizers, deletion, and whose the status is.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::kinds::{Key, Kind};
use super::refusal::Refusal;
use super::store::{Kept, Store, seconds};

/// Which part of an object a write is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All but the status.
    Main,
    /// The status alone.
    Status,
}

/// Metadata that only the apiserver writes.
const OWN: [&str; 6] = [
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "namespace",
];

/// Creates an object.
pub(crate) fn create(
    store: &mut Store,
    kind: &Kind,
    key: Key,
    mut object: Value,
    now: Timestamp,
) -> Result<Arc<Value>, Refusal> {
    if store.get(&key).is_ok() {
        return Err(Refusal::already_exists(&key));
    }
    if !object["metadata"]["resourceVersion"].is_null() {
        return Err(Refusal::bad_request(
            "resourceVersion should not be set on objects to be created",
        ));
    }
    object["metadata"]["namespace"] = json!(key.namespace);
    if kind.custom {
        store.schema.prune(&mut object);
        object.as_object_mut().unwrap().remove("status");
        object["metadata"]["generation"] = json!(1);
    }
    Ok(store.insert(key, object, now))
}

/// Writes `proposed` over the stored object.
pub(crate) fn update(
    store: &mut Store,
    kind: &Kind,
    key: &Key,
    mut proposed: Value,
    part: Part,
) -> Result<(Kept, Arc<Value>), Refusal> {
    let old = store.get(key)?.object.clone();
    let version = &proposed["metadata"]["resourceVersion"];
    if !version.is_null() && *version != old["metadata"]["resourceVersion"] {
        return Err(Refusal::modified(&key.name));
    }
    let mut new = match part {
        Part::Status => with_status(&old, proposed.get_mut("status").map(Value::take)),
        Part::Main => main_part(kind, &old, proposed)?,
    };
    if kind.custom {
        store.schema.prune(&mut new);
        if let Some(breach) = new.get("status").and_then(|status| store.schema.breach(status)) {
            return Err(Refusal::invalid(breach));
        }
        if part == Part::Main && new.get("spec") != old.get("spec") {
            bump_generation(&mut new);
        }
    }
    new["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"].clone();
    Ok(keep(store, key, old, new))
}

/// Deletes an object, or marks it while it has finalizers.
pub(crate) fn delete(
    store: &mut Store,
    key: &Key,
    options: &Value,
    now: Timestamp,
) -> Result<(Kept, Arc<Value>), Refusal> {
    let old = store.get(key)?.object.clone();
    for field in ["uid", "resourceVersion"] {
        let wanted = &options["preconditions"][field];
        if !wanted.is_null() && *wanted != old["metadata"][field] {
            return Err(Refusal::conflict(&key.name, &format!("Precondition failed: {field}")));
        }
    }
    let mut new = Value::clone(&old);
    if old["metadata"]["deletionTimestamp"].is_null() {
        new["metadata"]["deletionTimestamp"] = json!(seconds(now));
        new["metadata"]["deletionGracePeriodSeconds"] = json!(0);
        if !new["metadata"]["generation"].is_null() {
            bump_generation(&mut new);
        }
    }
    Ok(keep(store, key, old, new))
}

fn keep(store: &mut Store, key: &Key, old: Arc<Value>, new: Value) -> (Kept, Arc<Value>) {
    if !new["metadata"]["deletionTimestamp"].is_null() && finalizers(&new).is_empty() {
        return (Kept::Removed, store.remove(key));
    }
    if new == *old {
        return (Kept::Unchanged, old);
    }
    (Kept::Changed, store.replace(key, new))
}

fn with_status(object: &Value, status: Option<Value>) -> Value {
    let others = object.as_object().unwrap().iter().filter(|(name, _)| *name != "status");
    let others = others.map(|(name, member)| (name.clone(), member.clone()));
    let status = status.filter(|status| !status.is_null());
    others.chain(status.map(|status| ("status".to_owned(), status))).collect()
}

fn main_part(kind: &Kind, old: &Value, mut new: Value) -> Result<Value, Refusal> {
    let uid = &new["metadata"]["uid"];
    if !uid.is_null() && *uid != old["metadata"]["uid"] {
        return Err(Refusal::conflict("object", "Precondition failed: UID in precondition"));
    }
    if kind.custom {
        new = with_status(&new, old.get("status").cloned());
    }
    let meta = new["metadata"].as_object_mut().unwrap();
    for field in OWN {
        match old["metadata"].get(field) {
            Some(value) => meta.insert(field.to_owned(), value.clone()),
            None => meta.remove(field),
        };
    }
    if finalizers(&new).is_empty() {
        new["metadata"].as_object_mut().unwrap().remove("finalizers");
    }
    let deleting = !old["metadata"]["deletionTimestamp"].is_null();
    if deleting && finalizers(&new).iter().any(|name| !finalizers(old).contains(name)) {
        return Err(Refusal::invalid(
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is \
             being deleted",
        ));
    }
    Ok(new)
}

fn finalizers(object: &Value) -> &[Value] {
    object["metadata"]["finalizers"].as_array().map_or(&[], Vec::as_slice)
}

fn bump_generation(object: &mut Value) {
    let generation = object["metadata"]["generation"].as_i64().unwrap_or_default();
    object["metadata"]["generation"] = json!(generation + 1);
}
