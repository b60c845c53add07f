//! How much is simulated, and which seeds.

use jiff::{SignedDuration, Timestamp};

use crate::support::objects::at;

/// Seeds that have failed once, and what they found.
pub(super) const KEPT: [u64; 0] = [];

/// The seed of every run.
const DEFAULT: u64 = 20_261_123;

/// One run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) seed: u64,
    pub(super) objects: usize,
    /// Virtual days in which they arrive, and things go wrong.
    pub(super) days: i64,
    /// Whether objects share fates: rate limits and quotas, crashes and changes of leader, outages.
    /// Without that one object's history says nothing about another's.
    pub(super) shared: bool,
}

impl Scale {
    /// A month of a busy team.
    pub(super) const fn full(seed: u64) -> Self {
        Self { seed, objects: 1000, days: 30, shared: true }
    }

    /// A week in which no object shares another's fate.
    pub(super) const fn apart() -> Self {
        Self { seed: DEFAULT, objects: 150, days: 5, shared: false }
    }

    /// When the last object has arrived, and nothing goes wrong any more.
    pub(super) fn calm(&self) -> Timestamp {
        at(0) + SignedDuration::from_hours(24 * self.days)
    }
}

/// The seeds to run: `SEEDS=5` runs five, `SEEDS=100..200` those.
pub(super) fn seeds() -> Vec<u64> {
    #[expect(clippy::disallowed_methods, reason = "a setting of this test alone")]
    let wish = std::env::var("SEEDS").unwrap_or_default();
    let number = |text: &str| {
        text.trim().parse::<u64>().unwrap_or_else(|_| {
            panic!("SEEDS is a number of seeds or a range such as 100..200, not {wish:?}")
        })
    };
    if wish.is_empty() {
        return [DEFAULT].into_iter().chain(KEPT).collect();
    }
    match wish.split_once("..") {
        Some((first, end)) => (number(first)..number(end)).collect(),
        None => (DEFAULT..DEFAULT + number(&wish)).collect(),
    }
}
