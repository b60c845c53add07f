//! The two clocks of the machine, read together.

use std::fmt::Debug;

use jiff::Timestamp;

use crate::port::Moment;

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
