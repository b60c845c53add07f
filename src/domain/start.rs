//! Starting: nothing is live, and a job is wanted.

use super::attempt::job_name;
use super::decision::{Attempt, Effect, Wake};
use super::draft::{Draft, remember};
use super::hold::Hold;
use super::intent::Intent;
use super::memory::{ATTEMPTS_LISTED, AttemptRecord, JobMirror};
use super::observation::Observation;
use super::plan::{CheckpointPlan, Plan};
use super::vocabulary::{EventReason, Reason};

/// Nothing is live, and a job is wanted.
pub(super) fn start(d: &mut Draft<'_>, plan: &Plan) -> (Option<Effect>, Wake) {
    let s = d.s;
    if let Some((reason, remedy)) = obstacle(d, plan) {
        hold_until_changed(d, reason, remedy);
        return (None, Wake::OnChange);
    }
    let settled = [Reason::InvalidSpec, Reason::RegionMissing, Reason::CheckpointLocationMissing];
    if d.memory.ledger.hold.as_ref().is_some_and(|hold| settled.contains(&hold.reason)) {
        remember!(d, ledger.hold = None);
    }
    if let Some(hold) = d.memory.ledger.hold.as_ref().filter(|hold| hold.bars(s)) {
        return (None, hold.retry_at.map_or(Wake::OnChange, Wake::At));
    }
    if let Observation::Refused(_, _) = s.seen {
        return (None, Wake::Retry);
    }
    if !s.object.has_finalizer {
        return (Some(Effect::AddFinalizer), Wake::Retry);
    }
    if d.memory.location.is_none() {
        let region = plan.region.clone().unwrap_or_default();
        return (Some(Effect::Identify { region }), Wake::Retry);
    }
    begin_attempt(d, plan);
    create(d, Intent::new(s.now))
}

/// What stands in the way of any attempt, with the remedy.
fn obstacle(d: &Draft<'_>, plan: &Plan) -> Option<(Reason, &'static str)> {
    if plan.region.is_none() && d.memory.location.is_none() {
        return Some((
            Reason::RegionMissing,
            "no AWS region: set spec.region, or run the operator with --region",
        ));
    }
    if plan.checkpoint == CheckpointPlan::Missing && d.memory.checkpoint_uri.is_none() {
        return Some((
            Reason::CheckpointLocationMissing,
            "checkpointing is Enabled without a place: set spec.template.checkpointConfig.s3Uri, \
             or spec.checkpointing: Disabled to accept restarts from scratch, or run the operator \
             with --checkpoint-root",
        ));
    }
    None
}

/// Gives the next attempt its number, pool, name and line in the list.
fn begin_attempt(d: &mut Draft<'_>, plan: &Plan) {
    let object = d.s.object;
    let now = d.s.now;
    let memory = d.memory.to_mut();
    if !memory.ledger.number_unused {
        memory.attempt = memory.attempt.saturating_add(1);
    }
    memory.ledger.number_unused = false;
    if let (None, CheckpointPlan::At(uri)) = (&memory.checkpoint_uri, &plan.checkpoint) {
        memory.checkpoint_uri = Some(uri.clone());
    }
    let name = job_name(&object.namespace, &object.name, &object.uid, memory.attempt);
    memory.pool = Some(plan.pool.clone());
    memory.instance_count = Some(plan.instance_count);
    memory.job = JobMirror { name: Some(name.clone()), ..JobMirror::default() };
    memory.attempts.push(AttemptRecord {
        number: memory.attempt,
        job_name: name,
        pool: plan.pool.clone(),
        start: now,
        completion: None,
        reason: None,
        message: None,
        training_seconds: None,
        billable_seconds: None,
        interruptions: 0,
    });
    let surplus = memory.attempts.len().saturating_sub(ATTEMPTS_LISTED);
    memory.attempts.drain(..surplus);
}

/// Commits `intent` and creates the current attempt's job.
pub(super) fn create(d: &mut Draft<'_>, intent: Intent) -> (Option<Effect>, Wake) {
    let send_by = intent.send_by();
    d.memory.to_mut().ledger.intent = Some(intent);
    let number = d.memory.attempt;
    let (Some((_, location, job_name)), Some(pool)) = (d.possibly_live(), d.memory.pool.clone())
    else {
        return (None, Wake::Retry);
    };
    let checkpoint_uri = d.memory.checkpoint_uri.clone();
    let attempt = Attempt { location, number, job_name, pool, checkpoint_uri, send_by };
    (Some(Effect::Create(attempt)), Wake::Retry)
}

pub(super) fn hold_until_changed(d: &mut Draft<'_>, reason: Reason, message: &str) {
    let known = d.memory.ledger.hold.as_ref();
    if known.is_some_and(|hold| hold.reason == reason && hold.message == message) {
        return;
    }
    let hold = Hold::until_changed(d.s, reason, message.to_owned());
    remember!(d, ledger.hold = Some(hold));
    d.note(EventReason::Stalled, format!("{reason}: {message}"));
}
