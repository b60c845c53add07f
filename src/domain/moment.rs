//! Moments: arithmetic that ends at the limits of time instead of failing there.

use jiff::{SignedDuration, Timestamp};

/// So long after a moment, or before it.
#[must_use]
pub(super) fn after(at: Timestamp, wait: SignedDuration) -> Timestamp {
    // Only calendar units can fail, and a duration has none.
    at.saturating_add(wait).unwrap_or(at)
}
