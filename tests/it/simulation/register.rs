//! The register: what the apiserver saw of every object, from its creation to its end.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::Value;

use crate::support::apiserver::kinds::{JOBS, Key};
use crate::support::apiserver::{Kept, Observer, Written};
use crate::support::draw;

/// An object's life. One UID, one life.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub(super) key: Key,
    /// Its newest version, or its last.
    pub(super) object: Value,
    /// When it became Complete or Failed.
    pub(super) terminal: Option<Timestamp>,
    /// When it was removed.
    pub(super) gone: Option<Timestamp>,
    /// Since when and until when it was Suspended.
    pub(super) suspensions: Vec<(Timestamp, Timestamp)>,
    /// Status writes that changed the status.
    pub(super) writes: u64,
    /// Status writes that changed nothing.
    pub(super) vain_writes: u64,
    /// Hashes of the statuses it had.
    pub(super) statuses: HashSet<u64>,
}

/// All lives, by UID.
#[derive(Clone, Debug, Default)]
pub(super) struct Register(Arc<Mutex<BTreeMap<String, Life>>>);

impl Register {
    /// What tells the apiserver's writes to the register.
    pub(super) fn observer(&self) -> Observer {
        let register = self.clone();
        Box::new(move |now, written| {
            if written.key.plural == JOBS.plural {
                register.note(now, written);
            }
        })
    }

    pub(super) fn lives(&self) -> BTreeMap<String, Life> {
        self.0.lock().unwrap().clone()
    }

    fn note(&self, now: Timestamp, written: &Written) {
        let uid = written.object["metadata"]["uid"].as_str().unwrap().to_owned();
        let mut lives = self.0.lock().unwrap();
        let life = lives.entry(uid).or_insert_with(|| Life {
            key: written.key.clone(),
            object: Value::Null,
            terminal: None,
            gone: None,
            suspensions: Vec::new(),
            writes: 0,
            vain_writes: 0,
            statuses: HashSet::new(),
        });
        life.object = written.object.clone();
        if written.kept == Kept::Removed {
            life.gone = Some(now);
        }
        if written.status {
            life.vain_writes += u64::from(written.kept == Kept::Unchanged);
            life.writes += u64::from(written.kept != Kept::Unchanged);
            life.statuses.insert(draw::bits(0, &[&written.object["status"].to_string()]));
            life.follow_conditions(now);
        }
    }
}

impl Life {
    fn follow_conditions(&mut self, now: Timestamp) {
        if self.terminal.is_none() && (self.is("Complete") || self.is("Failed")) {
            self.terminal = Some(now);
        }
        let suspended = self.is("Suspended");
        let going_on = self.suspensions.last_mut().filter(|(_, until)| *until == Timestamp::MAX);
        match going_on {
            Some((_, until)) if !suspended => *until = now,
            None if suspended => self.suspensions.push((now, Timestamp::MAX)),
            Some(_) | None => {}
        }
    }

    /// Whether a condition is True.
    pub(super) fn is(&self, condition: &str) -> bool {
        condition_of(&self.object, condition).is_some_and(|found| found["status"] == "True")
    }

    /// A condition's reason; empty if it is not there.
    pub(super) fn reason(&self, condition: &str) -> &str {
        condition_of(&self.object, condition)
            .and_then(|found| found["reason"].as_str())
            .unwrap_or_default()
    }

    /// A number of the status; 0 if it is not there.
    pub(super) fn count(&self, field: &str) -> i64 {
        self.object["status"][field].as_i64().unwrap_or_default()
    }

    pub(super) fn deletion_policy(&self) -> &str {
        self.object["spec"]["deletionPolicy"].as_str().unwrap_or("Stop")
    }
}

fn condition_of<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|found| found["type"] == kind)
}
