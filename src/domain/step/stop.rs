//! Stopping: a job that is live and not wanted.

use jiff::SignedDuration;

use super::poll::due;
use super::{Step, fall_back};
use crate::domain::decision::Wake;
use crate::domain::draft::Draft;
use crate::domain::effect::Effect;
use crate::domain::fact::FactKind;
use crate::domain::job::checkpoint::NewestCheckpoint;
use crate::domain::job::secondary_status::SecondaryStatus;
use crate::domain::job::{Job, JobStatus};
use crate::domain::moment::after;
use crate::domain::policy::changeover::believed;
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::run::stop_request::StopRequest;
use crate::domain::view::{capacity_messages, stop_messages};
use crate::domain::vocabulary::{Hold, StopReason, Word};

/// An accepted stop that does not show within this time is asked for again.
const STOP_LAG: SignedDuration = SignedDuration::from_mins(1);

/// A stop that was not accepted is not sent again within this time.
const RESEND_GAP: SignedDuration = SignedDuration::from_secs(1);

/// Whether a stop is wished for that SageMaker has not accepted and does not refuse just now. A job
/// that trains on is not worth a poll of its own.
pub(super) fn is_pending(d: &Draft<'_>, live: &LiveAttempt, wish: Option<StopReason>) -> bool {
    let accepted = live.stop.as_ref().is_some_and(|stop| stop.accepted.is_some());
    let refused = d.run.stop_blocked.as_ref().is_some_and(|blocked| blocked.is_blocking(d.s));
    let waits_for_poll = wish == Some(StopReason::StoppedForSpot);
    wish.is_some() && !waits_for_poll && !accepted && !refused
}

/// Stops a job that is seen to be live.
pub(super) fn stop(d: &mut Draft<'_>, job: &Job, why: StopReason) -> Step {
    let s = d.s;
    let rest = (None, Wake::At(due(s)));
    let blocked = d.run.stop_blocked.as_ref().filter(|blocked| blocked.is_blocking(s));
    let refused = blocked.map(|blocked| blocked.retry_at);
    let location = d.run.location.clone();
    let moves = matches!(why, StopReason::StoppedForFallback | StopReason::StoppedForSpot);
    let next = fall_back::next(d).filter(|_| moves);
    let to = next.as_ref().and_then(|next| next.to.clone());
    let Some(live) = d.run.live_mut() else { return rest };
    if job.status == JobStatus::Stopping {
        // Somebody asked for it, be it us with an answer that was lost: from now on it may hang.
        let stop = live.stop.get_or_insert_with(|| StopRequest::new(why, s.now));
        stop.stopping_since.get_or_insert(s.now);
        return rest;
    }
    let may_finish = matches!(why, StopReason::StoppedForSuspend | StopReason::StoppedForBudget);
    let saves_its_model = may_finish && job.secondary == Some(SecondaryStatus::Uploading);
    let is_stoppable = matches!(job.status, JobStatus::InProgress | JobStatus::Other(_));
    let accepted = live.stop.as_ref().and_then(|stop| stop.accepted);
    let shows_soon = accepted.is_some_and(|at| s.now.duration_since(at) < STOP_LAG);
    if saves_its_model || !is_stoppable || shows_soon {
        return rest;
    }
    if let Some(retry_at) = refused {
        return (None, rest.1.or_at(retry_at));
    }
    if why == StopReason::StoppedForSpot {
        let Some(newest) = s.seen.checkpoint else { return (find_checkpoint(d), rest.1) };
        if is_held(d, newest) {
            lapse(d, job);
            return rest;
        }
    }
    let Some(live) = d.run.live_mut() else { return rest };
    let sent = live.stop.as_ref().filter(|stop| stop.why == why).map(|stop| stop.sent);
    let gap_ends = sent.map(|sent| after(sent, RESEND_GAP));
    if let Some(end) = gap_ends.filter(|end| s.now < *end) {
        return (None, Wake::At(end));
    }
    match &mut live.stop {
        Some(stop) if stop.why == why => {
            stop.to = to;
            stop.send_again(s.now);
        }
        stop => {
            // An earlier request for another reason may have been executed all the same.
            let unanswered = stop.as_ref().is_some_and(StopRequest::may_have_stopped_it);
            *stop = Some(StopRequest { to, unanswered, ..StopRequest::sent(why, s.now) });
        }
    }
    let job_name = d.current_job_name();
    if sent.is_none() {
        let message = next.as_ref().map_or_else(
            || stop_messages::stopping(&job_name, why),
            |next| capacity_messages::stopping(&job_name, next),
        );
        d.fact(FactKind::StopRequested, message);
    }
    match location {
        Some(location) => (Some(Effect::Stop { location, job_name }), Wake::Backoff),
        None => rest,
    }
}

/// Looks for the newest checkpoint.
fn find_checkpoint(d: &Draft<'_>) -> Option<Effect> {
    let (location, uri) = d.run.location.clone().zip(d.run.checkpoint_uri.clone())?;
    Some(Effect::FindCheckpoint { location, uri })
}

/// Whether a job that trains is kept: it is stopped for spot only if a checkpoint newer than one
/// changeover is known.
fn is_held(d: &mut Draft<'_>, newest: NewestCheckpoint) -> bool {
    let target = d.s.spec.plan().and_then(|plan| plan.capacity.target);
    let oldest = target.map(|target| after(d.s.now, -believed(&d.run, &target)));
    let hold = match newest {
        NewestCheckpoint::Unlisted => Some(Hold::CheckpointsUnlisted),
        NewestCheckpoint::Written(at) if oldest.is_some_and(|oldest| at >= oldest) => None,
        NewestCheckpoint::Missing | NewestCheckpoint::Written(_) => Some(Hold::CheckpointTooOld),
    };
    if let Some(live) = d.run.live_mut() {
        live.hold = hold.map(Word::Known);
    }
    hold.is_some()
}

/// A wish to stop that SageMaker did not accept, and that is withdrawn, lapses when the job is later
/// seen to run: whoever stops it after that has stopped it.
pub(super) fn lapse(d: &mut Draft<'_>, job: &Job) {
    let now = d.s.now;
    let Some(live) = d.run.live_mut() else { return };
    let lapsed = live
        .stop
        .as_ref()
        .is_some_and(|stop| stop.accepted.is_none() && now.duration_since(stop.sent) >= STOP_LAG);
    if lapsed && job.status == JobStatus::InProgress {
        live.stop = None;
        d.run.stop_blocked = None;
    }
}
