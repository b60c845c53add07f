//! Second step of a decision: the one thing to do next, and when to come back.

use jiff::SignedDuration;

use super::attempt::job_name;
use super::decision::{Attempt, Effect, Location, Wake};
use super::draft::{Draft, remember};
use super::hold::Hold;
use super::intent::{Intent, StopWish};
use super::memory::{ATTEMPTS_LISTED, AttemptRecord, JobMirror};
use super::narrative;
use super::observation::{Job, JobStatus, Observation, Operation, RefusalKind};
use super::plan::{CheckpointPlan, DeletionPolicy, Desired, Plan};
use super::vocabulary::{EventReason, Reason};

/// SageMaker has been seen to hang in Stopping for days; training itself has ended long before.
const STOP_PATIENCE: SignedDuration = SignedDuration::from_mins(15);

/// An accepted stop that has not shown by then is asked for again.
const STOP_LAG: SignedDuration = SignedDuration::from_mins(1);

/// What to do next.
pub fn direct(d: &mut Draft<'_>) -> (Option<Effect>, Wake) {
    if d.s.object.deleting {
        return leave(d);
    }
    if d.memory.ledger.end.is_some() {
        let effect = d.s.object.has_finalizer.then_some(Effect::RemoveFinalizer);
        return (effect, Wake::OnChange);
    }
    keep_clocks(d);
    let suspend = d.s.desired.suspend();
    if d.memory.ledger.intent.is_some() {
        return follow(d, suspend.then_some(Reason::StoppedForSuspend));
    }
    match d.s.desired {
        Desired::Unreadable(problems) => {
            hold_until_changed(d, Reason::InvalidSpec, problems);
            (None, Wake::OnChange)
        }
        Desired::Plan(_) if suspend => (None, Wake::OnChange),
        Desired::Plan(plan) => start(d, plan),
    }
}

/// Notes when the object started, and how long it was suspended.
fn keep_clocks(d: &mut Draft<'_>) {
    let now = d.s.now;
    if d.s.desired.suspend() {
        if d.memory.suspended_since.is_none() {
            remember!(d, suspended_since = Some(now));
        }
        return;
    }
    if d.memory.start_time.is_none() {
        remember!(d, start_time = Some(now));
    }
    if let Some(since) = d.memory.suspended_since {
        let seconds = now.duration_since(since).as_secs().max(0);
        let total = d.memory.suspended_seconds.saturating_add(seconds);
        remember!(d, suspended_since = None);
        remember!(d, suspended_seconds = total);
        d.note(EventReason::Unsuspended, "spec.suspend is false: training goes on".to_owned());
    }
}

/// The object is being deleted.
fn leave(d: &mut Draft<'_>) -> (Option<Effect>, Wake) {
    if !d.s.object.has_finalizer {
        return (None, Wake::OnChange);
    }
    let release = (Some(Effect::RemoveFinalizer), Wake::OnChange);
    let Some(intent) = &d.memory.ledger.intent else { return release };
    if d.s.desired.deletion_policy() == DeletionPolicy::Orphan {
        let message = narrative::orphan_left(&d.memory);
        d.note(EventReason::OrphanLeft, message);
        return release;
    }
    let accepted = intent.stop.as_ref().and_then(|wish| wish.accepted);
    let hangs = accepted.is_some_and(|at| d.s.now.duration_since(at) >= STOP_PATIENCE);
    if hangs && d.memory.job.status.as_deref() == Some(JobStatus::Stopping.as_str()) {
        let message = narrative::stop_timed_out(&d.memory);
        d.note(EventReason::StopTimedOut, message);
        return release;
    }
    follow(d, Some(Reason::StoppedForDeletion))
}

/// An attempt is possibly live.
fn follow(d: &mut Draft<'_>, wish: Option<Reason>) -> (Option<Effect>, Wake) {
    let s = d.s;
    let Some((intent, location, job_name)) = subject(d) else { return (None, Wake::Retry) };
    let look = Effect::Look { location, job_name, verify_owner: !intent.is_acknowledged() };
    match s.seen {
        Observation::NotLooked | Observation::Identified(_) => {
            let barred = d.memory.ledger.blind.as_ref().filter(|blind| blind.bars(s));
            if let Some(retry_at) = barred.and_then(|blind| blind.retry_at) {
                return (None, Wake::At(retry_at));
            }
            let urgent = wish.is_some() && intent.stop.is_none();
            if urgent || s.now >= s.next_look {
                (Some(look), Wake::Follow)
            } else {
                (None, Wake::At(s.next_look))
            }
        }
        Observation::Refused(Operation::Create, refusal)
            if refusal.kind == RefusalKind::NameInUse =>
        {
            (Some(look), Wake::Retry)
        }
        Observation::Refused(Operation::Stop, refusal)
            if refusal.kind == RefusalKind::AlreadyOver =>
        {
            (Some(look), Wake::Follow)
        }
        Observation::Refused(_, refusal) if refusal.kind.is_transient() => (None, Wake::Retry),
        Observation::Refused(operation, _) => {
            let ledger = &d.memory.ledger;
            let hold = match operation {
                Operation::Create | Operation::Identify => ledger.hold.as_ref(),
                Operation::Describe | Operation::Stop => ledger.blind.as_ref(),
            };
            (None, hold.and_then(|hold| hold.retry_at).map_or(Wake::Retry, Wake::At))
        }
        Observation::Absent => absent(d, &intent, wish),
        Observation::Present(_) if !intent.is_acknowledged() => (Some(look), Wake::Follow),
        Observation::Present(job) => match wish {
            Some(why) => stop(d, job, &intent, why),
            None => (None, Wake::Follow),
        },
        Observation::Created(_) | Observation::StopAccepted => (None, Wake::Follow),
    }
}

/// The possibly live attempt, where it is and its job's name.
fn subject(d: &Draft<'_>) -> Option<(Intent, Location, String)> {
    let memory = &d.memory;
    Some((memory.ledger.intent.clone()?, memory.location.clone()?, memory.job.name.clone()?))
}

/// No job of that name is there yet, or any more.
fn absent(d: &mut Draft<'_>, intent: &Intent, wish: Option<Reason>) -> (Option<Effect>, Wake) {
    if intent.is_acknowledged() {
        return (None, Wake::Follow);
    }
    let barred = d.memory.ledger.hold.as_ref().filter(|hold| hold.bars(d.s));
    let readable = matches!(d.s.desired, Desired::Plan(_));
    if wish.is_none() && barred.is_none() && readable && d.s.object.has_finalizer {
        let again = Intent { committed: d.s.now, doubt: true, ..intent.clone() };
        return create(d, again);
    }
    let settled = intent.settled_absent_at();
    let retry = barred.and_then(|hold| hold.retry_at).filter(|_| wish.is_none());
    (None, Wake::At(retry.map_or(settled, |at| at.min(settled))))
}

/// Stops a job that is seen to be live.
fn stop(d: &mut Draft<'_>, job: &Job, intent: &Intent, why: Reason) -> (Option<Effect>, Wake) {
    let s = d.s;
    let uploads = why == Reason::StoppedForSuspend && job.secondary == "Uploading";
    let accepted = intent.stop.as_ref().and_then(|wish| wish.accepted);
    let shows_soon = accepted.is_some_and(|at| s.now.duration_since(at) < STOP_LAG);
    let stoppable = matches!(job.status, JobStatus::InProgress | JobStatus::Unknown(_));
    if uploads || shows_soon || !stoppable {
        return (None, Wake::Follow);
    }
    if let Some(blind) = d.memory.ledger.blind.as_ref().filter(|blind| blind.bars(s)) {
        return (None, blind.retry_at.map_or(Wake::Follow, Wake::At));
    }
    if intent.stop.as_ref().is_none_or(|wish| wish.why != why) {
        if let Some(intent) = &mut d.memory.to_mut().ledger.intent {
            intent.stop = Some(StopWish { why, accepted: None });
        }
        let message = narrative::stopping(&d.memory, why);
        d.note(EventReason::Stopping, message);
    }
    let Some((_, location, job_name)) = subject(d) else { return (None, Wake::Retry) };
    (Some(Effect::Stop { location, job_name }), Wake::Follow)
}

/// Nothing is live, and a job is wanted.
fn start(d: &mut Draft<'_>, plan: &Plan) -> (Option<Effect>, Wake) {
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
fn create(d: &mut Draft<'_>, intent: Intent) -> (Option<Effect>, Wake) {
    let send_by = intent.send_by();
    d.memory.to_mut().ledger.intent = Some(intent);
    let number = d.memory.attempt;
    let (Some((_, location, job_name)), Some(pool)) = (subject(d), d.memory.pool.clone()) else {
        return (None, Wake::Retry);
    };
    let checkpoint_uri = d.memory.checkpoint_uri.clone();
    let attempt = Attempt { location, number, job_name, pool, checkpoint_uri, send_by };
    (Some(Effect::Create(attempt)), Wake::Retry)
}

fn hold_until_changed(d: &mut Draft<'_>, reason: Reason, message: &str) {
    let known = d.memory.ledger.hold.as_ref();
    if known.is_some_and(|hold| hold.reason == reason && hold.message == message) {
        return;
    }
    let hold = Hold::until_changed(d.s, reason, message.to_owned());
    remember!(d, ledger.hold = Some(hold));
    d.note(EventReason::Stalled, format!("{reason}: {message}"));
}

