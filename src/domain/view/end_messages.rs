//! Messages about ends: what became of a training, and what to do next.

use jiff::Timestamp;

use super::links;
use super::messages::moment;
use super::savings;
use crate::domain::job::text::clip;
use crate::domain::policy::consequence::{SERVICE_ERRORS, UNFINISHED_WAITS};
use crate::domain::run::history::PastAttempt;
use crate::domain::run::{End, Run};
use crate::domain::step::record::Ended;
use crate::domain::vocabulary::{FailureClass, Limit, Word};

/// A job was over before the operator found it again.
pub const FOUND_STOPPED: &str =
    "the training job had been stopped before the operator found it again";

/// Training succeeded.
#[must_use]
pub fn completed(run: &Run, job: &str) -> String {
    let totals = &run.history.totals;
    let seconds = |seconds: Option<i64>, word| seconds.map(|count| format!("{count} {word}"));
    let interruptions = number(totals.interruptions, "interruption", "interruptions");
    let parts = [
        seconds(totals.training_seconds, "training seconds"),
        seconds(totals.billable_seconds, "billable seconds"),
        savings::shown(run).map(|saved| format!("managed spot training savings {saved}")),
        Some(interruptions),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("training job {job} completed: {}", parts.join(", "))
}

fn number(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// An attempt is over; `next` is when the next one comes.
#[must_use]
pub(in crate::domain) fn attempt_ended(
    job: &str,
    ended: &Ended,
    next: Option<Timestamp>,
) -> String {
    let next = next.map_or_else(String::new, |at| format!("; next attempt at {}", moment(at)));
    let reason = ended.end.reason();
    // SageMaker's text mostly begins with the class.
    let class = if ended.message.starts_with(&reason) { "" } else { &format!("{reason}: ") };
    format!("training job {job}: {class}{}{next}", ended.message)
}

/// Training failed: SageMaker's words, and what to do.
#[must_use]
pub fn failed(run: &Run, job: &str) -> String {
    let words = run.failure_reason.as_deref().unwrap_or_default();
    let remedy = match run.end() {
        Some(End::Failed(Word::Known(class))) => remedy(run, job, *class),
        Some(End::Exceeded(limit)) => return exceeded(run, job, *limit),
        Some(End::Failed(Word::Newer(_)) | End::Completed) | None => None,
    };
    match remedy {
        Some(remedy) if words.is_empty() => remedy,
        Some(remedy) => format!("{words}; {remedy}"),
        None => words.to_owned(),
    }
}

/// A limit of the spec was exceeded, in few words, where another condition has the rest.
#[must_use]
pub fn exceeded_briefly(run: &Run, limit: Limit) -> String {
    let text = overrun(run, limit);
    format!("{}: see the condition Failed", clip(text.lines().next().unwrap_or_default(), 240))
}

/// A limit of the spec was exceeded: which, and how to continue.
fn exceeded(run: &Run, job: &str, limit: Limit) -> String {
    let what = overrun(run, limit);
    let field = match limit {
        Limit::DeadlineExceeded => "spec.activeDeadlineSeconds",
        Limit::TrainingBudgetExceeded => "spec.maxTrainingSeconds",
        Limit::TooManyInterruptions => "spec.capacity.maxInterruptions",
        Limit::BackoffLimitExceeded => {
            let logs = logs(run, job).map(|logs| format!("{logs}; ")).unwrap_or_default();
            return format!("{what}; {logs}{}", continuation(run, "the program corrected"));
        }
    };
    format!("{what}; {}", continuation(run, &format!("a higher {field}")))
}

/// Which limit of the spec was exceeded.
fn overrun(run: &Run, limit: Limit) -> String {
    match limit {
        Limit::DeadlineExceeded if run.attempt() == 0 => {
            let obstacle = run.failure_reason.as_deref();
            let obstacle = obstacle.map(|words| format!(": {words}")).unwrap_or_default();
            format!(
                "spec.activeDeadlineSeconds were over before the training could start{obstacle}"
            )
        }
        Limit::DeadlineExceeded => "spec.activeDeadlineSeconds are over".to_owned(),
        Limit::TrainingBudgetExceeded => "spec.maxTrainingSeconds are used up".to_owned(),
        Limit::TooManyInterruptions => format!(
            "one attempt was interrupted {}, as often as spec.capacity.maxInterruptions allows, and \
             there is no other pool",
            number(run.last().map_or(0, PastAttempt::interruptions), "time", "times")
        ),
        Limit::BackoffLimitExceeded => format!(
            "the training failed again after {}, and spec.backoffLimit allows no more: {}",
            number(run.retries.counted, "retry", "retries"),
            run.failure_reason.as_deref().unwrap_or_default()
        ),
    }
}

/// Training failed, in few words, where another condition has the rest.
#[must_use]
pub fn failed_briefly(run: &Run, job: &str, class: &Word<FailureClass>) -> String {
    let words = run.failure_reason.as_deref().unwrap_or_default();
    let first = words.lines().next().unwrap_or_default();
    format!(
        "training job {job} failed with {class} ({}): see the condition Failed",
        clip(first, 120)
    )
}

/// What to do after a failure.
fn remedy(run: &Run, job: &str, class: FailureClass) -> Option<String> {
    Some(match class {
        FailureClass::RuntimeExceeded => format!(
            "a rule of spec.failurePolicy with onFailureReasons: [RuntimeExceeded] and action Ignore \
             lets an object continue by itself; {}",
            continuation(run, "a higher stoppingCondition.maxRuntimeInSeconds")
        ),
        FailureClass::SpotWaitExceeded if run.retries.unfinished_waits >= UNFINISHED_WAITS => {
            format!(
                "it was the third attempt in a row that trained and was not complete within \
             maxWaitTimeInSeconds: either the program does not continue from its checkpoints, or that \
             time is too short; a rule of spec.failurePolicy with onFailureReasons: \
             [SpotWaitExceeded] and action Ignore lets an object try on; {}",
                continuation(run, "a higher stoppingCondition.maxWaitTimeInSeconds")
            )
        }
        FailureClass::ServiceError if run.retries.service_errors > SERVICE_ERRORS => format!(
            "SageMaker failed in four attempts in a row; {}",
            continuation(run, "the same spec, once AWS is well")
        ),
        FailureClass::SpotWaitExceeded => {
            continuation(run, "a higher stoppingCondition.maxWaitTimeInSeconds")
        }
        FailureClass::ServiceError => continuation(run, "the same spec"),
        FailureClass::CapacityError => {
            continuation(run, "spec.capacity.fallbackInstanceTypes or onDemandFallback")
        }
        FailureClass::AlgorithmError | FailureClass::Unknown => return logs(run, job),
        FailureClass::ClientError => {
            "correct the request or its data, and delete and re-apply the object".to_owned()
        }
        FailureClass::Missing => {
            "to train again, delete and re-apply the object, or apply it under a new name"
                .to_owned()
        }
        FailureClass::StoppedExternally => return None,
    })
}

/// Where the logs of a job are.
fn logs(run: &Run, job: &str) -> Option<String> {
    let link = links::logs(&run.location.as_ref()?.region, job)?;
    Some(format!("the logs are at {link}"))
}

/// How to continue: from the checkpoints if there may be any, and with what changed.
fn continuation(run: &Run, with: &str) -> String {
    let Some(uri) = run.checkpoint_uri.as_ref().filter(|_| has_trained(run)) else {
        return format!("to train again, apply the object under a new name with {with}");
    };
    format!(
        "to continue from its checkpoints, apply the object under a new name with {with}, and with \
         these two lines in spec.template:\n  checkpointConfig:\n    s3Uri: {uri}"
    )
}

/// Whether any attempt had its instances, so that there may be checkpoints.
fn has_trained(run: &Run) -> bool {
    let started = run.last().and_then(|last| last.job.as_ref()).is_some_and(|job| job.has_started);
    started || run.history.totals.training_seconds > Some(0)
}

/// The training job vanished.
#[must_use]
pub fn missing(job: &str, output: Option<&str>) -> String {
    let place = output.map_or_else(String::new, |output| {
        format!(": if it completed, its model is in {}/{job}/output/", output.trim_end_matches('/'))
    });
    format!("training job {job} no longer exists in SageMaker and its outcome is unknown{place}")
}
