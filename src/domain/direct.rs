//! Second step of a decision: the one thing to do next, and when to come back.

use jiff::SignedDuration;

use super::decision::{Effect, Wake};
use super::draft::{Draft, remember};
use super::follow::follow;
use super::narrative;
use super::observation::JobStatus;
use super::plan::{DeletionPolicy, Desired};
use super::start::{hold_until_changed, start};
use super::vocabulary::{EventReason, Reason};

/// SageMaker has been seen to hang in Stopping for days; training itself has ended long before.
const STOP_PATIENCE: SignedDuration = SignedDuration::from_mins(15);

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
        _ if suspend => (None, Wake::OnChange),
        Desired::Unreadable(spec) => {
            hold_until_changed(d, Reason::InvalidSpec, &spec.problems);
            (None, Wake::OnChange)
        }
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
        let message = narrative::unsuspended(&d.memory).to_owned();
        d.note(EventReason::Unsuspended, message);
    }
}

/// The object is being deleted.
fn leave(d: &mut Draft<'_>) -> (Option<Effect>, Wake) {
    if !d.s.object.has_finalizer {
        return (None, Wake::OnChange);
    }
    let release = (Some(Effect::RemoveFinalizer), Wake::OnChange);
    let Some(intent) = &d.memory.ledger.intent else {
        return release;
    };
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
