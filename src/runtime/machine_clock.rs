//! The two clocks of the machine, read together.
//!
//! Neither is enough alone: the wall clock is set back and forward, and the monotonic clock of Linux
//! stands still while the machine sleeps (`clock_gettime(2)`, `CLOCK_MONOTONIC`).

use std::fmt::Debug;
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A moment on both clocks.
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

/// The clocks of the machine, or a test's.
pub trait MachineClock: Debug + Send + Sync {
    /// This moment.
    fn moment(&self) -> Moment;
}

/// The clocks of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl MachineClock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn moment(&self) -> Moment {
        // tokio's clock is the machine's, or the virtual one of a test.
        Moment { monotonic: tokio::time::Instant::now().into_std(), wall: Timestamp::now() }
    }
}
