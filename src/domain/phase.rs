//! The phase of an object: derived from its memory, shown as state and conditions.

use super::memory::{End, Memory};
use super::plan::Desired;
use super::secondary_status::{SecondaryMeaning, meaning};
use super::vocabulary::{Reason, State};

/// Where an object is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// About to create, or creating, a training job.
    Creating,
    /// Nothing goes forward; the ledger's hold says why.
    Held,
    /// SageMaker looks for instances for the first time in this attempt.
    Waiting,
    /// Downloading, training or uploading.
    Active,
    /// A spot instance was taken away and SageMaker looks for another.
    Interrupted,
    /// The job is being stopped.
    Stopping,
    /// Suspended, and nothing runs.
    Suspended,
    /// Training succeeded.
    Complete,
    /// Training failed for good.
    Failed(Reason),
}

impl Phase {
    /// The phase of an object with this memory and spec.
    #[must_use]
    pub fn of(memory: &Memory, desired: &Desired) -> Self {
        match memory.ledger.end {
            Some(End::Complete) => return Self::Complete,
            Some(End::Failed(reason)) => return Self::Failed(reason),
            None => {}
        }
        let Some(intent) = &memory.ledger.intent else {
            return match &memory.ledger.hold {
                _ if desired.suspend() => Self::Suspended,
                Some(_) => Self::Held,
                None => Self::Creating,
            };
        };
        // The wish to suspend can be withdrawn before SageMaker has accepted the stop.
        let stops = intent.stop.as_ref().is_some_and(|wish| {
            wish.accepted.is_some() || wish.why == Reason::StoppedForDeletion || desired.suspend()
        });
        if stops || memory.job.status.as_deref() == Some("Stopping") {
            return Self::Stopping;
        }
        if !intent.is_acknowledged() {
            return if memory.ledger.hold.is_some() { Self::Held } else { Self::Creating };
        }
        match memory.job.secondary.as_deref().map_or(SecondaryMeaning::Waiting, meaning) {
            SecondaryMeaning::Waiting if intent.has_started => Self::Interrupted,
            SecondaryMeaning::Waiting => Self::Waiting,
            SecondaryMeaning::Interrupted => Self::Interrupted,
            SecondaryMeaning::Active => Self::Active,
        }
    }

    /// The phase in one word for people.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Creating | Self::Held => State::Pending,
            Self::Waiting => State::WaitingForCapacity,
            Self::Active => State::Running,
            Self::Interrupted => State::Interrupted,
            Self::Stopping => State::Stopping,
            Self::Suspended => State::Suspended,
            Self::Complete => State::Succeeded,
            Self::Failed(_) => State::Failed,
        }
    }
}
