//! What the object asks for, parsed once: the core never meets an option it must second-guess.

use super::pool::Pool;

/// What the object's spec says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Desired {
    /// The spec is understood.
    Plan(Plan),
    /// The spec cannot be read by this version. Such an object never starts anything, and can still
    /// be suspended and deleted.
    Unreadable(Unreadable),
}

/// What can be said of a spec that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Every problem with its remedy.
    pub problems: String,
    /// Whether it says to stop.
    pub suspend: bool,
    /// What it says about deletion; `Stop` where it says nothing that is known.
    pub deletion_policy: DeletionPolicy,
}

/// A spec that is understood, with all defaults resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// AWS region, from the spec or the operator's default.
    pub region: Option<String>,
    /// Where the next attempt gets its instances from.
    pub pool: Pool,
    /// Instances per attempt.
    pub instance_count: i32,
    /// Where checkpoints go.
    pub checkpoint: CheckpointPlan,
    /// Longest time from creation to the end of an attempt in seconds: the maximum wait time of a
    /// spot job, none on demand.
    pub max_wait_seconds: Option<i64>,
    /// `stoppingCondition.maxPendingTimeInSeconds`.
    pub max_pending_seconds: Option<i64>,
    /// Stop, and start nothing until this is false.
    pub suspend: bool,
    /// What happens to a running job when the object is deleted.
    pub deletion_policy: DeletionPolicy,
}

/// Where checkpoints go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointPlan {
    /// The user accepts that an interruption starts the training from scratch.
    Disabled,
    /// An S3 prefix, the same for every attempt.
    At(String),
    /// Enabled, but neither the object nor the operator says where.
    Missing,
}

/// What happens to a running job when its object is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DeletionPolicy {
    /// Stop the job and wait until it is over.
    #[default]
    Stop,
    /// Leave the job running.
    Orphan,
}

impl Desired {
    /// Whether the object is suspended.
    #[must_use]
    pub const fn suspend(&self) -> bool {
        match self {
            Self::Plan(plan) => plan.suspend,
            Self::Unreadable(spec) => spec.suspend,
        }
    }

    /// The deletion policy.
    #[must_use]
    pub const fn deletion_policy(&self) -> DeletionPolicy {
        match self {
            Self::Plan(plan) => plan.deletion_policy,
            Self::Unreadable(spec) => spec.deletion_policy,
        }
    }
}
