//! A condition of the object: one of each type.

use jiff::Timestamp;

use super::vocabulary::{ConditionType, Reason};

/// A condition of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its type.
    pub kind: ConditionType,
    /// Whether it is true.
    pub status: bool,
    /// Why, in one word.
    pub reason: Reason,
    /// Why, in a sentence.
    pub message: String,
    /// When `status` last changed.
    pub since: Timestamp,
    /// The generation it was decided on.
    pub generation: i64,
}
