//! What is stored: objects, the revision, and the changes that watches can still get.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::kinds::{Key, Kind};
use super::refusal::Refusal;
use super::schema::Schema;
use crate::support::random;

/// Revisions begin here, so that small ones are too old to watch from.
const FIRST_REVISION: u64 = 1000;

/// Changes that are kept for watches.
const KEPT: usize = 4096;

/// An object and what each manager applied to it.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) object: Arc<Value>,
    /// The object as it goes into lists and watches: long lists are asked for often.
    text: String,
    /// By manager: `status` as it was last applied.
    pub(crate) applied: BTreeMap<String, Value>,
}

/// A line of a watch.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) revision: u64,
    pub(crate) plural: &'static str,
    pub(crate) namespace: String,
    pub(crate) line: Bytes,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The object is stored in a new version.
    Changed,
    /// The write changed nothing.
    Unchanged,
    /// The object is gone.
    Removed,
}

/// All objects.
#[derive(Debug)]
pub(crate) struct Store {
    seed: u64,
    pub(crate) schema: &'static Schema,
    records: BTreeMap<Key, Record>,
    revision: u64,
    oldest: u64,
    changes: VecDeque<Change>,
}

impl Store {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            schema: Schema::current(),
            records: BTreeMap::new(),
            revision: FIRST_REVISION,
            oldest: FIRST_REVISION,
            changes: VecDeque::new(),
        }
    }

    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn get(&self, key: &Key) -> Result<&Record, Refusal> {
        self.records.get(key).ok_or_else(|| Refusal::not_found(key))
    }

    pub(crate) fn get_mut(&mut self, key: &Key) -> Result<&mut Record, Refusal> {
        self.records.get_mut(key).ok_or_else(|| Refusal::not_found(key))
    }

    /// The texts of the objects of a kind, in one namespace or in all.
    pub(crate) fn list(&self, kind: &Kind, namespace: Option<&str>) -> Vec<&str> {
        let matching = |key: &Key| {
            key.plural == kind.plural
                && namespace.is_none_or(|namespace| key.namespace == namespace)
        };
        let records = self.records.iter().filter(|(key, _)| matching(key));
        records.map(|(_, record)| record.text.as_str()).collect()
    }

    /// Stores a new object with what the apiserver gives it.
    pub(crate) fn insert(&mut self, key: Key, mut object: Value, now: Timestamp) -> Arc<Value> {
        // Not a count of all creations: other objects must not change this one's UID.
        let purpose = [key.plural, &key.namespace, &key.name, &now.to_string()];
        let meta = &mut object["metadata"];
        meta["uid"] = json!(random::uuid(self.seed, &purpose));
        meta["creationTimestamp"] = json!(seconds(now));
        self.stamp(&mut object);
        let text = self.publish(&key, "ADDED", &object);
        let object = Arc::new(object);
        let record = Record { object: object.clone(), text, applied: BTreeMap::new() };
        self.records.insert(key, record);
        object
    }

    /// Stores a new version of an object.
    pub(crate) fn replace(&mut self, key: &Key, mut object: Value) -> Arc<Value> {
        self.stamp(&mut object);
        let text = self.publish(key, "MODIFIED", &object);
        let record = self.records.get_mut(key).unwrap();
        (record.object, record.text) = (Arc::new(object), text);
        record.object.clone()
    }

    /// Removes an object; its last version.
    pub(crate) fn remove(&mut self, key: &Key) -> Arc<Value> {
        let mut object = Arc::unwrap_or_clone(self.records.remove(key).unwrap().object);
        self.stamp(&mut object);
        self.publish(key, "DELETED", &object);
        Arc::new(object)
    }

    /// The changes after a revision.
    pub(crate) fn since(
        &self,
        revision: u64,
        kind: &Kind,
        namespace: Option<&str>,
    ) -> Result<Vec<Change>, Refusal> {
        if revision < self.oldest {
            return Err(Refusal::expired(revision, self.oldest));
        }
        let first = self.changes.partition_point(|change| change.revision <= revision);
        let new = self.changes.range(first..).filter(|change| {
            change.plural == kind.plural
                && namespace.is_none_or(|namespace| change.namespace == namespace)
        });
        Ok(new.cloned().collect())
    }

    fn stamp(&mut self, object: &mut Value) {
        self.revision += 1;
        object["metadata"]["resourceVersion"] = json!(self.revision.to_string());
    }

    /// Gives the watches a change; the object's text.
    fn publish(&mut self, key: &Key, word: &str, object: &Value) -> String {
        let text = object.to_string();
        let line = format!("{{\"type\":\"{word}\",\"object\":{text}}}\n");
        self.changes.push_back(Change {
            revision: self.revision,
            plural: key.plural,
            namespace: key.namespace.clone(),
            line: line.into(),
        });
        if self.changes.len() > KEPT {
            self.oldest = self.changes.pop_front().unwrap().revision;
        }
        text
    }
}

/// Kubernetes' times have whole seconds.
pub(crate) fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
