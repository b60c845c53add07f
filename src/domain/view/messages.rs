//! Messages for people: what is happening, since when, and what comes next, in absolute UTC.
//!
//! No text has a time relative to now: it would change in every decision.

use jiff::{SignedDuration, Timestamp};

use super::phase::Phase;
use super::{Subject, capacity_messages, end_messages, stop_messages};
use crate::domain::moment::after;
use crate::domain::policy::failure_rules::FailureRule;
use crate::domain::policy::outcome::AttemptEnd;
use crate::domain::run::Run;
use crate::domain::run::blocked::Blocked;
use crate::domain::run::job_snapshot::JobSnapshot;
use crate::domain::spec::pool::{Market, Pool};
use crate::domain::vocabulary::{Blocker, Word};

/// The object is suspended and nothing runs.
pub const SUSPENDED: &str = "spec.suspend is true; set it to false to continue";

/// A moment as every text shows it, such as `2026-11-23T10:02:05Z`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The current attempt's instances, such as `spot ml.g5.2xlarge`.
pub(super) fn instances(run: &Run) -> String {
    let (market, instance_type) = match (run.live(), run.last()) {
        (Some(live), _) => (&live.market, &live.instance_type),
        (None, Some(last)) => (&last.market, &last.instance_type),
        (None, None) => return "instances".to_owned(),
    };
    match market {
        Word::Known(market) => format!("{} {instance_type}", market.in_words()),
        Word::Newer(word) => format!("{word} {instance_type}"),
    }
}

fn since(run: &Run) -> String {
    let live = run.live();
    let phase = live.and_then(|live| live.job.as_ref()?.phase_since);
    let at = phase.or_else(|| live.and_then(|live| live.acknowledged));
    at.map_or_else(String::new, |at| format!(" since {}", moment(at)))
}

/// When the wait ends, by the capacity policy or by SageMaker, as the end of a sentence.
fn until(subject: &Subject<'_>) -> String {
    let next = capacity_messages::next_try(subject);
    let end = end_of_wait(subject);
    match (next, end) {
        (Some((at, next)), Some(end)) if at <= end => next,
        (Some((_, next)), None) => next,
        (_, Some(end)) => format!("; SageMaker ends the job at {}", moment(end)),
        (None, None) => String::new(),
    }
}

/// When SageMaker gives a spot job up.
fn end_of_wait(subject: &Subject<'_>) -> Option<Timestamp> {
    let live = subject.run.live().filter(|live| live.market == Market::Spot);
    let created = live.and_then(|live| live.job.as_ref()?.created);
    let seconds = subject.spec.plan().and_then(|plan| plan.max_wait_seconds);
    Some(after(created?, SignedDuration::from_secs(seconds?)))
}

/// The message of the conditions that say what is going on.
#[must_use]
pub fn situation(subject: &Subject<'_>, phase: &Phase) -> String {
    let (run, job) = (subject.run, subject.job_name);
    match phase {
        Phase::Creating if run.live().is_some() => {
            format!("creating training job {job} on {}", instances(run))
        }
        Phase::Creating => "about to create a training job".to_owned(),
        Phase::Blocked => {
            let blocker = run.blocked.as_ref();
            let waits = blocker.is_some_and(Blocked::is_about_pool);
            let next = waits.then(|| capacity_messages::next_try(subject)).flatten();
            let next = next.map(|(_, next)| next).unwrap_or_default();
            blocker.map(blocked).unwrap_or_default() + &next
        }
        Phase::Waiting => format!(
            "training job {job} waits for {} capacity{}{}",
            instances(run),
            since(run),
            until(subject)
        ),
        Phase::Active => {
            let secondary = run.live().and_then(|live| live.job.as_ref()?.secondary.as_deref());
            let secondary = secondary.unwrap_or("in progress");
            let next = capacity_messages::trains_until(subject);
            format!("training job {job} is {secondary} on {}{}{next}", instances(run), since(run))
        }
        Phase::Interrupted => format!(
            "SageMaker took the spot instance away and waits for another {}{}{}",
            instances(run),
            since(run),
            until(subject)
        ),
        Phase::Restarting => {
            let waits =
                run.live().and_then(|live| live.job.as_ref()).is_some_and(JobSnapshot::waits);
            let next = if waits { until(subject) } else { String::new() };
            format!(
                "SageMaker restarts training job {job} after an error of its own{} \
                 (template.retryStrategy){next}",
                since(run)
            )
        }
        Phase::Stopping => stop_messages::stops(subject),
        Phase::Suspended => SUSPENDED.to_owned(),
        Phase::Leaving => leaving(&subject.object.other_finalizers),
        Phase::Completed => end_messages::completed(run, job),
        Phase::Failed(class) => end_messages::failed_briefly(run, job, class),
        Phase::Exceeded(limit) => end_messages::exceeded_briefly(run, *limit),
    }
}

fn leaving(finalizers: &[String]) -> String {
    if finalizers.is_empty() {
        return "the training job is over; the object is being deleted".to_owned();
    }
    format!(
        "the training job is over; finalizers of others hold the object: {}",
        finalizers.join(", ")
    )
}

/// What is blocked, since when, and what comes next.
#[must_use]
pub fn blocked(blocked: &Blocked) -> String {
    let next = match blocked.retry_at {
        _ if blocked.blocker == Blocker::ServiceUnavailable => {
            "; the operator keeps trying".to_owned()
        }
        Some(at) => format!("; next try at {}", moment(at)),
        None if blocked.waits_for_others() => String::new(),
        None => "; next try when the object or the operator's settings change".to_owned(),
    };
    format!("{} (since {}{next})", blocked.message, moment(blocked.since))
}

/// What is in the way of describing, or stopping, the current job.
#[must_use]
pub fn obstacle(obstacle: &Blocked, deleting: bool) -> String {
    let way_out = if deleting {
        "; to delete the object and leave the job running, set spec.deletionPolicy: Orphan"
    } else {
        ""
    };
    format!("{}{way_out}", blocked(obstacle))
}

/// An attempt has started.
#[must_use]
pub fn attempt_started(run: &Run, job: &str) -> String {
    format!("attempt {}: training job {job} on {}", run.attempt(), instances(run))
}

/// A spot instance was taken away.
#[must_use]
pub fn interrupted(run: &Run, job: &str) -> String {
    let resume = run.checkpoint_uri.as_ref().map_or_else(
        || "training restarts from scratch, because checkpointing is Disabled".to_owned(),
        |uri| format!("training continues from the newest checkpoint in {uri}"),
    );
    format!(
        "SageMaker took the spot instance of training job {job} away (interruption {}); {resume}",
        run.interruptions()
    )
}

/// Instances are back.
#[must_use]
pub fn capacity_returned(run: &Run, job: &str) -> String {
    format!("training job {job} has {} again", instances(run))
}

/// The object is not suspended any more.
#[must_use]
pub fn resumed(run: &Run) -> &'static str {
    if run.attempt() == 0 {
        "spec.suspend is false: training begins"
    } else {
        "spec.suspend is false: training continues"
    }
}

/// A job is left running.
#[must_use]
pub fn job_orphaned(job: &str) -> String {
    format!("training job {job} is left as it is: spec.deletionPolicy is Orphan")
}

/// Another tool would apply the object again.
#[must_use]
pub fn kept_by(tool: &str) -> String {
    format!(
        "spec.ttlSecondsAfterFinished is not applied: {tool} says that a tool keeps this object; it \
         would apply it again, and the whole training would run again. Remove the object from that \
         tool's source instead"
    )
}

/// The apiserver refuses to delete the object.
#[must_use]
pub fn deletion_refused(words: &str) -> String {
    format!("spec.ttlSecondsAfterFinished is over and the object stays: {words}")
}

/// The job's name belongs to a job of somebody else.
#[must_use]
pub fn name_taken(job: &str) -> String {
    format!(
        "training job {job} exists and does not belong to this object: apply the object under a \
         new name, or delete and re-apply it"
    )
}

/// The credentials belong to another account.
#[must_use]
pub fn account_changed(began_in: &str, now: &str) -> String {
    format!(
        "the training began in account {began_in} and the operator's credentials are now those of \
         {now}: give the operator credentials of the former"
    )
}

/// The next attempt waits for its time.
#[must_use]
pub fn backing_off(
    attempt: u32,
    end: &AttemptEnd,
    rule: Option<&FailureRule>,
    counted: Option<(u32, u32)>,
) -> String {
    let by = rule.map_or_else(String::new, |rule| {
        format!(", by the rule {} of spec.failurePolicy", rule.name)
    });
    let count = counted.map_or_else(
        || " that does not count towards spec.backoffLimit".to_owned(),
        |(counted, limit)| {
            format!(", retry {counted} of the {limit} that spec.backoffLimit allows")
        },
    );
    format!("attempt {attempt} ended with {}: another one follows{by}{count}", end.reason())
}

/// A checkpoint prefix is in use.
#[must_use]
pub fn checkpoint_in_use(by: Option<&str>) -> String {
    let by =
        by.map_or_else(|| "another object".to_owned(), |name| format!("SpotTrainingJob {name}"));
    format!(
        "{by} writes to the same checkpoint prefix, or to one above or below it, or waits for such a \
         prefix and is older: this object starts when it is free"
    )
}

/// A quota is used up, as another object was told.
#[must_use]
pub fn quota_used_up(pool: Option<&Pool>) -> String {
    let pool = pool.map_or_else(|| "these instances".to_owned(), ToString::to_string);
    format!(
        "the account's quota of {pool} for training jobs is used up: this object waits for room"
    )
}

/// The create rate is used up.
#[must_use]
pub fn rate_limited() -> String {
    "SageMaker limits how many training jobs are created per second: this object waits for its turn"
        .to_owned()
}

/// A newer version stopped a job.
#[must_use]
pub fn newer_version(reason: &str) -> String {
    format!(
        "a newer version of the operator stopped the training job ({reason}) and only it knows what \
         comes next: run that version again"
    )
}
