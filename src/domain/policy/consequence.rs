//! What follows from an end of an attempt.

use super::outcome::AttemptEnd;
use crate::domain::run::End;
use crate::domain::run::retries::Retries;
use crate::domain::spec::pool::Market;
use crate::domain::vocabulary::{FailureClass, Limit, RuleAction, StopReason, Word};

/// Internal errors of SageMaker in a row that are followed by another attempt.
pub const SERVICE_ERRORS: u32 = 3;

/// Attempts in a row that train and run out of their maximum wait time before it is concluded that
/// the program does not continue from its checkpoints.
pub const UNFINISHED_WAITS: u32 = 3;

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
        /// Where.
        pool: NextPool,
    },
    /// The capacity policy says where the next attempt runs.
    Move,
    /// A newer version stopped the job for a reason that this one does not know: nothing starts.
    Pause,
}

/// Where another attempt runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextPool {
    /// Where the last one ran.
    Same,
    /// On the next pool of its market: this one had no capacity.
    Next,
    /// On demand.
    OnDemand,
}

/// What follows from `end`, about which a `rule` of the failure policy may say more, with `retries`
/// counting this attempt already. Without a `limit`, which is a spec that this version can't read, none
/// is exceeded.
#[must_use]
pub fn consequence(
    end: &AttemptEnd,
    rule: Option<RuleAction>,
    retries: &Retries,
    limit: Option<u32>,
    market: &Word<Market>,
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
    match rule {
        Some(RuleAction::FailJob) => fail(class),
        Some(RuleAction::Ignore) => again(class, retries),
        // It is there, or was sent there: without counting it would be tried again without end.
        Some(RuleAction::FallBackToOnDemand)
            if *market == Market::OnDemand || retries.sent_to_on_demand =>
        {
            count(class, retries, limit)
        }
        Some(RuleAction::Count) => count(class, retries, limit),
        Some(RuleAction::FallBackToOnDemand) => {
            Consequence::Retry { counted: false, pool: NextPool::OnDemand }
        }
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
        StopReason::StoppedForFallback | StopReason::StoppedForSpot => Consequence::Move,
        StopReason::StoppedForInterruptions => {
            Consequence::End(End::Exceeded(Limit::TooManyInterruptions))
        }
    }
}

/// The table of failure classes.
const fn by_class(class: FailureClass, retries: &Retries, limit: Option<u32>) -> Consequence {
    match class {
        FailureClass::CapacityError => again(class, retries),
        FailureClass::SpotWaitExceeded if retries.unfinished_waits < UNFINISHED_WAITS => {
            again(class, retries)
        }
        FailureClass::ServiceError if retries.service_errors <= SERVICE_ERRORS => {
            again(class, retries)
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
        Some(_) | None => Consequence::Retry { counted: true, pool: after(class, retries) },
    }
}

/// Another attempt that is not counted.
const fn again(class: FailureClass, retries: &Retries) -> Consequence {
    Consequence::Retry { counted: false, pool: after(class, retries) }
}

/// Where the attempt after such a failure runs.
const fn after(class: FailureClass, retries: &Retries) -> NextPool {
    match class {
        // It has trained there.
        FailureClass::SpotWaitExceeded if retries.unfinished_waits > 0 => NextPool::Same,
        FailureClass::CapacityError | FailureClass::SpotWaitExceeded => NextPool::Next,
        FailureClass::ServiceError
        | FailureClass::AlgorithmError
        | FailureClass::ClientError
        | FailureClass::RuntimeExceeded
        | FailureClass::StoppedExternally
        | FailureClass::Missing
        | FailureClass::Unknown => NextPool::Same,
    }
}

const fn fail(class: FailureClass) -> Consequence {
    Consequence::End(End::Failed(Word::Known(class)))
}
