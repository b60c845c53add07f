//! Following: an attempt is possibly live.

use jiff::SignedDuration;

use super::decision::{Effect, Wake};
use super::draft::Draft;
use super::intent::{Intent, StopWish};
use super::narrative;
use super::observation::{Job, JobStatus, Observation, Operation, RefusalKind};
use super::plan::Desired;
use super::start::create;
use super::vocabulary::{EventReason, Reason};

/// An accepted stop that has not shown by then is asked for again.
const STOP_LAG: SignedDuration = SignedDuration::from_mins(1);

/// An attempt is possibly live.
pub(super) fn follow(d: &mut Draft<'_>, wish: Option<Reason>) -> (Option<Effect>, Wake) {
    let s = d.s;
    let Some((intent, location, job_name)) = d.possibly_live() else {
        return (None, Wake::Retry);
    };
    let look = Effect::Look { location, job_name, verify_owner: !intent.is_acknowledged() };
    match s.seen {
        Observation::NotLooked | Observation::Identified(_) => {
            let barred = d.memory.ledger.blind.as_ref().filter(|blind| blind.bars(s));
            if let Some(retry_at) = barred.and_then(|blind| blind.retry_at) {
                return (None, Wake::At(retry_at));
            }
            let accepted = intent.stop.as_ref().is_some_and(|wish| wish.accepted.is_some());
            let barred = d.memory.ledger.unstoppable.as_ref().is_some_and(|hold| hold.bars(s));
            let urgent = wish.is_some() && !accepted && !barred;
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
                Operation::Describe => ledger.blind.as_ref(),
                Operation::Stop => ledger.unstoppable.as_ref(),
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

/// No job of that name is there yet, or any more.
fn absent(d: &mut Draft<'_>, intent: &Intent, wish: Option<Reason>) -> (Option<Effect>, Wake) {
    if intent.is_acknowledged() {
        return (None, Wake::Follow);
    }
    let barred = d.memory.ledger.hold.as_ref().filter(|hold| hold.bars(d.s));
    let readable = matches!(d.s.desired, Desired::Plan(_));
    if wish.is_none() && barred.is_none() && readable && d.s.object.has_finalizer {
        let due = intent.resend_at(&d.s.object.uid);
        if d.s.now < due {
            return (None, Wake::At(due));
        }
        return create(d, intent.again(d.s.now));
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
    let asked = intent.stop.is_some() || why == Reason::StoppedForDeletion;
    if job.status == JobStatus::Stopping && accepted.is_none() && asked {
        // It stops although nothing was accepted from us: the answer was lost, or somebody else
        // asked. Either way patience begins, for a stop can hang.
        if let Some(intent) = &mut d.memory.to_mut().ledger.intent {
            intent.stop = Some(StopWish { why, accepted: Some(s.now) });
        }
    }
    if uploads || shows_soon || !stoppable {
        return (None, Wake::Follow);
    }
    if d.memory.ledger.unstoppable.as_ref().is_some_and(|hold| hold.bars(s)) {
        return (None, Wake::Follow);
    }
    if intent.stop.as_ref().is_none_or(|wish| wish.why != why) {
        if let Some(intent) = &mut d.memory.to_mut().ledger.intent {
            intent.stop = Some(StopWish { why, accepted: None });
        }
        let message = narrative::stopping(&d.memory, why);
        d.note(EventReason::Stopping, message);
    }
    let Some((_, location, job_name)) = d.possibly_live() else {
        return (None, Wake::Retry);
    };
    (Some(Effect::Stop { location, job_name }), Wake::Follow)
}
