//! Effects: the steps outside of the core. Each is idempotent by its deterministic name.

use jiff::Timestamp;

use super::job::call_error::Call;
use super::job::location::Location;
use super::run::Run;
use super::spec::pool::Pool;

/// A step outside of the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Add our finalizer to the object.
    AddFinalizer,
    /// Remove our finalizer from the object.
    RemoveFinalizer,
    /// Delete the object, which has ended.
    DeleteObject,
    /// Create the training job of an attempt.
    Create(Attempt),
    /// Describe a training job.
    Describe {
        /// Where it is.
        location: Location,
        /// Its name.
        job_name: String,
        /// Ask `ListTags` too: whether this is our job is in question.
        verify_owner: bool,
        /// A job that costs money, and that nobody wants, depends on the answer.
        urgent: bool,
    },
    /// Describe the job of the next attempt, which the status does not know, if there is one.
    FindSuccessor {
        /// Where it would be.
        location: Location,
        /// Its name.
        job_name: String,
    },
    /// Look for the newest checkpoint.
    FindCheckpoint {
        /// Where the jobs are that save it.
        location: Location,
        /// The checkpoint prefix.
        uri: String,
    },
    /// Stop a training job.
    Stop {
        /// Where it is.
        location: Location,
        /// Its name.
        job_name: String,
    },
}

impl Effect {
    /// Without a commit only what ends things may be done: a request to create never. An object that
    /// stays is not released before its end is in its status.
    #[must_use]
    pub const fn is_safe_uncommitted(&self, deleting: bool) -> bool {
        match self {
            Self::Stop { .. } | Self::Describe { .. } | Self::FindSuccessor { .. } => true,
            Self::RemoveFinalizer => deleting,
            Self::AddFinalizer
            | Self::DeleteObject
            | Self::Create(_)
            | Self::FindCheckpoint { .. } => false,
        }
    }
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
    /// The request must be sent by then, else it is dropped.
    pub send_by: Timestamp,
    /// Whether an earlier request may have been executed.
    pub is_resend: bool,
    /// Before whom it goes.
    pub priority: Priority,
}

/// Who goes first where several objects of a namespace wait for the same rate: of four turns one is for
/// those that try again. What is urgent goes before all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// A job that costs money, and that nobody wants, depends on it.
    Urgent,
    /// Has never made this request.
    First,
    /// Makes it again and again.
    Repeated,
    /// Makes it again, and only a person can help.
    Stalled,
}

impl Priority {
    /// The priority of the next create request of a run.
    #[must_use]
    pub fn of_create(run: &Run) -> Self {
        let resends = run.live().is_some_and(|live| live.request.doubtful);
        match run.blocked.as_ref().filter(|blocked| !blocked.waits_for_others()) {
            Some(blocked) if blocked.stalled => Self::Stalled,
            // A later attempt too: its job has been waited for longer than a first one's.
            None if !resends => Self::First,
            Some(_) | None => Self::Repeated,
        }
    }
}

impl Effect {
    /// The AWS call that this is, where it goes, and before whom.
    #[must_use]
    pub fn call(&self) -> Option<(Call, &str, Priority)> {
        match self {
            Self::AddFinalizer
            | Self::RemoveFinalizer
            | Self::DeleteObject
            | Self::FindCheckpoint { .. } => None,
            Self::Create(attempt) => {
                Some((Call::Create, &attempt.location.region, attempt.priority))
            }
            Self::Describe { location, urgent, .. } => {
                let priority = if *urgent { Priority::Urgent } else { Priority::Repeated };
                Some((Call::Describe, &location.region, priority))
            }
            Self::FindSuccessor { location, .. } => {
                Some((Call::Describe, &location.region, Priority::Repeated))
            }
            Self::Stop { location, .. } => Some((Call::Stop, &location.region, Priority::Urgent)),
        }
    }
}
