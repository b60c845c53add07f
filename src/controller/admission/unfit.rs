//! Requests that can never fit their quota: closed for that object alone, until its generation
//! changes or some time has passed.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::time::Instant;

use crate::domain::spec::pool::Pool;

use super::alarms::Alarms;
use super::moment::Moment;
use super::requester::{Place, Requester};

/// Somebody may have raised the quota meanwhile. The core asks again after an hour, less up to a
/// quarter of it by jitter: not before that.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_mins(45);

/// What can never fit.
#[derive(Debug, Default)]
pub(super) struct Unfit {
    by_uid: HashMap<String, Vec<Request>>,
    /// Those that wait until they may ask again.
    waiting: Alarms,
}

#[derive(Debug)]
struct Request {
    place: Place,
    pool: Pool,
    generation: i64,
    until: Moment,
}

impl Unfit {
    /// AWS said that this can never fit.
    pub(super) fn insert(
        &mut self,
        uid: &str,
        place: &Place,
        (pool, generation): (&Pool, i64),
        now: Moment,
    ) {
        let requests = self.by_uid.entry(uid.to_owned()).or_default();
        requests.retain(|request| {
            let is_same = request.place == *place && request.pool == *pool;
            request.until.instant > now.instant && request.generation == generation && !is_same
        });
        requests.push(Request {
            place: place.clone(),
            pool: pool.clone(),
            generation,
            until: now.after(ASKED_AGAIN),
        });
    }

    /// When this may be asked again, if it can't fit.
    pub(super) fn until(
        &self,
        uid: &str,
        place: &Place,
        (pool, generation): (&Pool, i64),
        now: Instant,
    ) -> Option<Moment> {
        let request = self.by_uid.get(uid)?.iter().find(|request| {
            request.place == *place && request.pool == *pool && request.generation == generation
        })?;
        (request.until.instant > now).then_some(request.until)
    }

    /// The object is woken at that moment.
    pub(super) fn wait(&mut self, who: &Arc<Requester>, until: Instant) {
        self.waiting.set(who, until);
    }

    /// The object does not wait.
    pub(super) fn leave(&mut self, uid: &str) {
        self.waiting.cancel(uid);
    }

    /// The object is gone.
    pub(super) fn forget(&mut self, uid: &str) {
        self.leave(uid);
        self.by_uid.remove(uid);
    }

    /// Takes one that may ask again.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<Arc<Requester>> {
        self.waiting.pop_due(now)
    }

    /// When the next one may ask again.
    pub(super) fn next_moment(&self) -> Option<Instant> {
        self.waiting.next()
    }
}
