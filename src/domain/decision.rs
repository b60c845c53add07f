//! What one decision says: what to remember, the one thing to do, whom to tell, when to come back.

use std::borrow::Cow;

use jiff::Timestamp;

use super::location::Location;
use super::memory::Memory;
use super::pool::Pool;
use super::vocabulary::EventReason;

/// The outcome of [`decide`](super::decide()). The memory is committed before the effect is performed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// What the object's status shall remember; borrowed when nothing changed.
    pub memory: Cow<'a, Memory>,
    /// The one thing to do after the commit.
    pub effect: Option<Effect>,
    /// What to tell as Events after the commit.
    pub notes: Vec<Note>,
    /// When to decide again if there is no effect.
    pub wake: Wake,
}

/// A step outside of the core. Each is idempotent by its deterministic name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Add our finalizer to the object.
    AddFinalizer,
    /// Remove our finalizer from the object.
    RemoveFinalizer,
    /// Ask STS whose credentials these are in a region.
    Identify {
        /// The AWS region.
        region: String,
    },
    /// Create the training job of an attempt.
    Create(Attempt),
    /// Describe a training job.
    Look {
        /// Where it is.
        location: Location,
        /// Its name.
        job_name: String,
        /// Ask `ListTags` too: whether this is our job is in question.
        verify_owner: bool,
    },
    /// Stop a training job.
    Stop {
        /// Where it is.
        location: Location,
        /// Its name.
        job_name: String,
    },
}

/// An attempt to create: everything that does not come from the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Where to create it.
    pub location: Location,
    /// Its number, from 1.
    pub number: u32,
    /// Its `TrainingJobName`.
    pub job_name: String,
    /// Its pool.
    pub pool: Pool,
    /// `CheckpointConfig.S3Uri`; `None` only where checkpointing is disabled.
    pub checkpoint_uri: Option<String>,
    /// The request must have left by then, else it is dropped.
    pub send_by: Timestamp,
}

/// An Event to tell, best effort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The Event's reason.
    pub reason: EventReason,
    /// The Event's text.
    pub message: String,
}

impl EventReason {
    /// Whether an Event of this reason is a warning.
    #[must_use]
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Self::AttemptFailed
                | Self::Failed
                | Self::Stalled
                | Self::QuotaExceeded
                | Self::OrphanLeft
                | Self::StopTimedOut
        )
    }
}

/// When to decide again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// When the object changes.
    OnChange,
    /// At a moment, or when the object changes.
    At(Timestamp),
    /// When the followed job may have changed.
    Follow,
    /// After this object's back-off: AWS did not answer, or throttled.
    Retry,
}
