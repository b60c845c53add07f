//! Sightings: what a poll found of the current job, and what follows from its end.

use jiff::Timestamp;

use super::end::end_object;
use super::fall_back;
use super::observe::block;
use super::record::{Ended, end_attempt};
use crate::domain::draft::Draft;
use crate::domain::fact::FactKind;
use crate::domain::job::call_error::{CallError, CallErrorKind};
use crate::domain::job::progress::JobPhase;
use crate::domain::job::{Job, JobStatus, Owner};
use crate::domain::moment::after;
use crate::domain::policy::changeover::lost_at_most;
use crate::domain::policy::consequence::{Consequence, consequence};
use crate::domain::policy::failure_rules::{Failure, first_match};
use crate::domain::policy::outcome::{AttemptEnd, Verdict, verdict};
use crate::domain::run::blocked::Blocked;
use crate::domain::run::job_snapshot::JobSnapshot;
use crate::domain::run::{Activity, Run};
use crate::domain::situation::Sighting;
use crate::domain::spec::pool::Market;
use crate::domain::view::{end_messages, messages};
use crate::domain::vocabulary::{Blocker, FailureClass, StopReason};

/// `SageMaker` has the job, and it is ours.
pub(super) fn acknowledge(d: &mut Draft<'_>) {
    let now = d.s.now;
    let Some(live) = d.run.live_mut().filter(|live| !live.is_acknowledged()) else {
        return;
    };
    live.acknowledged = Some(now);
    live.absent_since = None;
    d.run.blocked = None;
    d.run.without_room_since = None;
    let message = messages::attempt_started(&d.run, &d.current_job_name());
    d.fact(FactKind::AttemptStarted, message);
}

/// Takes in what a poll found.
pub(super) fn sighted(d: &mut Draft<'_>, sighting: &Sighting) {
    let blocked = d.run.describe_blocked.take();
    let name = d.current_job_name();
    if sighting.job_name != name {
        return;
    }
    see(d, sighting);
    if d.needs_successor {
        // It is the description of the next attempt that is refused.
        d.run.describe_blocked = blocked;
    }
}

fn see(d: &mut Draft<'_>, sighting: &Sighting) {
    match (&d.run.activity, &sighting.job) {
        (Activity::Idle, _) => {}
        (Activity::Live(_), Some(job)) => present(d, job),
        (Activity::Live(_), None) => absent(d),
        (Activity::Ended(_), job) => {
            let now = d.s.now;
            if d.run.accounting_due.take_if(|due| *due <= now).is_some()
                && let Some(job) = job
            {
                d.run.history.complete(job);
            }
        }
    }
}

fn absent(d: &mut Draft<'_>) {
    let s = d.s;
    let Some(live) = d.run.live_mut() else { return };
    if !live.is_settled_absent(&s.elapsed) {
        live.absent_since.get_or_insert(s.now);
        return;
    }
    if live.is_acknowledged() {
        let output = s.spec.plan().map(|plan| plan.output.as_str());
        let message = end_messages::missing(&d.current_job_name(), output);
        let end = AttemptEnd::Failed(FailureClass::Missing);
        conclude(d, None, &Ended { end, message });
    } else {
        forget_attempt(&mut d.run);
    }
}

/// `SageMaker` has no job of this attempt for certain: its number is free again.
pub(super) fn forget_attempt(run: &mut Run) {
    run.activity = Activity::Idle;
    if run.history.last.is_none() {
        // Nothing is anywhere yet: it may begin in another account or region, once that is mended.
        run.location = None;
        run.checkpoint_uri = None;
    }
}

fn present(d: &mut Draft<'_>, job: &Job) {
    let Some(live) = d.run.live() else { return };
    let adopted = !live.is_acknowledged();
    if adopted {
        match job.owner {
            Owner::Ours => acknowledge(d),
            Owner::NotAsked => return,
            Owner::Foreign => return name_taken(d),
        }
    }
    if !is_older(d, job) {
        follow(d, job);
    }
    let Some(live) = d.run.live() else { return };
    match verdict(job, live, d.s.spec.plan(), d.s.now) {
        Verdict::Live => set_unsettled(&mut d.run, None),
        Verdict::Unsettled => {
            let since = live.unsettled_since.unwrap_or(d.s.now);
            set_unsettled(&mut d.run, Some(since));
        }
        Verdict::Over(end, message) => {
            let is_external = end == AttemptEnd::Failed(FailureClass::StoppedExternally);
            let ended = Ended { end, message };
            match d.s.seen.successor {
                _ if !is_external => conclude(d, Some(job), &ended),
                _ if adopted => conclude(d, Some(job), &stopped_earlier()),
                Some(true) => conclude(d, Some(job), &stopped_earlier()),
                Some(false) => conclude(d, Some(job), &ended),
                None => d.needs_successor = true,
            }
        }
    }
}

/// A job that is found again after it was stopped belongs to an attempt that the status has
/// forgotten, as after the restore of an older etcd snapshot: the next attempt follows it. So does a
/// job that another one of the object has followed.
fn stopped_earlier() -> Ended {
    let end = AttemptEnd::Stopped(StopReason::StoppedEarlier.into());
    Ended { end, message: end_messages::FOUND_STOPPED.to_owned() }
}

fn set_unsettled(run: &mut Run, since: Option<Timestamp>) {
    if let Some(live) = run.live_mut() {
        live.unsettled_since = since;
    }
}

/// Whether the job was seen in a newer version before: reads may lag behind each other.
fn is_older(d: &Draft<'_>, job: &Job) -> bool {
    let known = d.run.live().and_then(|live| live.job.as_ref()).and_then(|known| known.modified);
    known.zip(job.modified).is_some_and(|(known, seen)| seen < known)
}

fn name_taken(d: &mut Draft<'_>) {
    let message = messages::name_taken(&d.current_job_name());
    let error = CallError::new(CallErrorKind::NameInUse, message);
    block(d, &error);
    forget_attempt(&mut d.run);
}

/// Mirrors a job of ours.
fn follow(d: &mut Draft<'_>, job: &Job) {
    let target = d.s.spec.plan().and_then(|plan| plan.capacity.target);
    let lost = target.map_or(0, |target| lost_at_most(&d.run, &target, job).as_secs());
    let Some(live) = d.run.live_mut() else { return };
    live.absent_since = None;
    let before = live.job.take();
    let known = before.as_ref().map_or(0, |before| before.interruptions);
    let was_interrupted =
        before.as_ref().is_some_and(|before| before.phase() == JobPhase::Interrupted);
    let snapshot = JobSnapshot::of(job, before.as_ref(), lost);
    let new = snapshot.interruptions.saturating_sub(known);
    live.job = Some(snapshot);
    let name = d.current_job_name();
    if new > 0 {
        let message = messages::interrupted(&d.run, &name);
        d.fact(FactKind::Interrupted(new), message);
    } else if was_interrupted && job.status == JobStatus::InProgress && job.has_instances() {
        let message = messages::capacity_returned(&d.run, &name);
        d.fact(FactKind::CapacityReturned, message);
    }
}

/// The attempt is over.
fn conclude(d: &mut Draft<'_>, job: Option<&Job>, ended: &Ended) {
    let Activity::Live(live) = std::mem::take(&mut d.run.activity) else { return };
    d.run.describe_blocked = None;
    d.run.stop_blocked = None;
    let moment = job.and_then(|job| job.ended).unwrap_or(d.s.now);
    if live.market == Market::Spot && live.has_started() {
        fall_back::end_search(&mut d.run);
    }
    if let AttemptEnd::Failed(class) = ended.end {
        d.run.retries.failed(class, moment.duration_since(live.start), live.has_started());
        d.run.failure_reason = Some(ended.message.clone());
    }
    let (retries, plan) = (&d.run.retries, d.s.spec.plan());
    let limit = plan.map(|plan| plan.backoff_limit);
    let rule = plan.zip(ended.class()).and_then(|(plan, class)| {
        first_match(&plan.failure_rules, Failure { class, text: &ended.message })
    });
    let next = consequence(&ended.end, rule.map(|rule| rule.action), retries, limit, &live.market);
    if let Consequence::Retry { counted, .. } = next {
        d.run.retries.retry(counted);
        let until = after(moment.min(d.s.now), d.run.retries.wait(&d.s.object.uid));
        let count = limit.filter(|_| counted).map(|limit| (d.run.retries.counted, limit));
        let message = messages::backing_off(live.number, &ended.end, rule, count);
        d.run.blocked = Some(Blocked::backing_off(d.s, message, until));
    }
    end_attempt(d, &live, job, ended, matches!(next, Consequence::End(_)));
    match next {
        Consequence::Proceed => {}
        Consequence::Retry { pool, .. } => fall_back::after_failure(d, &live, pool),
        Consequence::Move => fall_back::left(d, &live),
        Consequence::Pause => {
            let blocker = Blocker::NewerVersionNeeded;
            let message = messages::newer_version(&ended.end.reason());
            d.run.blocked = Some(Blocked::until_changed(d.s, blocker, message));
        }
        Consequence::End(end) => {
            let name = d.job_name(live.number);
            end_object(d, end, moment, job, &name);
        }
    }
}
