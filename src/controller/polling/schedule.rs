//! The schedule of polls: a phase is polled often while it is young, for then things happen, and
//! seldom after.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use tokio::time::Instant;

use crate::controller::sessions::Sessions;
use crate::domain::job::Job;
use crate::domain::job::secondary_status::SecondaryStatus;
use crate::domain::policy::backoff::jitter;
use crate::port::PollSchedule;

/// A phase is young for this long.
const YOUNG: SignedDuration = SignedDuration::from_secs(60);

/// Stopping lasts at most 120 s (SIGTERM to SIGKILL, developer guide), and a deletion waits for it.
const STOPPING_YOUNG: SignedDuration = SignedDuration::from_secs(120);

/// Spread of the slow interval either way, so that jobs drift apart.
const SPREAD: SignedDuration = SignedDuration::from_secs(1);

/// Polls each job by the age of its phase.
#[derive(Debug)]
pub struct Schedule {
    fast: SignedDuration,
    slow: SignedDuration,
    /// Where the polls of each object are remembered.
    sessions: Arc<Sessions>,
}

/// A job that is polled. Its moments are by the monotonic clock: a wall clock that steps must neither
/// hold the next poll up nor repeat it.
#[derive(Debug)]
pub(in crate::controller) struct Polled {
    job_name: String,
    phase: Option<SecondaryStatus>,
    /// How old the phase was when it was first polled.
    age_at_first: SignedDuration,
    phase_first: Instant,
    last: Instant,
    polls: u32,
}

impl Polled {
    /// When it was last polled, by a wall clock that shows `now`.
    fn last(&self, now: Timestamp) -> Timestamp {
        now.saturating_sub(elapsed(self.last)).unwrap_or(Timestamp::MIN)
    }
}

fn elapsed(since: Instant) -> SignedDuration {
    SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX)
}

impl Schedule {
    /// A schedule with this interval for young phases and that for old ones.
    #[must_use]
    pub const fn new(fast: SignedDuration, slow: SignedDuration, sessions: Arc<Sessions>) -> Self {
        Self { fast, slow, sessions }
    }

    fn interval(&self, uid: &str, job: &Polled) -> SignedDuration {
        let seen_for = job.last.saturating_duration_since(job.phase_first);
        let seen_for = SignedDuration::try_from(seen_for).unwrap_or(SignedDuration::MAX);
        let age = job.age_at_first.saturating_add(seen_for);
        let stopping = job.phase == Some(SecondaryStatus::Stopping);
        if age < if stopping { STOPPING_YOUNG } else { YOUNG } {
            return self.fast;
        }
        let spread = i32::from(jitter(uid, job.polls)) - 128;
        self.slow + SPREAD / 128 * spread
    }

    /// What is said of the polls of this job, if there were any.
    fn of_job<T>(&self, uid: &str, name: &str, say: impl FnOnce(&Polled) -> T) -> Option<T> {
        let said = self.sessions.of_polls(uid, |polled| {
            polled.as_ref().filter(|polled| polled.job_name == name).map(say)
        });
        said.flatten()
    }
}

impl PollSchedule for Schedule {
    fn last_poll(&self, uid: &str, job_name: &str, now: Timestamp) -> Option<Timestamp> {
        self.of_job(uid, job_name, |polled| polled.last(now))
    }

    fn next_poll(&self, uid: &str, job_name: &str, now: Timestamp) -> Timestamp {
        let next = self.of_job(uid, job_name, |polled| {
            polled.last(now).saturating_add(self.interval(uid, polled)).unwrap_or(Timestamp::MAX)
        });
        next.unwrap_or(Timestamp::MIN)
    }

    fn polled(&self, uid: &str, job_name: &str, job: Option<&Job>, now: Timestamp) {
        let phase = job.and_then(|job| job.secondary.clone());
        let started = job.and_then(|job| job.transitions.last()?.start).unwrap_or(now);
        let last = Instant::now();
        // Of an object that has gone meanwhile nothing is kept.
        self.sessions.of_polls(uid, |polled| {
            let known = polled.take().filter(|known| known.job_name == job_name);
            let (age_at_first, phase_first) = match &known {
                Some(known) if known.phase == phase => (known.age_at_first, known.phase_first),
                Some(_) => (SignedDuration::ZERO, last),
                None => (now.duration_since(started).max(SignedDuration::ZERO), last),
            };
            let polls = known.map_or(0, |known| known.polls.wrapping_add(1));
            let job_name = job_name.to_owned();
            *polled = Some(Polled { job_name, phase, age_at_first, phase_first, last, polls });
        });
    }

    fn expect_change(&self, uid: &str) {
        self.sessions.of_polls(uid, |polled| {
            if let Some(job) = polled {
                (job.age_at_first, job.phase_first) = (SignedDuration::ZERO, Instant::now());
            }
        });
    }

    fn forget(&self, uid: &str) {
        self.sessions.of_polls(uid, |polled| *polled = None);
    }
}
