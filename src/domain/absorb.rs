//! First step of a decision: what was seen becomes memory.

use jiff::{SignedDuration, Timestamp};

use super::draft::{Draft, remember};
use super::hold::Hold;
use super::location::Location;
use super::memory::{End, JobMirror, Memory, clip};
use super::narrative;
use super::observation::{Job, Observation, Operation, Owner, Refusal, RefusalKind};
use super::outcome::{Outcome, Verdict, classify, verdict};
use super::plan::Desired;
use super::secondary_status::{self, SecondaryMeaning};
use super::situation::Situation;
use super::vocabulary::{EventReason, Reason};

/// A refused look or stop is tried again within this time: the job goes on, and costs.
const LONGEST_BLINDNESS: SignedDuration = SignedDuration::from_mins(5);

/// Takes this round's observation into the memory.
pub fn absorb(d: &mut Draft<'_>) {
    let s = d.s;
    match s.seen {
        Observation::NotLooked => {}
        Observation::Identified(account) => identified(d, account),
        Observation::Created(arn) => {
            remember!(d, job.arn = Some(arn.clone()));
            acknowledge(d);
        }
        Observation::StopAccepted => stop_accepted(d),
        Observation::Absent => absent(d),
        Observation::Present(job) => present(d, job),
        Observation::Refused(operation, refusal) => refused(d, *operation, refusal),
    }
}

fn identified(d: &mut Draft<'_>, account: &str) {
    let Desired::Plan(plan) = d.s.desired else {
        return;
    };
    let Some(region) = &plan.region else { return };
    if d.memory.location.is_none() {
        let location = Location { region: region.clone(), account: account.to_owned() };
        d.memory.to_mut().location = Some(location);
    }
}

/// `SageMaker` has the job, and it is ours.
fn acknowledge(d: &mut Draft<'_>) {
    let now = d.s.now;
    if d.memory.ledger.intent.as_ref().is_none_or(super::intent::Intent::is_acknowledged) {
        return;
    }
    if let Some(intent) = &mut d.memory.to_mut().ledger.intent {
        intent.acknowledged = Some(now);
    }
    remember!(d, ledger.hold = None);
    let message = narrative::attempt_started(&d.memory);
    d.note(EventReason::AttemptStarted, message);
}

fn stop_accepted(d: &mut Draft<'_>) {
    let now = d.s.now;
    remember!(d, ledger.unstoppable = None);
    if let Some(wish) = d.memory.to_mut().ledger.intent.as_mut().and_then(|i| i.stop.as_mut()) {
        wish.accepted = Some(now);
    }
}

fn absent(d: &mut Draft<'_>) {
    let now = d.s.now;
    remember!(d, ledger.blind = None);
    let Some(intent) = &d.memory.ledger.intent else {
        return;
    };
    if intent.is_settled_absent(now) {
        if intent.is_acknowledged() {
            let outcome = Outcome::missing(d.memory.job.name.as_deref().unwrap_or_default());
            conclude(d, None, &outcome);
        } else {
            forget_attempt(d.memory.to_mut());
        }
    } else if intent.absent_since.is_none()
        && let Some(intent) = &mut d.memory.to_mut().ledger.intent
    {
        intent.absent_since = Some(now);
    }
}

/// `SageMaker` has no job of this attempt for certain: its number is free again.
fn forget_attempt(memory: &mut Memory) {
    let number = memory.attempt;
    memory.ledger.intent = None;
    memory.ledger.number_unused = true;
    memory.job = JobMirror::default();
    if number == 1 {
        // Nothing is anywhere yet: it may begin in another account or region, once that is mended.
        memory.location = None;
        memory.checkpoint_uri = None;
    }
    memory.attempts.retain(|record| record.number != number);
}

fn present(d: &mut Draft<'_>, job: &Job) {
    remember!(d, ledger.blind = None);
    let Some(intent) = &d.memory.ledger.intent else {
        return;
    };
    if !intent.is_acknowledged() {
        match job.owner {
            Owner::Ours => acknowledge(d),
            Owner::NotAsked => return,
            Owner::Foreign => return name_taken(d),
        }
    }
    follow(d, job);
    let outcome =
        d.memory.ledger.intent.as_ref().and_then(|intent| classify(job, intent, d.s.desired));
    if let Some(outcome) = outcome {
        conclude(d, Some(job), &outcome);
    }
}

fn name_taken(d: &mut Draft<'_>) {
    let name = d.memory.job.name.clone().unwrap_or_default();
    let refusal = Refusal {
        kind: RefusalKind::NameInUse,
        message: format!(
            "training job {name} exists and is not this object's: apply the object under a new \
             name, or delete and re-apply it"
        ),
        retry_at: None,
    };
    hold(d, &refusal);
    forget_attempt(d.memory.to_mut());
}

/// Mirrors a live or finished job of ours.
fn follow(d: &mut Draft<'_>, job: &Job) {
    let last = job.transitions.last();
    let was_interrupted = d.memory.job.secondary.as_deref() == Some("Interrupted")
        || d.memory.state == Some(super::vocabulary::State::Interrupted);
    remember!(d, job.arn = Some(job.arn.clone()));
    remember!(d, job.status = Some(job.status.as_str().to_owned()));
    remember!(d, job.secondary = Some(job.secondary.clone()));
    remember!(d, job.message = last.and_then(|t| t.message.as_deref()).map(clip));
    let Some(before) = d.memory.ledger.intent.as_ref() else {
        return;
    };
    let counted = before.interruptions;
    let mut intent = before.clone();
    intent.absent_since = None;
    intent.job_created = Some(job.created);
    intent.phase_since = last.map(|t| t.start);
    intent.has_started |=
        job.transitions.iter().any(|t| secondary_status::shows_instances(&t.status));
    intent.interruptions = counted.max(interruptions(job));
    let new = intent.interruptions.saturating_sub(counted);
    remember!(d, ledger.intent = Some(intent));
    if new > 0 {
        let memory = d.memory.to_mut();
        memory.interruptions = memory.interruptions.saturating_add(new);
        if let Some(record) = memory.current_record() {
            record.interruptions = record.interruptions.saturating_add(new);
        }
        let message = narrative::interrupted(&d.memory);
        d.note(EventReason::Interrupted, message);
    } else if was_interrupted
        && !job.status.is_over()
        && secondary_status::meaning(&job.secondary) == SecondaryMeaning::Active
        && job.secondary != "Stopping"
    {
        let message = narrative::capacity_returned(&d.memory);
        d.note(EventReason::CapacityReturned, message);
    }
}

/// There is no counter of interruptions but the history (service model).
fn interruptions(job: &Job) -> u32 {
    let count = job.transitions.iter().filter(|t| t.status == "Interrupted").count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The attempt is over: it is added to the totals once, in the write that ends it.
fn conclude(d: &mut Draft<'_>, job: Option<&Job>, outcome: &Outcome) {
    let now = d.s.now;
    let memory = d.memory.to_mut();
    memory.ledger.intent = None;
    memory.ledger.blind = None;
    memory.ledger.unstoppable = None;
    let training = job.and_then(|job| job.training_seconds);
    let billable = job.and_then(|job| job.billable_seconds);
    memory.training_seconds = memory.training_seconds.saturating_add(training.unwrap_or(0));
    memory.billable_seconds = memory.billable_seconds.saturating_add(billable.unwrap_or(0));
    if let Some(record) = memory.current_record() {
        record.completion = Some(job.and_then(|job| job.ended).unwrap_or(now));
        record.reason = Some(outcome.class);
        record.message = Some(outcome.message.clone()).filter(|text| !text.is_empty());
        record.training_seconds = training;
        record.billable_seconds = billable;
    }
    match verdict(outcome.class) {
        Verdict::Proceed => {}
        Verdict::Succeed => {
            memory.ledger.end = Some(End::Complete);
            memory.completion_time = Some(now);
            memory.model_artifacts = job.and_then(|job| job.model_artifacts.clone());
            memory.final_metrics = job.map(|job| job.final_metrics.clone()).unwrap_or_default();
            let message = narrative::completed(memory);
            d.note(EventReason::Completed, message);
        }
        Verdict::Fail => {
            memory.ledger.end = Some(End::Failed(outcome.class));
            memory.completion_time = Some(now);
            memory.failure_reason = Some(outcome.message.clone());
            let message = narrative::failed(memory, outcome);
            d.note(EventReason::AttemptFailed, message.clone());
            d.note(EventReason::Failed, message);
        }
    }
}

fn refused(d: &mut Draft<'_>, operation: Operation, refusal: &Refusal) {
    if let Some(silence) = Hold::without_answer(d.s, refusal) {
        let ledger = &d.memory.ledger;
        match operation {
            Operation::Create | Operation::Identify if ledger.hold.is_none() => {
                remember!(d, ledger.hold = Some(silence));
            }
            Operation::Describe if ledger.blind.is_none() => {
                remember!(d, ledger.blind = Some(silence));
            }
            Operation::Stop if ledger.unstoppable.is_none() => {
                remember!(d, ledger.unstoppable = Some(silence));
            }
            Operation::Create | Operation::Identify | Operation::Describe | Operation::Stop => {}
        }
        return;
    }
    match operation {
        Operation::Create if refusal.kind == RefusalKind::NameInUse => {}
        Operation::Create | Operation::Identify => {
            if refusal.kind.is_transient() {
                return;
            }
            hold(d, refusal);
            let settles = operation == Operation::Create;
            let intent = d.memory.ledger.intent.as_ref();
            if settles && intent.is_some_and(|i| !i.doubt && !i.is_acknowledged()) {
                forget_attempt(d.memory.to_mut());
            }
        }
        Operation::Stop if refusal.kind == RefusalKind::AlreadyOver => stop_accepted(d),
        Operation::Describe => {
            if let Some(blind) = watchful(d.s, refusal, d.memory.ledger.blind.as_ref()) {
                remember!(d, ledger.blind = Some(blind));
            }
        }
        Operation::Stop => {
            if let Some(hold) = watchful(d.s, refusal, d.memory.ledger.unstoppable.as_ref()) {
                remember!(d, ledger.unstoppable = Some(hold));
            }
        }
    }
}

/// The hold on looking at, or stopping, a job that costs money meanwhile.
fn watchful(s: &Situation<'_>, refusal: &Refusal, before: Option<&Hold>) -> Option<Hold> {
    let mut hold = Hold::after(s, refusal, before)?;
    // One expired token of the operator must not turn every running job red.
    hold.stalled = hold.reason == Reason::AccountChanged;
    let latest = s.now.saturating_add(LONGEST_BLINDNESS).unwrap_or(Timestamp::MAX);
    hold.retry_at = hold.retry_at.map(|at| at.min(latest));
    Some(hold)
}

fn hold(d: &mut Draft<'_>, refusal: &Refusal) {
    let before = d.memory.ledger.hold.clone();
    let Some(hold) = Hold::after(d.s, refusal, before.as_ref()) else {
        return;
    };
    let was = before.as_ref().map(|before| (before.reason, before.stalled));
    if was != Some((hold.reason, hold.stalled)) {
        if hold.stalled {
            d.note(EventReason::Stalled, format!("{}: {}", hold.reason, hold.message));
        } else if hold.reason == Reason::QuotaExceeded {
            d.note(EventReason::QuotaExceeded, hold.message.clone());
        }
    }
    remember!(d, ledger.hold = Some(hold));
}
