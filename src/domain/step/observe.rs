//! Observing: what was seen in this reconcile becomes part of the run.

use jiff::{SignedDuration, Timestamp};

use super::belongs_to_another_object;
use super::record::ACCOUNTING_LAG;
use super::sighting::{acknowledge, forget_attempt, sighted};
use crate::domain::draft::Draft;
use crate::domain::job::Job;
use crate::domain::job::call_error::{Call, CallError, CallErrorKind};
use crate::domain::moment::after;
use crate::domain::run::blocked::Blocked;
use crate::domain::run::job_snapshot::JobSnapshot;
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::run::refusals::LONGEST_WAIT;
use crate::domain::run::stop_request::StopRequest;
use crate::domain::run::{Activity, Run};
use crate::domain::situation::Answer;
use crate::domain::vocabulary::Blocker;

/// A refused poll or stop is tried again within this time: the job continues, and costs.
const LONGEST_BLINDNESS: SignedDuration = SignedDuration::from_mins(5);

/// Takes what was seen in this reconcile into the run.
pub(in crate::domain) fn observe(d: &mut Draft<'_>) {
    if belongs_to_another_object(&d.run, d.s) {
        return;
    }
    clamp(&mut d.run, d.s.now);
    let s = d.s;
    let answered = s.seen.job.is_some()
        || matches!(s.seen.answer, Some(Answer::Created(_) | Answer::StopAccepted))
        || s.seen.failure().is_some_and(|(_, error)| error.kind != CallErrorKind::Unavailable);
    if answered {
        end_silence(&mut d.run);
    }
    if let Some(sighting) = &s.seen.job {
        sighted(d, sighting);
    }
    match &s.seen.answer {
        None | Some(Answer::Successor(_) | Answer::Checkpoint(_)) => {}
        Some(Answer::Created(arn)) => {
            acknowledge(d);
            if let Some(live) = d.run.live_mut() {
                let seen = Job { arn: arn.clone(), ..Job::default() };
                live.job.get_or_insert_with(|| JobSnapshot::of(&seen, None, 0));
            }
        }
        Some(Answer::StopAccepted) => {
            d.run.stop_blocked = None;
            let now = s.now;
            if let Some(stop) = d.run.live_mut().and_then(|live| live.stop.as_mut()) {
                stop.accept(now);
            }
        }
        Some(Answer::Failed(call, error)) => failed(d, *call, error),
    }
}

/// A clock that was ahead when a moment was stored must not hold anything up.
fn clamp(run: &mut Run, now: Timestamp) {
    let latest = after(now, LONGEST_WAIT);
    let blockers = [&mut run.blocked, &mut run.describe_blocked, &mut run.stop_blocked];
    for blocked in blockers.into_iter().flatten() {
        blocked.since = blocked.since.min(now);
        blocked.retry_at = blocked.retry_at.map(|at| at.min(latest));
    }
    let soon = after(now, ACCOUNTING_LAG);
    run.accounting_due = run.accounting_due.map(|at| at.min(soon));
    run.without_room_since = run.without_room_since.map(|at| at.min(now));
    run.clocks.start = run.clocks.start.map(|at| at.min(now));
    if let Some(cursor) = &mut run.cursor {
        cursor.search.since = cursor.search.since.map(|at| at.min(now));
    }
    for transition in run.transitions.values_mut() {
        transition.1 = transition.1.min(now);
    }
    run.clocks.suspended_since = run.clocks.suspended_since.map(|at| at.min(now));
    let Some(live) = run.live_mut() else { return };
    live.request.committed = live.request.committed.min(now);
    live.absent_since = live.absent_since.map(|at| at.min(now));
    live.unsettled_since = live.unsettled_since.map(|at| at.min(now));
    if let Some(stop) = &mut live.stop {
        stop.sent = stop.sent.min(now);
        stop.accepted = stop.accepted.map(|at| at.min(now));
        stop.stopping_since = stop.stopping_since.map(|at| at.min(now));
    }
}

/// AWS answers again, whichever call it was.
fn end_silence(run: &mut Run) {
    for blocked in [&mut run.blocked, &mut run.describe_blocked, &mut run.stop_blocked] {
        blocked.take_if(|blocked| blocked.blocker == Blocker::ServiceUnavailable);
    }
}

fn failed(d: &mut Draft<'_>, call: Call, error: &CallError) {
    if call == Call::Stop
        && let Some(stop) = d.run.live_mut().and_then(|live| live.stop.as_mut())
    {
        StopRequest::give_up(stop, error.kind != CallErrorKind::Unavailable);
    }
    if call == Call::Describe && matches!(d.run.activity, Activity::Ended(_)) {
        // The one poll for missing numbers was it.
        d.run.accounting_due = None;
        return;
    }
    if let Some(silence) = Blocked::without_answer(d.s, error) {
        let slot = match call {
            Call::Create | Call::Identify | Call::Write | Call::Delete => &mut d.run.blocked,
            Call::Describe => &mut d.run.describe_blocked,
            Call::Stop => &mut d.run.stop_blocked,
        };
        slot.get_or_insert(silence);
        return;
    }
    match call {
        Call::Create if error.kind == CallErrorKind::NameInUse => {}
        Call::Delete => d.run.kept_in = Some(d.s.object.generation),
        Call::Create | Call::Identify | Call::Write => {
            if error.kind.is_transient() {
                return;
            }
            block(d, error);
            let settles = call == Call::Create;
            let live = d.run.live();
            if settles && live.is_some_and(|live| !live.request.doubtful && !live.is_acknowledged())
            {
                forget_attempt(&mut d.run);
            }
        }
        Call::Describe => {
            if let Some(blocked) = while_live(d, error, d.run.describe_blocked.as_ref()) {
                d.run.describe_blocked = Some(blocked);
            }
        }
        Call::Stop => {
            if let Some(blocked) = while_live(d, error, d.run.stop_blocked.as_ref()) {
                d.run.stop_blocked = Some(blocked);
            }
        }
    }
}

/// What blocks describing, or stopping, a job that costs money meanwhile.
fn while_live(d: &Draft<'_>, error: &CallError, before: Option<&Blocked>) -> Option<Blocked> {
    let mut blocked = Blocked::by(d.s, error, before)?;
    // One expired token of the operator must not turn every running job red.
    blocked.stalled = blocked.blocker == Blocker::AccountChanged;
    let latest = after(d.s.now, LONGEST_BLINDNESS);
    blocked.retry_at = blocked.retry_at.map(|at| at.min(latest));
    Some(blocked)
}

pub(super) fn block(d: &mut Draft<'_>, error: &CallError) {
    if let Some(mut blocked) = Blocked::by(d.s, error, d.run.blocked.as_ref()) {
        if blocked.blocker == Blocker::QuotaExceeded || d.run.concerns_pool(error.kind) {
            d.run.without_room_since.get_or_insert(d.s.now);
        }
        let pool = d.run.live().and_then(LiveAttempt::pool);
        let pool = pool.filter(|_| d.run.concerns_pool(error.kind));
        blocked.pool = pool.map(|pool| pool.to_string());
        d.run.blocked = Some(blocked);
    }
}
