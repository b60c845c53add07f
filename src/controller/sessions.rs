//! Sessions: what this process alone knows of each object, by its UID. It goes with the object.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::controller::hash::hash;
use crate::domain::policy::backoff::{backoff, jitter};
use crate::domain::run::Run;
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::situation::Elapsed;

use super::object_id::ObjectId;
use super::polling::schedule::Polled;

/// Back-off of an object whose calls fail: the first wait and the longest.
const FIRST: SignedDuration = SignedDuration::from_millis(500);
const LONGEST: SignedDuration = SignedDuration::from_secs(60);

/// All sessions.
#[derive(Debug, Default)]
pub struct Sessions {
    sessions: Mutex<HashMap<String, Session>>,
}

/// What this process alone knows of one object.
#[derive(Debug, Default)]
struct Session {
    /// `namespace/name`.
    name: String,
    /// Failures in a row.
    failures: u32,
    /// Since when no call to AWS was answered.
    unanswered_since: Option<Timestamp>,
    request: Mark,
    absent: Mark,
    stopping: Mark,
    /// Hashes of the status that was written last and of what the apiserver made of it.
    written: Option<(u64, u64)>,
    /// The newest `resourceVersion` that was read or written.
    version: u64,
    /// Its job, as it was polled last.
    polled: Option<Polled>,
}

/// When, by the monotonic clock, this process first knew of a persisted moment.
#[derive(Debug, Default)]
struct Mark(Option<(Timestamp, Instant)>);

impl Mark {
    fn elapsed(&mut self, moment: Option<Timestamp>) -> SignedDuration {
        let Some(moment) = moment else {
            self.0 = None;
            return SignedDuration::ZERO;
        };
        match &self.0 {
            Some((known, since)) if *known == moment => {
                SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX)
            }
            _ => {
                self.0 = Some((moment, Instant::now()));
                SignedDuration::ZERO
            }
        }
    }
}

impl Sessions {
    /// How long, at least, the moments of a run are past.
    pub fn elapsed(&self, id: &ObjectId, run: &Run) -> Elapsed {
        let live = run.live();
        self.with(id, |session| Elapsed {
            request: session.request.elapsed(live.map(|live| live.request.committed)),
            absent: session.absent.elapsed(live.and_then(|live| live.absent_since)),
            stopping: session.stopping.elapsed(live.and_then(LiveAttempt::stopping_since)),
        })
    }

    /// Since when no call to AWS about the object was answered.
    #[must_use]
    pub fn unanswered_since(&self, id: &ObjectId) -> Option<Timestamp> {
        self.sessions().get(&id.uid).and_then(|session| session.unanswered_since)
    }

    /// A call to AWS about the object was answered, or not.
    pub fn answered(&self, id: &ObjectId, answered: bool, now: Timestamp) {
        self.with_known(id, |session| {
            if answered {
                session.unanswered_since = None;
            } else {
                session.unanswered_since.get_or_insert(now);
            }
        });
    }

    /// One more failure about the object: how long to wait.
    pub fn back_off(&self, id: &ObjectId) -> Duration {
        let failures = self.with(id, |session| {
            session.failures = session.failures.saturating_add(1);
            session.failures
        });
        backoff(FIRST, LONGEST, failures, jitter(&id.uid, failures)).unsigned_abs()
    }

    /// The object is well.
    pub fn recovered(&self, id: &ObjectId) {
        self.with(id, |session| session.failures = 0);
    }

    /// Whether writing `ours` last gave `theirs`: a part of it belongs to somebody else too, and
    /// writing it again would change nothing.
    #[must_use]
    pub fn is_written(&self, id: &ObjectId, ours: &str, theirs: &str) -> bool {
        let pair = Some((hash(ours), hash(theirs)));
        self.sessions().get(&id.uid).is_some_and(|session| session.written == pair)
    }

    /// Writing `ours` gave `theirs`.
    pub fn wrote(&self, id: &ObjectId, ours: &str, theirs: &str) {
        self.with(id, |session| session.written = Some((hash(ours), hash(theirs))));
    }

    /// The object was read or written in this version. False if it has gone meanwhile.
    pub fn knows(&self, id: &ObjectId, version: &str) -> bool {
        self.with_known(id, |session| session.version = session.version.max(ordinal(version)))
    }

    /// Whether the object was read or written in a newer version than this one.
    #[must_use]
    pub fn knows_newer(&self, uid: &str, version: &str) -> bool {
        self.sessions().get(uid).is_some_and(|session| session.version > ordinal(version))
    }

    /// Reads or changes what is known of the polls of an object's job; `None` if the object has gone.
    pub(in crate::controller) fn of_polls<T>(
        &self,
        uid: &str,
        act: impl FnOnce(&mut Option<Polled>) -> T,
    ) -> Option<T> {
        self.sessions().get_mut(uid).map(|session| act(&mut session.polled))
    }

    /// Objects that have a session.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sessions().len()
    }

    /// Whether no object has a session.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The UIDs of objects of this name, which are gone.
    #[must_use]
    pub fn uids_of(&self, name: &str) -> Vec<String> {
        let sessions = self.sessions();
        let named = sessions.iter().filter(|(_, session)| session.name == name);
        named.map(|(uid, _)| uid.clone()).collect()
    }

    /// The object is gone.
    pub fn forget(&self, uid: &str) {
        self.sessions().remove(uid);
    }

    /// Changes what is known of an object, unless it has gone meanwhile; whether it is there.
    fn with_known(&self, id: &ObjectId, act: impl FnOnce(&mut Session)) -> bool {
        self.sessions().get_mut(&id.uid).map(act).is_some()
    }

    fn with<T>(&self, id: &ObjectId, act: impl FnOnce(&mut Session) -> T) -> T {
        let mut sessions = self.sessions();
        let new = || Session { name: id.to_string(), ..Session::default() };
        act(sessions.entry(id.uid.clone()).or_insert_with(new))
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a `resourceVersion` comes in the history of the object: the apiserver promises that they are
/// decimal numbers that grow (KEP-5504). One that is none is never the newer one.
fn ordinal(version: &str) -> u64 {
    version.parse().unwrap_or_default()
}
