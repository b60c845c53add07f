//! The time of the process: the wall clock at its start plus monotonic time.
//!
//! A wall clock that is set back or forward by hours moves no deadline. The wall clock is read again
//! only when a third party, AWS or the apiserver, agrees with it.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::port::Clock;

use super::machine_clock::{MachineClock, Moment};

/// A `Date` header this close to the wall clock confirms it. The header has whole seconds, and an
/// answer can be on its way for some more.
const AGREEMENT: SignedDuration = SignedDuration::from_mins(1);

/// The time of the process.
#[derive(Debug)]
pub struct ProcessClock {
    machine: Arc<dyn MachineClock>,
    /// When the wall clock was last believed.
    confirmed: Mutex<Moment>,
}

impl ProcessClock {
    /// A clock that believes the wall clock of `machine` once, now.
    #[must_use]
    pub fn new(machine: Arc<dyn MachineClock>) -> Self {
        let confirmed = Mutex::new(machine.moment());
        Self { machine, confirmed }
    }

    /// Takes notice of the `Date` header of an answer that has just arrived.
    pub fn date_header(&self, date: Timestamp) {
        let moment = self.machine.moment();
        if moment.wall.duration_since(date).abs() <= AGREEMENT {
            *self.confirmed.lock().unwrap_or_else(PoisonError::into_inner) = moment;
        }
    }
}

impl Clock for ProcessClock {
    fn now(&self) -> Timestamp {
        let confirmed = *self.confirmed.lock().unwrap_or_else(PoisonError::into_inner);
        let monotonic = self.machine.moment().monotonic;
        let passed = monotonic.saturating_duration_since(confirmed.monotonic);
        let now = SignedDuration::try_from(passed)
            .ok()
            .and_then(|passed| confirmed.wall.checked_add(passed).ok());
        now.unwrap_or(Timestamp::MAX)
    }
}
