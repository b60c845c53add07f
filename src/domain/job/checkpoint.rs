//! Checkpoints: what is known of the work that a new attempt continues from.

use jiff::Timestamp;

/// The newest checkpoint of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewestCheckpoint {
    /// Checkpoints can't be listed.
    Unlisted,
    /// There is none.
    Missing,
    /// When it was written.
    Written(Timestamp),
}
