//! Metrics of facts.

use crate::domain::fact::{Fact, FactKind};
use crate::domain::policy::outcome::AttemptEnd;
use crate::domain::vocabulary::{Outcome, Vocabulary, Word};
use crate::telemetry::Metrics;

/// Counts a fact.
pub(super) fn count(metrics: &Metrics, fact: &Fact) {
    match &fact.kind {
        FactKind::Interrupted(times) => metrics.interrupted(*times),
        FactKind::AttemptEnded { end, training_seconds, billable_seconds, .. } => {
            let (training, billable) =
                (training_seconds.unwrap_or(0), billable_seconds.unwrap_or(0));
            metrics.attempt_ended(label(end), training, billable);
        }
        FactKind::StopTimedOut => metrics.stop_timed_out(),
        FactKind::Blocked { call, blocker, .. } => metrics.blocked(*call, word(blocker)),
        FactKind::AttemptStarted
        | FactKind::CapacityReturned
        | FactKind::PoolLeft(_)
        | FactKind::FellBack
        | FactKind::ReturnedToSpot
        | FactKind::Late(_)
        | FactKind::StopRequested
        | FactKind::Completed
        | FactKind::Failed
        | FactKind::Unblocked { .. }
        | FactKind::Suspended
        | FactKind::Resumed
        | FactKind::JobOrphaned
        | FactKind::TtlSkipped
        | FactKind::StateChanged(_) => {}
    }
}

/// The end of an attempt as a label: one of a closed set.
fn label(end: &AttemptEnd) -> &'static str {
    match end {
        AttemptEnd::Completed => Outcome::Completed.as_str(),
        AttemptEnd::Stopped(why) => word(why),
        AttemptEnd::Failed(class) => class.as_str(),
    }
}

/// A word of a newer version would make the set of labels open.
fn word<T: Vocabulary>(word: &Word<T>) -> &'static str {
    match word {
        Word::Known(word) => word.as_str(),
        Word::Newer(_) => "Other",
    }
}
