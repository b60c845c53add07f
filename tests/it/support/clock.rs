//! Clocks: true time follows tokio's paused time, which moves when nothing else can; the wall clock
//! of a machine may step.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::Clock;
use tokio::time::Instant;

use super::fixtures::objects::at;

/// A clock that reads a fixed moment when it is made, and then follows tokio's time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VirtualClock {
    base: Timestamp,
    start: Instant,
}

impl VirtualClock {
    /// To be made inside of a runtime whose time is paused.
    pub(crate) fn new() -> Self {
        Self { base: at(0), start: Instant::now() }
    }

    /// The moment for tokio's timers.
    pub(crate) fn instant(&self, at: Timestamp) -> Instant {
        let offset = at.duration_since(self.base).max(SignedDuration::ZERO);
        self.start + Duration::try_from(offset).unwrap()
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let elapsed = self.start.elapsed();
        self.base.saturating_add(elapsed).unwrap()
    }
}

/// The wall clock of a machine, which somebody or something may set. Cloned, it is the same clock.
#[derive(Clone, Debug)]
pub(crate) struct SteppingClock {
    true_time: VirtualClock,
    /// Seconds ahead of true time.
    offset: Arc<AtomicI64>,
}

impl SteppingClock {
    /// One that is right.
    pub(crate) fn new(true_time: VirtualClock) -> Self {
        Self { true_time, offset: Arc::default() }
    }

    /// Sets it ahead, or back.
    pub(crate) fn step(&self, by: SignedDuration) {
        self.offset.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.offset.load(Ordering::Relaxed));
        self.true_time.now() + offset
    }
}
