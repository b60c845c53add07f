//! A machine that slept between the commit and the request: it is not sent any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::leadership::Alone;
use spot_training_operator::port::{Clock, Moment};

use crate::support::clock::VirtualClock;
use crate::support::fixtures::harness::Harness;

/// A machine that sleeps for an hour whenever a moment was read, while the time of the process, which
/// goes by the monotonic clock, stands still.
struct Sleeping {
    clock: VirtualClock,
    read: AtomicI64,
}

impl Clock for Sleeping {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn moment(&self) -> Moment {
        let moment = self.clock.moment();
        let hours = self.read.fetch_add(1, Ordering::Relaxed);
        let wall = moment.wall + SignedDuration::from_hours(hours);
        Moment { wall, ..moment }
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_slept_with_the_machine_is_not_sent() {
    let awake = Harness::new();
    awake.reconcile(&awake.object()).await;
    assert_eq!(awake.calls("CreateTrainingJob"), 1);
    let clock = Sleeping { clock: VirtualClock::new(), read: AtomicI64::new(0) };
    let asleep = Harness::timed_by(Arc::new(Alone), Arc::new(clock));
    asleep.reconcile(&asleep.object()).await;
    assert_eq!(asleep.calls("CreateTrainingJob"), 0);
}
