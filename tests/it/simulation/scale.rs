//! How much is simulated, and which seeds.

use jiff::{SignedDuration, Timestamp};

use super::hazards::{APART, Hazard, SHARED};
use crate::support::fixtures::objects::at;
use crate::support::random::{self, DEFAULT_SEED};

/// How often a job in an old phase is polled, in seconds: seldom, for weeks are long.
pub(super) const POLL_SLOW: i64 = 301;

/// Seeds that have failed once, and what they found.
pub(super) const KEPT: [u64; 0] = [];

/// One run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) seed: u64,
    pub(super) objects: usize,
    /// Virtual days in which they arrive, and things go wrong.
    pub(super) days: i64,
    /// Whether objects share what happens to them: rate limits and quotas, crashes and changes of
    /// leader, outages. Without that one object's history says nothing about another's.
    pub(super) shared: bool,
    hazards: &'static [Hazard],
}

impl Scale {
    /// A week of several teams, one of them with most of the objects.
    pub(super) const fn full(seed: u64) -> Self {
        Self { seed, objects: 1000, days: 7, shared: true, hazards: SHARED }
    }

    /// A week in which nothing that happens to an object depends on another.
    pub(super) const fn apart() -> Self {
        Self { seed: DEFAULT_SEED, objects: 150, days: 5, shared: false, hazards: APART }
    }

    pub(super) fn has(&self, hazard: Hazard) -> bool {
        self.hazards.contains(&hazard)
    }

    /// When the last object has arrived, and nothing goes wrong any more.
    pub(super) fn faults_end(&self) -> Timestamp {
        at(0) + SignedDuration::from_hours(24 * self.days)
    }
}

/// The seeds to run, and those that have failed once.
pub(super) fn seeds() -> Vec<u64> {
    random::seeds().into_iter().chain(KEPT).collect()
}
