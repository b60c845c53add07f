//! How an attempt ended: the table of failure classes.
//!
//! `FailureReason` is read by its prefix up to the first colon, never whole: AWS rewords it, and it
//! quotes what user programs print.

use jiff::{SignedDuration, Timestamp};

use crate::domain::job::secondary_status::SecondaryStatus;
use crate::domain::job::{Job, JobStatus};
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::run::stop_request::StopRequest;
use crate::domain::spec::plan::Plan;
use crate::domain::vocabulary::{FailureClass, Outcome, StopReason, Word};

/// A job whose primary status says that it is over, and whose secondary does not, is polled for this
/// long before the primary status counts alone.
const SETTLING: SignedDuration = SignedDuration::from_mins(5);

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// Training succeeded.
    Completed,
    /// The operator stopped the job.
    Stopped(Word<StopReason>),
    /// The attempt failed.
    Failed(FailureClass),
}

impl AttemptEnd {
    /// The end in one word.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Completed => Outcome::Completed,
            Self::Stopped(_) => Outcome::Stopped,
            Self::Failed(_) => Outcome::Failed,
        }
    }

    /// Why, in one word.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Completed => Outcome::Completed.to_string(),
            Self::Stopped(why) => why.as_str().to_owned(),
            Self::Failed(class) => class.to_string(),
        }
    }
}

/// What a job shows about its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is live.
    Live,
    /// Its two statuses contradict each other: it is described again before anything is concluded.
    Unsettled,
    /// It is over: how, and why in SageMaker's or our words.
    Over(AttemptEnd, String),
}

/// Judges a job that was seen at `now`.
#[must_use]
pub fn verdict(job: &Job, live: &LiveAttempt, plan: Option<&Plan>, now: Timestamp) -> Verdict {
    let secondary_over = job.secondary.as_ref().is_some_and(SecondaryStatus::is_over);
    let status = if job.status == JobStatus::Deleting && secondary_over {
        status_before_deletion(job.secondary.as_ref())
    } else {
        job.status.clone()
    };
    let settled = secondary_over
        || job.secondary.is_none()
        || matches!(job.secondary, Some(SecondaryStatus::Other(_)))
        || live.unsettled_since.is_some_and(|since| now.duration_since(since) >= SETTLING);
    match status {
        JobStatus::Completed => Verdict::Over(AttemptEnd::Completed, last_message(job)),
        JobStatus::Failed | JobStatus::Stopped if !settled => Verdict::Unsettled,
        JobStatus::Failed => {
            let has_begun =
                |stop: &&StopRequest| stop.accepted.is_some() || stop.stopping_since.is_some();
            if let Some(stop) = stopped_by_us(live).filter(has_begun) {
                return Verdict::Over(AttemptEnd::Stopped(stop.why.clone()), text(job));
            }
            let class = failure_class(job.failure_reason.as_deref().unwrap_or_default());
            Verdict::Over(AttemptEnd::Failed(class), text(job))
        }
        JobStatus::Stopped => stopped(job, live, plan),
        JobStatus::InProgress | JobStatus::Stopping | JobStatus::Deleting | JobStatus::Other(_) => {
            Verdict::Live
        }
    }
}

/// The primary status that a job whose record is being deleted had.
fn status_before_deletion(secondary: Option<&SecondaryStatus>) -> JobStatus {
    match secondary {
        Some(SecondaryStatus::Completed) => JobStatus::Completed,
        Some(SecondaryStatus::Failed) => JobStatus::Failed,
        Some(_) | None => JobStatus::Stopped,
    }
}

/// The class of a `FailureReason`: its prefix, compared without case and blanks.
#[must_use]
pub fn failure_class(failure_reason: &str) -> FailureClass {
    const NO_CAPACITY: &str = "Unable to provision requested ML compute capacity";
    let prefix = failure_reason.split(':').next().unwrap_or_default();
    let prefix: String =
        prefix.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    match prefix.as_str() {
        "capacityerror" => FailureClass::CapacityError,
        "internalservererror" => FailureClass::ServiceError,
        "algorithmerror" => FailureClass::AlgorithmError,
        "clienterror" => FailureClass::ClientError,
        _ if failure_reason.trim_start().starts_with(NO_CAPACITY) => FailureClass::CapacityError,
        _ => FailureClass::Unknown,
    }
}

/// The end of a job that was stopped, by whomever.
fn stopped(job: &Job, live: &LiveAttempt, plan: Option<&Plan>) -> Verdict {
    let failed =
        |class, message: &str| Verdict::Over(AttemptEnd::Failed(class), message.to_owned());
    match &job.secondary {
        Some(SecondaryStatus::MaxWaitTimeExceeded) if live.has_started() => failed(
            FailureClass::SpotWaitExceeded,
            "stoppingCondition.maxWaitTimeInSeconds ended before the training was complete",
        ),
        Some(SecondaryStatus::MaxWaitTimeExceeded) => failed(
            FailureClass::SpotWaitExceeded,
            "no spot capacity came within stoppingCondition.maxWaitTimeInSeconds",
        ),
        Some(SecondaryStatus::MaxRuntimeExceeded) => failed(
            FailureClass::RuntimeExceeded,
            "the training ran longer than stoppingCondition.maxRuntimeInSeconds",
        ),
        Some(SecondaryStatus::Other(word)) if stopped_by_us(live).is_none() => failed(
            FailureClass::Unknown,
            &format!("the training job stopped with secondary status {word}"),
        ),
        Some(_) | None => stopped_plainly(job, live, plan),
    }
}

/// Our request that may have stopped it.
fn stopped_by_us(live: &LiveAttempt) -> Option<&StopRequest> {
    live.stop.as_ref().filter(|stop| stop.may_have_stopped_it())
}

/// The end of a job that was stopped without a limit being exceeded.
fn stopped_plainly(job: &Job, live: &LiveAttempt, plan: Option<&Plan>) -> Verdict {
    if let Some(stop) = stopped_by_us(live) {
        return Verdict::Over(AttemptEnd::Stopped(stop.why.clone()), text(job));
    }
    if pending_time_is_over(job, live, plan) {
        let message = "no capacity came within stoppingCondition.maxPendingTimeInSeconds";
        return Verdict::Over(AttemptEnd::Failed(FailureClass::CapacityError), message.to_owned());
    }
    let words = last_message(job);
    let words = if words.is_empty() { String::new() } else { format!(" (SageMaker: {words})") };
    let message = format!(
        "somebody else stopped the training job{words}; to run it again, delete and re-apply the \
         object, or apply it under a new name"
    );
    Verdict::Over(AttemptEnd::Failed(FailureClass::StoppedExternally), message)
}

fn pending_time_is_over(job: &Job, live: &LiveAttempt, plan: Option<&Plan>) -> bool {
    let seconds = plan.and_then(|plan| plan.max_pending_seconds);
    let (Some(seconds), Some(created)) = (seconds, job.created) else {
        return false;
    };
    let limit = created.saturating_add(SignedDuration::from_secs(seconds));
    let ended = job.ended.or_else(|| job.transitions.last().and_then(|last| last.start));
    !live.has_started() && ended >= Some(limit.unwrap_or(Timestamp::MAX))
}

/// SageMaker's words about the end.
fn text(job: &Job) -> String {
    let words = job.failure_reason.clone().unwrap_or_else(|| last_message(job));
    if words.is_empty() { "SageMaker gave no reason".to_owned() } else { words }
}

fn last_message(job: &Job) -> String {
    job.message().unwrap_or_default().to_owned()
}
