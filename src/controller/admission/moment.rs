//! A moment by both clocks.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// A moment by both clocks: the wall clock for people, the monotonic one for waiting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) wall: Timestamp,
    pub(super) instant: Instant,
}

impl Moment {
    /// So much later.
    pub(super) fn after(self, wait: SignedDuration) -> Self {
        Self {
            wall: self.wall.saturating_add(wait).unwrap_or(Timestamp::MAX),
            instant: self.instant + wait.unsigned_abs(),
        }
    }
}
