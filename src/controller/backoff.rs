//! Back-off per object: exponential, jittered, forgotten on success.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::backoff::{backoff, jitter};

const FIRST: SignedDuration = SignedDuration::from_millis(500);
const LONGEST: SignedDuration = SignedDuration::from_secs(60);

/// How often each object has failed in a row.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: Mutex<HashMap<String, u32>>,
}

impl Backoff {
    /// One more failure of `object`: how long to wait.
    pub fn next(&self, object: &str) -> Duration {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failures.entry(object.to_owned()).or_default();
        *count = count.saturating_add(1);
        backoff(FIRST, LONGEST, *count, jitter(object, *count)).unsigned_abs()
    }

    /// `object` went well, or is gone.
    pub fn reset(&self, object: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(object);
    }

    /// Objects that are backing off.
    #[must_use]
    pub fn len(&self) -> usize {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether no object is backing off.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
