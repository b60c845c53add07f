//! Facts: what happened, once each. Event, log line and metric are derived from them.

use super::job::call_error::Call;
use super::policy::outcome::AttemptEnd;
use super::vocabulary::{Blocker, ConditionType, EventReason, State, Vocabulary, Word};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What.
    pub kind: FactKind,
    /// What, in a sentence for people.
    pub message: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// A training job was created, or found again, for an attempt.
    AttemptStarted,
    /// Spot instances were taken away that many times.
    Interrupted(u32),
    /// Instances are there again after an interruption.
    CapacityReturned,
    /// The operator asks SageMaker to stop the job.
    StopRequested,
    /// An attempt is over.
    AttemptEnded {
        /// How.
        end: AttemptEnd,
        /// Whether the object ended by it.
        last: bool,
        /// Training seconds per instance, if SageMaker said.
        training_seconds: Option<i64>,
        /// Billable seconds per instance, if SageMaker said.
        billable_seconds: Option<i64>,
    },
    /// A pool was refused for this reason, and another one is tried.
    PoolLeft(Word<Blocker>),
    /// The next attempt runs on another pool.
    FellBack,
    /// The next attempt goes back from on-demand to spot.
    ReturnedToSpot,
    /// The target is at risk, or missed.
    Late(ConditionType),
    /// Training succeeded.
    Completed,
    /// Training failed.
    Failed,
    /// A call can't be made, or was refused.
    Blocked {
        /// Which.
        call: Call,
        /// Why.
        blocker: Word<Blocker>,
        /// Whether only a person can help.
        stalled: bool,
    },
    /// What blocked a call has passed.
    Unblocked {
        /// Which.
        call: Call,
        /// What it was.
        blocker: Word<Blocker>,
    },
    /// The object is suspended and nothing runs.
    Suspended,
    /// The object is no longer suspended.
    Resumed,
    /// The object is released although its job had not stopped in time.
    StopTimedOut,
    /// A job is left running.
    JobOrphaned,
    /// The object is not deleted although its TTL is over.
    TtlSkipped,
    /// The state for people changed.
    StateChanged(State),
}

impl FactKind {
    /// The reason of the Event about it, and whether it is a warning; `None` if there is none.
    #[must_use]
    pub fn event(&self) -> Option<(&str, bool)> {
        let (reason, warning) = match self {
            Self::AttemptStarted => (EventReason::AttemptStarted, false),
            Self::Interrupted(_) => (EventReason::Interrupted, false),
            Self::CapacityReturned => (EventReason::CapacityReturned, false),
            Self::StopRequested => (EventReason::Stopping, false),
            Self::AttemptEnded { end: AttemptEnd::Failed(_), last: false, .. } => {
                (EventReason::AttemptFailed, true)
            }
            Self::PoolLeft(blocker) => return Some((blocker.as_str(), true)),
            Self::FellBack => (EventReason::FellBack, false),
            Self::ReturnedToSpot => (EventReason::ReturnedToSpot, false),
            Self::Late(ConditionType::DeadlineMissed) => (EventReason::DeadlineMissed, true),
            Self::Late(_) => (EventReason::DeadlineAtRisk, true),
            Self::Completed => (EventReason::Completed, false),
            Self::Failed => (EventReason::Failed, true),
            Self::Suspended => (EventReason::Suspended, false),
            Self::Resumed => (EventReason::Resumed, false),
            Self::StopTimedOut => (EventReason::StopTimedOut, true),
            Self::JobOrphaned => (EventReason::JobOrphaned, true),
            Self::TtlSkipped => (EventReason::TTLSkipped, true),
            // The attempt's end has told it.
            Self::Blocked { blocker: Word::Known(Blocker::BackingOff), .. } => return None,
            Self::Blocked { blocker, .. } => {
                return Some((blocker.as_str(), *blocker != Blocker::RateLimited));
            }
            Self::AttemptEnded { .. } | Self::Unblocked { .. } | Self::StateChanged(_) => {
                return None;
            }
        };
        Some((reason.as_str(), warning))
    }
}
