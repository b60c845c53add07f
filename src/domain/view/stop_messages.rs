//! Messages about stops: why, and how long they take.

use super::Subject;
use super::messages::moment;
use crate::domain::run::cursor::Cursor;
use crate::domain::vocabulary::{StopReason, Word};

/// A job is being stopped, by us or by SageMaker. SIGTERM to SIGKILL: 120 s (developer guide).
pub(super) fn stops(subject: &Subject<'_>) -> String {
    let stop = subject.run.live().and_then(|live| live.stop.as_ref());
    let why = match stop.map(|stop| &stop.why) {
        Some(Word::Known(why)) => format!(" ({})", reason(*why)),
        Some(Word::Newer(_)) | None => String::new(),
    };
    let since = stop.map_or_else(String::new, |stop| {
        format!(" since {}", moment(stop.stopping_since.unwrap_or(stop.sent)))
    });
    let to = stop.and_then(|stop| stop.to.as_ref()).and_then(Cursor::pool);
    let next = match to {
        _ if subject.object.deleting => {
            "; if it still is 15 minutes after the stop began, the object is released".to_owned()
        }
        _ if subject.spec.suspend() => "; then the object is suspended".to_owned(),
        Some(pool) => format!("; the next attempt runs on {pool}"),
        None => String::new(),
    };
    format!(
        "training job {} is being stopped{since}{why}; SageMaker gives it up to 2 minutes to save its \
         state{next}",
        subject.job_name
    )
}

/// We stop a job.
#[must_use]
pub fn stopping(job: &str, why: StopReason) -> String {
    format!("stopping training job {job}: {}", reason(why))
}

const fn reason(why: StopReason) -> &'static str {
    match why {
        StopReason::StoppedForSuspend => "spec.suspend is true",
        StopReason::StoppedForDeletion => "the object is being deleted",
        StopReason::StoppedEarlier => "it was stopped before",
        StopReason::StoppedForDeadline => "spec.activeDeadlineSeconds are over",
        StopReason::StoppedForBudget => "spec.maxTrainingSeconds are used up",
        StopReason::StoppedForFallback => "spec.capacity says to try another pool",
        StopReason::StoppedForSpot => "spec.capacity says to try spot again",
        StopReason::StoppedForInterruptions => "spec.capacity.maxInterruptions is reached",
    }
}

/// A job hangs in Stopping.
#[must_use]
pub fn stop_timed_out(job: &str) -> String {
    format!(
        "training job {job} is still Stopping 15 minutes after the stop began; the object is \
         released, and SageMaker has still to end the job"
    )
}
