//! A machine whose clocks a test moves.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::Moment;
use spot_training_operator::runtime::machine_clock::MachineClock;

/// A machine that starts at a moment of its own.
#[derive(Debug)]
pub(super) struct Machine(Mutex<Moment>);

impl Machine {
    /// One whose wall clock shows `wall`.
    pub(super) fn at(wall: &str) -> Self {
        Self(Mutex::new(Moment { monotonic: Instant::now(), wall: wall.parse().unwrap() }))
    }

    /// Time passes: both clocks go on.
    pub(super) fn pass(&self, seconds: u64) {
        self.0.lock().unwrap().monotonic += Duration::from_secs(seconds);
        self.set(i64::try_from(seconds).unwrap());
    }

    /// The wall clock is set forward, or back. A machine that sleeps looks the same.
    pub(super) fn set(&self, seconds: i64) {
        self.0.lock().unwrap().wall += SignedDuration::from_secs(seconds);
    }

    /// What the wall clock shows.
    pub(super) fn wall(&self) -> Timestamp {
        self.moment().wall
    }
}

impl MachineClock for Machine {
    fn moment(&self) -> Moment {
        *self.0.lock().unwrap()
    }
}
