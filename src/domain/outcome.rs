//! How an attempt ended: the table of failure classes, and what follows from each.
//!
//! `FailureReason` is read by its prefix up to the first colon, never whole: AWS rewords it.

use jiff::{SignedDuration, Timestamp};

use super::intent::Intent;
use super::observation::{Job, JobStatus};
use super::plan::Desired;
use super::vocabulary::Reason;

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The class; `Succeeded` for a completed job.
    pub class: Reason,
    /// Why, in SageMaker's or our words.
    pub message: String,
}

/// What follows from an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The object has succeeded.
    Succeed,
    /// The object has failed.
    Fail,
    /// Go on with why we stopped the job.
    Proceed,
}

impl Outcome {
    /// The outcome of a job that is no longer there.
    #[must_use]
    pub fn missing(job_name: &str) -> Self {
        Self {
            class: Reason::Missing,
            message: format!("training job {job_name} no longer exists in SageMaker"),
        }
    }
}

/// What follows from an attempt that ended in this class.
#[must_use]
#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else ended it is a failure")]
pub const fn verdict(class: Reason) -> Verdict {
    match class {
        Reason::Succeeded => Verdict::Succeed,
        Reason::StoppedForSuspend | Reason::StoppedForDeletion => Verdict::Proceed,
        _ => Verdict::Fail,
    }
}

/// Classifies a job that is over; `None` while it is not.
#[must_use]
pub fn classify(job: &Job, intent: &Intent, desired: &Desired) -> Option<Outcome> {
    let text = || job.failure_reason.clone().unwrap_or_else(|| last_message(job));
    let outcome = |class, message| Some(Outcome { class, message });
    match (&job.status, &intent.stop) {
        (JobStatus::Completed, _) => outcome(Reason::Succeeded, last_message(job)),
        // A stop that was asked for may have arrived although nobody said so; a failure is its
        // consequence only where SageMaker accepted it.
        (JobStatus::Stopped, Some(wish)) if job.secondary == "Stopped" => outcome(wish.why, text()),
        (JobStatus::Failed, Some(wish)) if wish.accepted.is_some() => outcome(wish.why, text()),
        (JobStatus::Failed, _) => {
            outcome(failure_class(job.failure_reason.as_deref().unwrap_or_default()), text())
        }
        (JobStatus::Stopped, _) => {
            let (class, message) = stopped_class(job, intent, desired);
            outcome(class, message)
        }
        (
            JobStatus::InProgress
            | JobStatus::Stopping
            | JobStatus::Deleting
            | JobStatus::Unknown(_),
            _,
        ) => None,
    }
}

/// The class of a `FailureReason`.
#[must_use]
pub fn failure_class(failure_reason: &str) -> Reason {
    const NO_CAPACITY: &str = "Unable to provision requested ML compute capacity";
    let prefix = failure_reason.split(':').next().unwrap_or_default().trim();
    match prefix {
        "CapacityError" => Reason::CapacityError,
        _ if failure_reason.contains(NO_CAPACITY) => Reason::CapacityError,
        "InternalServerError" => Reason::ServiceError,
        "AlgorithmError" => Reason::AlgorithmError,
        "ClientError" => Reason::ClientError,
        _ => Reason::Unknown,
    }
}

/// The class of a job that was stopped, but not by us.
fn stopped_class(job: &Job, intent: &Intent, desired: &Desired) -> (Reason, String) {
    match job.secondary.as_str() {
        "MaxWaitTimeExceeded" if intent.has_started => (
            Reason::SpotWaitExceeded,
            "stoppingCondition.maxWaitTimeInSeconds was over before the training was complete"
                .to_owned(),
        ),
        "MaxWaitTimeExceeded" => (
            Reason::SpotWaitExceeded,
            "no spot capacity came within stoppingCondition.maxWaitTimeInSeconds".to_owned(),
        ),
        "MaxRuntimeExceeded" => (
            Reason::RuntimeExceeded,
            "the training ran longer than stoppingCondition.maxRuntimeInSeconds".to_owned(),
        ),
        "Stopped" if pending_time_is_over(job, intent, desired) => (
            Reason::CapacityError,
            "no capacity came within stoppingCondition.maxPendingTimeInSeconds".to_owned(),
        ),
        "Stopped" => (
            Reason::StoppedExternally,
            "somebody else stopped the training job; to run it again, delete and re-apply the \
             object or apply it under a new name"
                .to_owned(),
        ),
        other => (Reason::Unknown, format!("the training job stopped with status {other}")),
    }
}

fn pending_time_is_over(job: &Job, intent: &Intent, desired: &Desired) -> bool {
    let Desired::Plan(plan) = desired else {
        return false;
    };
    let Some(seconds) = plan.max_pending_seconds else {
        return false;
    };
    let limit = job.created.saturating_add(SignedDuration::from_secs(seconds));
    let ended = job.ended.or_else(|| job.transitions.last().map(|last| last.start));
    !intent.has_started && ended >= Some(limit.unwrap_or(Timestamp::MAX))
}

fn last_message(job: &Job) -> String {
    job.transitions.last().and_then(|last| last.message.clone()).unwrap_or_default()
}
