//! Clocks: true time follows tokio's paused time, which moves when nothing else can; the wall clock
//! of a machine may step.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::{Clock, Moment};
use spot_training_operator::runtime::machine_clock::MachineClock;
use spot_training_operator::runtime::process_clock::ProcessClock;
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

    fn moment(&self) -> Moment {
        Moment { monotonic: Instant::now().into_std(), wall: self.now() }
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

impl MachineClock for SteppingClock {
    fn moment(&self) -> Moment {
        let offset = SignedDuration::from_secs(self.offset.load(Ordering::Relaxed));
        let wall = self.true_time.now() + offset;
        Moment { monotonic: Instant::now().into_std(), wall }
    }
}

/// The time of a process on a machine, which is told true time as often as the `Date` headers of
/// answers tell it.
#[derive(Debug)]
pub(crate) struct TimedProcess {
    clock: ProcessClock,
    true_time: VirtualClock,
}

impl TimedProcess {
    /// The time of a process that starts now.
    pub(crate) fn start(machine: &SteppingClock) -> Self {
        let true_time = machine.true_time;
        let timed = Self { clock: ProcessClock::new(Arc::new(machine.clone())), true_time };
        timed.clock.date_header(true_time.now());
        timed
    }
}

impl Clock for TimedProcess {
    fn now(&self) -> Timestamp {
        self.clock.date_header(self.true_time.now());
        self.clock.now()
    }

    fn moment(&self) -> Moment {
        self.clock.moment()
    }
}
