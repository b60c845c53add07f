//! The clock: the only source of time for the controller.

use jiff::Timestamp;

/// The wall clock, or a test's.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;
}
