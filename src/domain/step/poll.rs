//! Polling: an attempt is possibly live, and its job is described when that is due.

use jiff::{SignedDuration, Timestamp};

use super::expire::expire;
use super::{Step, release, start, stop};
use crate::domain::decision::Wake;
use crate::domain::draft::Draft;
use crate::domain::effect::Effect;
use crate::domain::job::call_error::{Call, CallError, CallErrorKind};
use crate::domain::moment::after;
use crate::domain::run::blocked::Blocked;
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::situation::{Answer, Situation};
use crate::domain::vocabulary::StopReason;

/// A job that was just acknowledged or stopped gets this long to show it; and nothing that others do
/// makes polls of one job more frequent than this.
const SHORTEST_GAP: SignedDuration = SignedDuration::from_secs(1);

/// While nobody wants the job that a request may still make, it is asked for this often: it would
/// cost money.
const UNWANTED_GAP: SignedDuration = SignedDuration::from_secs(5);

/// When a job is polled next.
pub(super) fn due(s: &Situation<'_>) -> Timestamp {
    s.polled.next.max(after(s.now, SHORTEST_GAP))
}

/// Describes the job of attempt `number`.
fn describe(d: &Draft<'_>, number: u32, verify_owner: bool, urgent: bool) -> Option<Effect> {
    let location = d.run.location.clone()?;
    Some(Effect::Describe { location, job_name: d.job_name(number), verify_owner, urgent })
}

/// Looks for the job that follows attempt `number`.
fn find_successor(d: &Draft<'_>, number: u32) -> Option<Effect> {
    let (location, next) = (d.run.location.clone()?, number.saturating_add(1));
    Some(Effect::FindSuccessor { location, job_name: d.job_name(next) })
}

/// Whether somebody waits for what a poll finds: a stop that is not asked for yet, or a request
/// that is in doubt.
fn is_urgent(d: &Draft<'_>, live: &LiveAttempt, wish: Option<StopReason>) -> bool {
    stop::is_pending(d, live, wish) || !live.is_acknowledged()
}

/// An attempt is possibly live.
pub(super) fn follow(d: &mut Draft<'_>, wish: Option<StopReason>) -> Step {
    let s = d.s;
    let Some(live) = d.run.live() else {
        return (None, Wake::Backoff);
    };
    let (number, acknowledged) = (live.number, live.is_acknowledged());
    let urgent = is_urgent(d, live, wish);
    let poll_again = |d: &Draft<'_>| (describe(d, number, !acknowledged, urgent), Wake::Backoff);
    match &s.seen.answer {
        Some(Answer::Created(_)) => return (None, Wake::At(due(s))),
        Some(Answer::Failed(call, error)) if is_to_be_seen(*call, error.kind) => {
            if d.needs_successor {
                return (find_successor(d, number), Wake::Backoff);
            }
            return poll_again(d);
        }
        // The job is polled although its finalizer can't be put back.
        Some(Answer::Failed(call, error)) if *call != Call::Write => {
            return refused(d, *call, error);
        }
        Some(
            Answer::Failed(..)
            | Answer::StopAccepted
            | Answer::Successor(_)
            | Answer::Checkpoint(_),
        )
        | None => {}
    }
    let name = d.job_name(number);
    let sighting = s.seen.job.as_ref().filter(|sighting| sighting.job_name == name);
    match sighting.map(|sighting| sighting.job.as_deref()) {
        None => when_due(d, wish),
        Some(None) => absent(d, wish),
        Some(Some(_)) if !acknowledged => poll_again(d),
        Some(Some(_)) if d.needs_successor => (find_successor(d, number), Wake::Backoff),
        Some(Some(job)) => {
            if let Some(why) = wish {
                return stop::stop(d, job, why);
            }
            stop::lapse(d, job);
            (None, Wake::At(due(s)))
        }
    }
}

/// Whether a refusal says that the job has to be looked at.
fn is_to_be_seen(call: Call, refusal: CallErrorKind) -> bool {
    match call {
        Call::Create => refusal == CallErrorKind::NameInUse,
        Call::Stop => matches!(refusal, CallErrorKind::AlreadyOver | CallErrorKind::NotFound),
        // The rate that all share says when; a wait of its own would let others go before it.
        Call::Describe => refusal == CallErrorKind::Throttled,
        Call::Identify | Call::Write | Call::Delete => false,
    }
}

/// A call was refused: what observing has made of it says when it is tried again.
fn refused(d: &Draft<'_>, call: Call, error: &CallError) -> Step {
    let blocked = match call {
        Call::Create | Call::Identify | Call::Write | Call::Delete => d.run.blocked.as_ref(),
        Call::Describe => d.run.describe_blocked.as_ref(),
        Call::Stop => d.run.stop_blocked.as_ref(),
    };
    let retry_at = blocked.and_then(|blocked| blocked.retry_at);
    match retry_at.filter(|at| *at > d.s.now && !error.kind.is_transient()) {
        Some(at) => (None, Wake::At(at)),
        None => (None, Wake::Backoff),
    }
}

/// The job was not polled in this reconcile.
fn when_due(d: &Draft<'_>, wish: Option<StopReason>) -> Step {
    let s = d.s;
    let Some(live) = d.run.live() else {
        return (None, Wake::Backoff);
    };
    let blocking = d.run.describe_blocked.as_ref().filter(|blocked| blocked.is_blocking(s));
    if let Some(retry_at) = blocking.and_then(|blocked| blocked.retry_at) {
        return (None, Wake::At(retry_at));
    }
    let urgent = is_urgent(d, live, wish);
    let due = if stop::is_pending(d, live, wish) {
        // A stop is not kept waiting for a poll that is due later.
        s.polled.last.map_or(Timestamp::MIN, |last| after(last.min(s.now), SHORTEST_GAP))
    } else {
        s.polled.next
    };
    if s.now < due {
        return (None, Wake::At(due));
    }
    (describe(d, live.number, !live.is_acknowledged(), urgent), Wake::Backoff)
}

/// No job of that name is there yet, or any more.
fn absent(d: &mut Draft<'_>, wish: Option<StopReason>) -> Step {
    let s = d.s;
    let Some(live) = d.run.live() else {
        return (None, Wake::Backoff);
    };
    if live.is_acknowledged() {
        return (None, Wake::At(due(s)));
    }
    let blocking = d.run.blocked.as_ref().filter(|blocked| blocked.is_blocking(s));
    let retry_at = blocking.and_then(|blocked| blocked.retry_at).filter(|_| wish.is_none());
    // A quota had no room: what was sent before is settled first, then it waits with the others.
    let has_room = !d.run.blocked.as_ref().is_some_and(Blocked::waits_for_others);
    // Who is not at the head of the line settles first, and waits in it as a new request does.
    let is_turn = start::is_turn(s);
    if wish.is_none()
        && blocking.is_none()
        && has_room
        && is_turn
        && s.spec.plan().is_some()
        && live.pool().is_some()
    {
        return resend(d);
    }
    let settled = after(s.now, live.settles_in(&s.elapsed).max(SHORTEST_GAP));
    let wake = settled.min(after(s.now, UNWANTED_GAP));
    (None, Wake::At(retry_at.map_or(wake, |at| at.min(wake))))
}

/// Sends the create request once more.
fn resend(d: &mut Draft<'_>) -> Step {
    let s = d.s;
    let Some(live) = d.run.live_mut() else {
        return (None, Wake::Backoff);
    };
    let due = live.resend_at(&s.object.uid);
    if s.now < due {
        return (None, Wake::At(due));
    }
    LiveAttempt::resend(live, s.now);
    start::create(d)
}

/// The object has ended. A completed job without its numbers is described once more: SageMaker may
/// add them a moment later.
pub(super) fn account(d: &mut Draft<'_>) -> Step {
    let s = d.s;
    match (d.run.accounting_due, d.run.last()) {
        (Some(due), Some(_)) if s.now < due => (None, Wake::At(due)),
        (Some(_), Some(last)) => (describe(d, last.number, false, false), Wake::Backoff),
        (Some(_) | None, _) if s.object.has_finalizer => release(d),
        (Some(_) | None, _) => expire(d),
    }
}
