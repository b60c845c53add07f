//! Back-off per object: exponential, jittered, forgotten on success.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::backoff::{backoff, jitter};

const FIRST: SignedDuration = SignedDuration::from_millis(500);
const LONGEST: SignedDuration = SignedDuration::from_secs(60);

/// How often, and since when, each object has failed in a row.
#[derive(Debug, Default)]
pub struct Backoff {
    streaks: Mutex<HashMap<String, Streak>>,
}

/// Failures in a row.
#[derive(Clone, Copy, Debug)]
struct Streak {
    count: u32,
    since: Timestamp,
}

impl Backoff {
    /// One more failure of `object`: how long to wait.
    pub fn next(&self, object: &str, now: Timestamp) -> Duration {
        let mut streaks = self.streaks();
        let new = Streak { count: 0, since: now };
        let streak = streaks.entry(object.to_owned()).or_insert(new);
        streak.count = streak.count.saturating_add(1);
        backoff(FIRST, LONGEST, streak.count, jitter(object, streak.count)).unsigned_abs()
    }

    /// Since when `object` has failed.
    #[must_use]
    pub fn failing_since(&self, object: &str) -> Option<Timestamp> {
        self.streaks().get(object).map(|streak| streak.since)
    }

    /// `object` went well, or is gone.
    pub fn reset(&self, object: &str) {
        self.streaks().remove(object);
    }

    /// Objects that are backing off.
    #[must_use]
    pub fn len(&self) -> usize {
        self.streaks().len()
    }

    /// Whether no object is backing off.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn streaks(&self) -> MutexGuard<'_, HashMap<String, Streak>> {
        self.streaks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
