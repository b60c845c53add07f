//! The time of the process: the wall clock at its start, or what a third party says it should be,
//! plus monotonic time.
//!
//! A wall clock that is set back or forward by hours moves no deadline. The wall clock is read again
//! only when a third party, AWS or the apiserver, agrees with it.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use crate::port::{Clock, Moment};

use super::machine_clock::MachineClock;

/// A `Date` header this close to the wall clock confirms it. The header has whole seconds, and an
/// answer can be on its way for some more.
const AGREEMENT: SignedDuration = SignedDuration::from_mins(1);

/// The time of the process.
#[derive(Debug)]
pub struct ProcessClock {
    machine: Arc<dyn MachineClock>,
    belief: Mutex<Belief>,
}

/// What the time is believed to be.
#[derive(Debug)]
struct Belief {
    /// A moment at which it was that time.
    moment: Moment,
    /// Whether a third party has said so.
    confirmed: bool,
}

impl ProcessClock {
    /// A clock that believes the wall clock of `machine` until a third party says what time it is.
    #[must_use]
    pub fn new(machine: Arc<dyn MachineClock>) -> Self {
        let belief = Mutex::new(Belief { moment: machine.moment(), confirmed: false });
        Self { machine, belief }
    }

    /// Takes notice of the `Date` header of an answer that has just arrived. A wall clock that it
    /// confirms is followed. One that was wrong when the process started is not believed at all:
    /// deadlines would be counted from it.
    pub fn date_header(&self, date: Timestamp) {
        let moment = self.machine.moment();
        let agrees = moment.wall.duration_since(date).abs() <= AGREEMENT;
        let mut belief = self.belief.lock().unwrap_or_else(PoisonError::into_inner);
        if agrees {
            *belief = Belief { moment, confirmed: true };
        } else if !belief.confirmed {
            warn!(wall = %moment.wall, %date, "the machine's clock is wrong and is not believed");
            *belief = Belief { moment: Moment { wall: date, ..moment }, confirmed: true };
        }
    }
}

impl Clock for ProcessClock {
    fn now(&self) -> Timestamp {
        let confirmed = self.belief.lock().unwrap_or_else(PoisonError::into_inner).moment;
        let monotonic = self.machine.moment().monotonic;
        let passed = monotonic.saturating_duration_since(confirmed.monotonic);
        let now = SignedDuration::try_from(passed)
            .ok()
            .and_then(|passed| confirmed.wall.checked_add(passed).ok());
        now.unwrap_or(Timestamp::MAX)
    }

    fn moment(&self) -> Moment {
        self.machine.moment()
    }
}
