//! The deadline: how long an object may be active, suspensions left out.

use jiff::{SignedDuration, Timestamp};

use crate::domain::run::Clocks;

/// When `spec.activeDeadlineSeconds` is over; `None` without one, before the start, and while the
/// object is suspended, when its clock stands still.
#[must_use]
pub fn deadline(clocks: &Clocks, seconds: Option<i64>) -> Option<Timestamp> {
    let start = clocks.start.filter(|_| clocks.suspended_since.is_none())?;
    let active = seconds?.saturating_add(clocks.suspended_seconds);
    Some(start.saturating_add(SignedDuration::from_secs(active)).unwrap_or(Timestamp::MAX))
}
