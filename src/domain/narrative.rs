//! Texts for people: what is, since when, and what comes next, in absolute UTC.
//!
//! No text has a time relative to now: it would change in every round.

use jiff::{SignedDuration, Timestamp};

use super::hold::Hold;
use super::memory::Memory;
use super::outcome::Outcome;
use super::phase::Phase;
use super::plan::Desired;
use super::pool::Market;
use super::vocabulary::Reason;

/// A moment as every text shows it, such as `2026-11-23T10:02:05Z`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn job(memory: &Memory) -> &str {
    memory.job.name.as_deref().unwrap_or("(no job)")
}

fn pool(memory: &Memory) -> String {
    memory.pool.as_ref().map_or_else(|| "instances".to_owned(), ToString::to_string)
}

fn since(memory: &Memory) -> String {
    let intent = memory.ledger.intent.as_ref();
    let at = intent.and_then(|intent| intent.phase_since.or(intent.acknowledged));
    at.map_or_else(String::new, |at| format!(" since {}", moment(at)))
}

/// When SageMaker gives up waiting, as the end of a sentence.
fn patience(memory: &Memory, desired: &Desired) -> String {
    let Desired::Plan(plan) = desired else {
        return String::new();
    };
    let created = memory.ledger.intent.as_ref().and_then(|intent| intent.job_created);
    let (Some(created), Some(seconds)) = (created, plan.max_wait_seconds) else {
        return String::new();
    };
    let until = created.saturating_add(SignedDuration::from_secs(seconds));
    format!("; the job ends at {} at the latest", moment(until.unwrap_or(Timestamp::MAX)))
}

/// Percentage saved against on-demand, such as `70.0%`; `None` without billed training.
#[must_use]
pub fn savings(training_seconds: i64, billable_seconds: i64) -> Option<String> {
    if training_seconds <= 0 {
        return None;
    }
    let saved = training_seconds.saturating_sub(billable_seconds).max(0);
    let per_mille = saved.saturating_mul(2000).saturating_add(training_seconds)
        / training_seconds.saturating_mul(2);
    Some(format!("{}.{}%", per_mille / 10, per_mille % 10))
}

/// The message of the condition that says what goes on.
#[must_use]
pub fn situation(memory: &Memory, desired: &Desired, phase: Phase) -> String {
    match phase {
        Phase::Creating if memory.ledger.intent.is_some() => {
            format!("creating training job {} on {}", job(memory), pool(memory))
        }
        Phase::Creating => "about to create a training job".to_owned(),
        Phase::Held => memory.ledger.hold.as_ref().map(held).unwrap_or_default(),
        Phase::Waiting => format!(
            "training job {} waits for {}{}{}",
            job(memory),
            pool(memory),
            since(memory),
            patience(memory, desired)
        ),
        Phase::Active => format!(
            "training job {} is {} on {}{}",
            job(memory),
            memory.job.secondary.as_deref().unwrap_or("in progress"),
            pool(memory),
            since(memory)
        ),
        Phase::Interrupted => format!(
            "SageMaker took the spot instance away and looks for another {}{}{}",
            pool(memory),
            since(memory),
            patience(memory, desired)
        ),
        // SIGTERM to SIGKILL: 120 s (developer guide).
        Phase::Stopping => format!(
            "training job {} is being stopped; SageMaker gives it up to 2 minutes to save its state",
            job(memory)
        ),
        Phase::Suspended => "spec.suspend is true; set it to false to go on".to_owned(),
        Phase::Complete => completed(memory),
        Phase::Failed(_) => memory.failure_reason.clone().unwrap_or_default(),
    }
}

/// A hold in words.
#[must_use]
pub fn held(hold: &Hold) -> String {
    let next = match hold.retry_at {
        _ if hold.reason == Reason::ServiceUnavailable => "tried again and again".to_owned(),
        None => "tried again when the object or the operator's settings change".to_owned(),
        Some(at) => format!("tried again at {}", moment(at)),
    };
    format!("{} (since {}; {next})", hold.message, moment(hold.since))
}

/// What is in the way of looking at, or stopping, the current job.
#[must_use]
pub fn blind(hold: &Hold, deleting: bool) -> String {
    let way_out = if deleting {
        "; to delete the object and leave the job running, set spec.deletionPolicy: Orphan"
    } else {
        ""
    };
    format!("{}{way_out}", held(hold))
}

/// An attempt has started.
#[must_use]
pub fn attempt_started(memory: &Memory) -> String {
    format!("attempt {}: training job {} on {}", memory.attempt, job(memory), pool(memory))
}

/// A spot instance was taken away.
#[must_use]
pub fn interrupted(memory: &Memory) -> String {
    let resume = memory.checkpoint_uri.as_ref().map_or_else(
        || "training starts from scratch, for checkpointing is Disabled".to_owned(),
        |uri| format!("training goes on from the newest checkpoint in {uri}"),
    );
    format!(
        "SageMaker took the spot instance of {} away (interruption {}); {resume}",
        job(memory),
        memory.interruptions
    )
}

/// Instances are back.
#[must_use]
pub fn capacity_returned(memory: &Memory) -> String {
    format!("training job {} has {} again", job(memory), pool(memory))
}

/// The object is not suspended any more.
#[must_use]
pub fn unsuspended(memory: &Memory) -> &'static str {
    if memory.attempt == 0 {
        "spec.suspend is false: training begins"
    } else {
        "spec.suspend is false: training goes on"
    }
}

/// We stop a job.
#[must_use]
pub fn stopping(memory: &Memory, why: Reason) -> String {
    let suspended = why == Reason::StoppedForSuspend;
    let why = if suspended { "spec.suspend is true" } else { "the object is being deleted" };
    format!("stopping training job {}: {why}", job(memory))
}

/// A job is left running.
#[must_use]
pub fn orphan_left(memory: &Memory) -> String {
    format!("training job {} is left running: spec.deletionPolicy is Orphan", job(memory))
}

/// A job hangs in Stopping.
#[must_use]
pub fn stop_timed_out(memory: &Memory) -> String {
    format!(
        "training job {} is still Stopping 15 minutes after SageMaker accepted the stop; the \
         object is let go",
        job(memory)
    )
}

/// Training succeeded.
#[must_use]
pub fn completed(memory: &Memory) -> String {
    let spot = memory.pool.as_ref().is_some_and(|pool| pool.market == Market::Spot);
    let saved = savings(memory.training_seconds, memory.billable_seconds)
        .filter(|_| spot)
        .map_or_else(String::new, |saved| format!(", managed spot training savings {saved}"));
    format!(
        "training job {} completed: {} training seconds, {} billable{saved}, {}",
        job(memory),
        memory.training_seconds,
        memory.billable_seconds,
        match memory.interruptions {
            1 => "1 interruption".to_owned(),
            count => format!("{count} interruptions"),
        }
    )
}

/// An attempt failed.
#[must_use]
pub fn failed(memory: &Memory, outcome: &Outcome) -> String {
    format!("training job {}: {}: {}", job(memory), outcome.class, outcome.message)
}
