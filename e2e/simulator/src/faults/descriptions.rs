//! Members of Describe's answers that a test replaces or removes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The replacements by job name; a null removes the member.
#[derive(Debug, Default)]
pub(crate) struct Descriptions(BTreeMap<String, Map<String, Value>>);

impl Descriptions {
    /// Adds replacements to those of a job.
    pub(crate) fn replace(&mut self, name: &str, members: Map<String, Value>) {
        self.0.entry(name.to_owned()).or_default().extend(members);
    }

    /// Forgets the replacements of a job, or of all.
    pub(crate) fn clear(&mut self, name: Option<&str>) {
        match name {
            Some(name) => drop(self.0.remove(name)),
            None => self.0.clear(),
        }
    }

    /// What is replaced, by job name.
    pub(crate) fn all(&self) -> &BTreeMap<String, Map<String, Value>> {
        &self.0
    }

    /// Replaces members of a job's description.
    pub(crate) fn apply(&self, name: &str, view: &mut Map<String, Value>) {
        for (member, value) in self.0.get(name).into_iter().flatten() {
            if value.is_null() {
                view.remove(member);
            } else {
                view.insert(member.clone(), value.clone());
            }
        }
    }
}
