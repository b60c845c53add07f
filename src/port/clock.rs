//! The clock: the only source of time for the controller.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The time of the process, or a test's.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// This moment on both clocks of the machine.
    fn moment(&self) -> Moment;
}

/// A moment on both clocks of the machine. Neither is enough alone: the wall clock is set back and
/// forward, and the monotonic clock of Linux stands still while the machine sleeps (`clock_gettime(2)`,
/// `CLOCK_MONOTONIC`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// On the monotonic clock.
    pub monotonic: Instant,
    /// On the wall clock.
    pub wall: Timestamp,
}

impl Moment {
    /// The time since an earlier moment, by the clock that says more: what has to happen within
    /// some time is late when either clock says so. A wall clock that was set back says nothing.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let by_wall = self.wall.duration_since(earlier.wall);
        let by_wall = Duration::try_from(by_wall).unwrap_or_default();
        self.monotonic.saturating_duration_since(earlier.monotonic).max(by_wall)
    }
}
