//! Object histories: what the apiserver saw of every object, from its creation to its end.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::Value;

use crate::support::apiserver::kinds::{JOBS, Key};
use crate::support::apiserver::{Kept, Observer, Written};
use crate::support::random;

/// The history of one UID.
#[derive(Clone, Debug)]
pub(super) struct ObjectHistory {
    pub(super) key: Key,
    /// Its newest version, or its last.
    pub(super) object: Arc<Value>,
    /// Its versions with another spec than before, each with when it came into force.
    pub(super) specs: Vec<(Timestamp, Arc<Value>)>,
    /// When it became Complete or Failed.
    pub(super) terminal: Option<Timestamp>,
    /// When it was created.
    pub(super) created: Timestamp,
    /// When its deletion was asked for.
    pub(super) deleted: Option<Timestamp>,
    /// When a third party last removed its finalizers.
    pub(super) stripped: Option<Timestamp>,
    /// When it was removed.
    pub(super) gone: Option<Timestamp>,
    /// Since when and until when it was Suspended.
    pub(super) suspensions: Vec<(Timestamp, Timestamp)>,
    /// The operator's status writes that changed the status.
    pub(super) writes: u64,
    /// The operator's status writes that changed nothing.
    pub(super) vain_writes: u64,
    /// The operator's status writes that changed nothing that people can see.
    pub(super) invisible_writes: u64,
    /// What they changed, and how often.
    pub(super) unseen: BTreeMap<String, u64>,
    /// A hash of what people could see last.
    visible: u64,
    /// Hashes of the statuses it had.
    pub(super) statuses: HashSet<u64>,
}

/// All histories, by UID.
#[derive(Clone, Debug, Default)]
pub(super) struct ObjectHistories(Arc<Mutex<BTreeMap<String, ObjectHistory>>>);

impl ObjectHistories {
    /// What records the apiserver's writes.
    pub(super) fn observer(&self) -> Observer {
        let histories = self.clone();
        Box::new(move |now, written| {
            if written.key.plural == JOBS.plural {
                histories.record(now, written);
            }
        })
    }

    pub(super) fn by_uid(&self) -> BTreeMap<String, ObjectHistory> {
        self.0.lock().unwrap().clone()
    }

    /// A third party is about to remove the finalizers of an object. One that is being deleted goes at
    /// once then, whatever the operator does.
    pub(super) fn strip(&self, key: &Key, now: Timestamp) {
        let mut histories = self.0.lock().unwrap();
        let there = histories.values_mut().filter(|history| history.gone.is_none());
        for history in
            there.filter(|history| history.key == *key && has_finalizers(&history.object))
        {
            history.stripped = Some(now);
        }
    }

    fn record(&self, now: Timestamp, written: &Written) {
        let uid = written.object["metadata"]["uid"].as_str().unwrap().to_owned();
        let mut histories = self.0.lock().unwrap();
        let history = histories.entry(uid).or_insert_with(|| ObjectHistory {
            key: written.key.clone(),
            object: Arc::default(),
            specs: Vec::new(),
            terminal: None,
            created: now,
            deleted: None,
            stripped: None,
            gone: None,
            suspensions: Vec::new(),
            writes: 0,
            vain_writes: 0,
            invisible_writes: 0,
            unseen: BTreeMap::new(),
            visible: 0,
            statuses: HashSet::new(),
        });
        let before = std::mem::replace(&mut history.object, written.object.clone());
        if before["spec"] != written.object["spec"] {
            history.specs.push((now, written.object.clone()));
        }
        let deleting = !written.object["metadata"]["deletionTimestamp"].is_null();
        if deleting && history.deleted.is_none() {
            history.deleted = Some(now);
        }
        if written.kept == Kept::Removed {
            history.gone = Some(now);
        }
        // What others write is theirs.
        if written.status && written.manager.is_some() {
            let visible = random::bits(0, &[&visible(&written.object["status"])]);
            let same = visible == history.visible && written.kept == Kept::Changed;
            history.invisible_writes += u64::from(same);
            if same {
                for member in changed_members(&before, &written.object) {
                    *history.unseen.entry(member).or_default() += 1;
                }
            }
            history.visible = visible;
            history.vain_writes += u64::from(written.kept == Kept::Unchanged);
            history.writes += u64::from(written.kept != Kept::Unchanged);
            history.statuses.insert(random::bits(0, &[&written.object["status"].to_string()]));
            history.record_conditions(now);
        }
    }
}

impl ObjectHistory {
    fn record_conditions(&mut self, now: Timestamp) {
        if self.terminal.is_none() && (self.is("Complete") || self.is("Failed")) {
            self.terminal = Some(now);
        }
        let suspended = self.is("Suspended");
        let current = self.suspensions.last_mut().filter(|(_, until)| *until == Timestamp::MAX);
        match current {
            Some((_, until)) if !suspended => *until = now,
            None if suspended => self.suspensions.push((now, Timestamp::MAX)),
            Some(_) | None => {}
        }
    }

    /// The specs that were in force at `since` or later.
    pub(super) fn specs_since(&self, since: Timestamp) -> impl Iterator<Item = &Value> {
        let ends = self.specs.iter().skip(1).map(|(end, _)| *end).chain([Timestamp::MAX]);
        let specs = self.specs.iter().zip(ends).filter(move |(_, end)| *end >= since);
        specs.map(|((_, object), _)| &object["spec"])
    }

    /// A limit of the newest spec, and since when that has it.
    pub(super) fn limit(&self, field: &str) -> Option<(Timestamp, i64)> {
        let of = |object: &Value| object["spec"][field].as_i64();
        let limit = of(&self.object)?;
        let newest = self.specs.iter().rev().take_while(|(_, object)| of(object) == Some(limit));
        newest.last().map(|(since, _)| (*since, limit))
    }

    /// Whether no spec ever let it have a job on demand.
    pub(super) fn is_spot_only(&self) -> bool {
        self.specs_since(self.created).all(|spec| {
            let capacity = &spec["capacity"];
            let falls_back = capacity["onDemandFallback"].as_str().unwrap_or("Never") != "Never";
            capacity["type"] != "OnDemand" && !falls_back
        })
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

    /// Seconds from its start to its end, without its suspensions.
    pub(super) fn active(&self) -> i64 {
        let moment = |field: &str| -> Option<Timestamp> {
            self.object["status"][field].as_str()?.parse().ok()
        };
        let (Some(start), Some(end)) = (moment("startTime"), self.terminal) else { return 0 };
        // Times of the API have whole seconds.
        end.duration_since(start).as_secs() + 1 - self.count("suspendedSeconds")
    }

    /// A number of the status; 0 if it is not there.
    pub(super) fn count(&self, field: &str) -> i64 {
        self.object["status"][field].as_i64().unwrap_or_default()
    }

    pub(super) fn deletion_policy(&self) -> &str {
        self.object["spec"]["deletionPolicy"].as_str().unwrap_or("Stop")
    }
}

fn has_finalizers(object: &Value) -> bool {
    object["metadata"]["finalizers"].as_array().is_some_and(|names| !names.is_empty())
}

/// What a person sees of a status: not the operator's own state, and not when it tries next.
fn visible(status: &Value) -> String {
    let members = status.as_object().into_iter().flatten();
    let seen = members.map(|(name, member)| match (name.as_str(), member) {
        ("internalState" | "nextAttemptTime", _) => String::new(),
        ("conditions", Value::Array(conditions)) => {
            conditions.iter().map(without_message).collect()
        }
        _ => format!("{name}: {member}\n"),
    });
    seen.collect()
}

fn without_message(condition: &Value) -> String {
    let members = condition.as_object().into_iter().flatten();
    let others = members.filter(|(name, _)| *name != "message");
    others.map(|(name, member)| format!("{name}: {member}")).collect::<Vec<_>>().join("\n")
}

/// The members of the internal state that a write changed.
fn changed_members(before: &Value, after: &Value) -> Vec<String> {
    let members = |object: &Value| -> BTreeMap<String, Value> {
        let text = object["status"]["internalState"].as_str().unwrap_or("{}");
        serde_json::from_str(text).unwrap_or_default()
    };
    let (before, after) = (members(before), members(after));
    let names = before.keys().chain(after.keys());
    let changed = names.filter(|name| before.get(*name) != after.get(*name));
    changed.cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

fn condition_of<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|found| found["type"] == kind)
}
