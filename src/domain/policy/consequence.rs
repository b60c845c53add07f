//! What follows from an end of an attempt.

use super::outcome::AttemptEnd;
use crate::domain::run::End;
use crate::domain::vocabulary::{StopReason, Word};

/// What follows from an end of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The object has ended.
    End(End),
    /// The spec says what comes next.
    Proceed,
    /// A newer version stopped the job for a reason that this one does not know: nothing starts.
    Pause,
}

/// What follows from `end`.
#[must_use]
pub fn consequence(end: &AttemptEnd) -> Consequence {
    match end {
        AttemptEnd::Completed => Consequence::End(End::Completed),
        AttemptEnd::Failed(class) => Consequence::End(End::Failed(Word::Known(*class))),
        AttemptEnd::Stopped(Word::Known(
            StopReason::StoppedForSuspend
            | StopReason::StoppedForDeletion
            | StopReason::StoppedEarlier,
        )) => Consequence::Proceed,
        AttemptEnd::Stopped(Word::Newer(_)) => Consequence::Pause,
    }
}
