//! The valid spec with all defaults resolved: the core never meets an option it must second-guess.

use super::capacity::CapacityPlan;
use super::checkpoint::CheckpointPlan;
use super::pool::Pool;
use crate::domain::policy::failure_rules::FailureRule;

/// What the object's spec says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedSpec {
    /// The spec is understood.
    Valid(Box<Plan>),
    /// This version can't read the spec. Such an object never starts anything, and can still be
    /// suspended and deleted.
    Invalid(InvalidSpec),
}

/// What can be said of a spec that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSpec {
    /// Every problem with its remedy.
    pub problems: String,
    /// Whether it says to stop.
    pub suspend: bool,
    /// What it says about deletion; `Stop` where it says nothing that is known.
    pub deletion_policy: DeletionPolicy,
    /// The limits that it sets.
    pub limits: Limits,
}

/// A spec that is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// AWS region, from the spec or the operator's default.
    pub region: Option<String>,
    /// Where attempts may get their instances from, the first choice first, spot before on-demand;
    /// never empty.
    pub pools: Vec<Pool>,
    /// How long spot capacity is waited for, and what comes after that.
    pub capacity: CapacityPlan,
    /// Instances per attempt.
    pub instance_count: i32,
    /// Where checkpoints go.
    pub checkpoint: CheckpointPlan,
    /// Longest time from creation to the end of an attempt in seconds: the maximum wait time of a
    /// spot job, none on demand.
    pub max_wait_seconds: Option<i64>,
    /// `stoppingCondition.maxPendingTimeInSeconds`.
    pub max_pending_seconds: Option<i64>,
    /// `outputDataConfig.s3OutputPath`: where a job leaves its model.
    pub output: String,
    /// Stop, and start nothing until this is false.
    pub suspend: bool,
    /// What happens to a running job when the object is deleted.
    pub deletion_policy: DeletionPolicy,
    /// What ends the object although its training is not over.
    pub limits: Limits,
    /// Failed attempts that are followed by another one.
    pub backoff_limit: u32,
    /// What follows from particular failures.
    pub failure_rules: Vec<FailureRule>,
    /// `spec.ttlSecondsAfterFinished`.
    pub ttl_seconds: Option<i64>,
}

/// What ends an object although its training is not over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// `spec.activeDeadlineSeconds`.
    pub active_deadline_seconds: Option<i64>,
    /// `spec.maxTrainingSeconds`.
    pub max_training_seconds: Option<i64>,
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

impl ParsedSpec {
    /// Whether the object is suspended.
    #[must_use]
    pub const fn suspend(&self) -> bool {
        match self {
            Self::Valid(plan) => plan.suspend,
            Self::Invalid(spec) => spec.suspend,
        }
    }

    /// The deletion policy.
    #[must_use]
    pub const fn deletion_policy(&self) -> DeletionPolicy {
        match self {
            Self::Valid(plan) => plan.deletion_policy,
            Self::Invalid(spec) => spec.deletion_policy,
        }
    }

    /// The limits that end the object.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        match self {
            Self::Valid(plan) => &plan.limits,
            Self::Invalid(spec) => &spec.limits,
        }
    }

    /// The plan, if the spec is understood.
    #[must_use]
    pub const fn plan(&self) -> Option<&Plan> {
        match self {
            Self::Valid(plan) => Some(plan),
            Self::Invalid(_) => None,
        }
    }
}
