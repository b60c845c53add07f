//! The virtual clock: moves with tokio's paused time, which moves when nothing else can.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::Clock;
use tokio::time::Instant;

use super::objects::at;

/// A clock that reads a fixed moment when it is made, and goes with tokio's time.
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
