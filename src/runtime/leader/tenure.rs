//! Whether, and for how long, this process is the leader.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::port::Leadership;

use super::super::machine_clock::MachineClock;
use crate::port::Moment;

/// A leader that could not renew for this long gives up, well before the lease ends.
pub const RENEW_WITHIN: Duration = Duration::from_secs(10);

/// When the lease was last renewed; `None`: somebody else's, or nobody's.
pub type Renewed = Option<Moment>;

/// Whether this process is the leader.
#[derive(Clone, Debug)]
pub struct Tenure {
    renewed: watch::Receiver<Renewed>,
    clock: Arc<dyn MachineClock>,
}

/// Leadership is valid while both clocks say so: a machine that slept finds its monotonic clock where
/// it was, and its lease may be another process's by now. Where the wall clock was only set forward,
/// the next renewal, two seconds later, makes the leadership valid again.
impl Leadership for Tenure {
    fn is_leader(&self) -> bool {
        let renewed = *self.renewed.borrow();
        renewed.is_some_and(|renewed| self.clock.moment().since(renewed) < RENEW_WITHIN)
    }

    fn has_lapsed(&self) -> bool {
        self.renewed.borrow().is_some() && !self.is_leader()
    }
}

impl Tenure {
    /// The tenure that `renewed` speaks of.
    #[must_use]
    pub fn new(renewed: watch::Receiver<Renewed>, clock: Arc<dyn MachineClock>) -> Self {
        Self { renewed, clock }
    }

    /// Waits until this process is the leader.
    pub async fn begin(&mut self) {
        // An ended election never makes a leader.
        if self.renewed.wait_for(Option::is_some).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until this process, which is the leader, is it no more: somebody else is, or there was
    /// no renewal in time on the monotonic clock. A wall clock that was set forward ends no tenure.
    pub async fn end(&mut self) {
        loop {
            let Some(renewed) = *self.renewed.borrow_and_update() else {
                return;
            };
            let deadline = Instant::from_std(renewed.monotonic + RENEW_WITHIN);
            tokio::select! {
                // A renewal counts although the deadline has passed as well.
                biased;
                changed = self.renewed.changed() => if changed.is_err() { return; },
                () = sleep_until(deadline) => return,
            }
        }
    }
}
