//! Polling: the way of following that needs nothing but `DescribeTrainingJob`.
//!
//! Every phase is looked at often while it is young, for then things happen, and seldom after.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::backoff::jitter;
use crate::domain::observation::Job;
use crate::port::Following;

/// A phase is young for this long.
const YOUNG: SignedDuration = SignedDuration::from_secs(60);

/// Stopping lasts at most 120 s (SIGTERM to SIGKILL, developer guide), and a deletion waits for it.
const STOPPING_YOUNG: SignedDuration = SignedDuration::from_secs(120);

/// Spread of the slow interval either way, so that jobs drift apart.
const SPREAD: SignedDuration = SignedDuration::from_secs(1);

/// Looks at each job on a schedule.
#[derive(Debug)]
pub struct Polling {
    fast: SignedDuration,
    slow: SignedDuration,
    followed: Mutex<HashMap<String, Followed>>,
}

/// A job that is followed.
#[derive(Debug)]
struct Followed {
    job_name: String,
    phase: String,
    phase_since: Timestamp,
    looked: Timestamp,
    looks: u32,
}

impl Polling {
    /// A schedule with this interval for young phases and that for old ones.
    #[must_use]
    pub fn new(fast: SignedDuration, slow: SignedDuration) -> Self {
        Self { fast, slow, followed: Mutex::default() }
    }

    fn interval(&self, object: &str, followed: &Followed) -> SignedDuration {
        let age = followed.looked.duration_since(followed.phase_since);
        let young = if followed.phase == "Stopping" { STOPPING_YOUNG } else { YOUNG };
        if age < young {
            return self.fast;
        }
        let spread = i32::from(jitter(object, followed.looks)) - 128;
        self.slow + SPREAD / 128 * spread
    }
}

impl Following for Polling {
    fn next_look(&self, object: &str, job_name: &str) -> Timestamp {
        let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.get(object).filter(|followed| followed.job_name == job_name).map_or(
            Timestamp::MIN,
            |followed| {
                let interval = self.interval(object, followed);
                followed.looked.saturating_add(interval).unwrap_or(Timestamp::MAX)
            },
        )
    }

    fn looked(&self, object: &str, job_name: &str, job: Option<&Job>, now: Timestamp) {
        let phase = job.map_or("", |job| job.secondary.as_str());
        let started = job.and_then(|job| job.transitions.last()).map_or(now, |last| last.start);
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = followed.get(object).filter(|followed| followed.job_name == job_name);
        let phase_since = match known {
            Some(known) if known.phase == phase => known.phase_since,
            Some(_) => now,
            None => started.min(now),
        };
        let looks = known.map_or(0, |known| known.looks.wrapping_add(1));
        let (job_name, phase) = (job_name.to_owned(), phase.to_owned());
        let newest = Followed { job_name, phase, phase_since, looked: now, looks };
        followed.insert(object.to_owned(), newest);
    }

    fn forget(&self, object: &str) {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).remove(object);
    }
}
