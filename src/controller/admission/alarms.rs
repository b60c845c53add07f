//! Alarms: moments at which something is done for an object, one for each object.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tokio::time::Instant;

use super::requester::Requester;

/// A moment for each object that has one.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    by_time: BTreeSet<(Instant, String)>,
    by_uid: HashMap<String, (Instant, Arc<Requester>)>,
}

impl Alarms {
    /// Sets an object's alarm, instead of the one that it has.
    pub(super) fn set(&mut self, who: &Arc<Requester>, at: Instant) {
        self.cancel(&who.uid);
        self.by_time.insert((at, who.uid.clone()));
        self.by_uid.insert(who.uid.clone(), (at, who.clone()));
    }

    /// Cancels an object's alarm.
    pub(super) fn cancel(&mut self, uid: &str) {
        if let Some((at, _)) = self.by_uid.remove(uid) {
            self.by_time.remove(&(at, uid.to_owned()));
        }
    }

    /// Takes the first alarm that is due.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<Arc<Requester>> {
        let (_, uid) = self.by_time.first().filter(|(at, _)| *at <= now)?.clone();
        let (_, who) = self.by_uid.get(&uid).cloned()?;
        self.cancel(&uid);
        Some(who)
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.by_time.first().map(|(at, _)| *at)
    }
}
