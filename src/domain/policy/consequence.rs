//! What follows from an end of an attempt.

use super::failure_rules::{Failure, first_match};
use super::outcome::AttemptEnd;
use crate::domain::run::End;
use crate::domain::run::retries::Retries;
use crate::domain::spec::plan::Plan;
use crate::domain::vocabulary::{FailureClass, Limit, RuleAction, StopReason, Word};

/// Internal errors of SageMaker in a row that are followed by another attempt.
const SERVICE_ERRORS: u32 = 3;

/// Attempts in a row that train and run out of their maximum wait time before it is concluded that
/// the program does not continue from its checkpoints.
const UNFINISHED_WAITS: u32 = 3;

/// What follows from an end of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The object has ended.
    End(End),
    /// The spec says what comes next.
    Proceed,
    /// Another attempt, after a back-off.
    Retry {
        /// Whether it counts towards `spec.backoffLimit`.
        counted: bool,
    },
    /// A newer version stopped the job for a reason that this one does not know: nothing starts.
    Pause,
}

/// What follows from `end`, of which `text` says more, with `retries` counting this attempt already.
/// Without a plan, which is a spec that this version can't read, no limit is known and none is
/// exceeded.
#[must_use]
pub fn consequence(
    end: &AttemptEnd,
    text: &str,
    retries: &Retries,
    plan: Option<&Plan>,
) -> Consequence {
    let class = match end {
        AttemptEnd::Completed => return Consequence::End(End::Completed),
        AttemptEnd::Stopped(Word::Known(why)) => return after_stop(*why),
        AttemptEnd::Stopped(Word::Newer(_)) => return Consequence::Pause,
        // A person's stop is not fought, whatever the rules say.
        AttemptEnd::Failed(FailureClass::StoppedExternally) => {
            return fail(FailureClass::StoppedExternally);
        }
        AttemptEnd::Failed(class) => *class,
    };
    let limit = plan.map(|plan| plan.backoff_limit);
    let rules = plan.map_or(&[][..], |plan| &plan.failure_rules);
    match first_match(rules, Failure { class, text }) {
        Some(RuleAction::FailJob) => fail(class),
        Some(RuleAction::Ignore) => Consequence::Retry { counted: false },
        Some(RuleAction::Count) => count(class, retries, limit),
        None => by_class(class, retries, limit),
    }
}

/// What follows from a stop of our own.
#[must_use]
pub const fn after_stop(why: StopReason) -> Consequence {
    match why {
        StopReason::StoppedForSuspend
        | StopReason::StoppedForDeletion
        | StopReason::StoppedEarlier => Consequence::Proceed,
        StopReason::StoppedForDeadline => Consequence::End(End::Exceeded(Limit::DeadlineExceeded)),
        StopReason::StoppedForBudget => {
            Consequence::End(End::Exceeded(Limit::TrainingBudgetExceeded))
        }
    }
}

/// The table of failure classes.
const fn by_class(class: FailureClass, retries: &Retries, limit: Option<u32>) -> Consequence {
    match class {
        FailureClass::CapacityError => Consequence::Retry { counted: false },
        FailureClass::SpotWaitExceeded if retries.unfinished_waits < UNFINISHED_WAITS => {
            Consequence::Retry { counted: false }
        }
        FailureClass::ServiceError if retries.service_errors <= SERVICE_ERRORS => {
            Consequence::Retry { counted: false }
        }
        FailureClass::AlgorithmError | FailureClass::Unknown => count(class, retries, limit),
        FailureClass::SpotWaitExceeded
        | FailureClass::ServiceError
        | FailureClass::ClientError
        | FailureClass::RuntimeExceeded
        | FailureClass::StoppedExternally
        | FailureClass::Missing => fail(class),
    }
}

/// Another attempt while the limit allows it. The limit is the reason only where it was used.
const fn count(class: FailureClass, retries: &Retries, limit: Option<u32>) -> Consequence {
    match limit {
        Some(limit) if retries.counted >= limit => {
            if retries.counted == 0 {
                fail(class)
            } else {
                Consequence::End(End::Exceeded(Limit::BackoffLimitExceeded))
            }
        }
        Some(_) | None => Consequence::Retry { counted: true },
    }
}

const fn fail(class: FailureClass) -> Consequence {
    Consequence::End(End::Failed(Word::Known(class)))
}
