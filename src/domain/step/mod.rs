//! The steps of a decision: what was seen becomes part of the run, then the next effect is chosen.

mod delete;
mod end;
mod expire;
mod fall_back;
pub mod observe;
mod poll;
pub(super) mod record;
mod room;
mod sighting;
mod start;
mod stop;
mod suspend;

use jiff::{SignedDuration, Timestamp};

use super::decision::Wake;
use super::draft::Draft;
use super::effect::Effect;
use super::moment::after;
use super::policy::budget;
use super::policy::target::outlook;
use super::run::blocked::Blocked;
use super::run::{Activity, Run};
use super::situation::Situation;
use super::spec::plan::ParsedSpec;
use super::vocabulary::{Blocker, StopReason};

/// The next effect, if there is one, and when to decide again without one.
pub(super) type Step = (Option<Effect>, Wake);

/// Chooses the next step.
pub(super) fn next_step(d: &mut Draft<'_>) -> Step {
    if belongs_to_another_object(&d.run, d.s) {
        return another_object(d);
    }
    d.s.object.uid.clone_into(&mut d.run.uid);
    forget_refused_write(d);
    if d.s.object.deleting {
        return delete::delete(d);
    }
    suspend::keep_clocks(d);
    if d.run.end().is_some() {
        return poll::account(d);
    }
    let (now, limits) = (d.s.now, d.s.spec.limits());
    let deadline = limits.active_deadline_seconds;
    let deadline = deadline.and_then(|seconds| d.run.clocks.active_for(seconds));
    let used_up = budget::used_up_at(&d.run, limits.max_training_seconds, now);
    let is_over = |moment: Option<Timestamp>| moment.is_some_and(|at| at <= now);
    let next = fall_back::next(d);
    fall_back::relieve(d, next.as_ref());
    // One wish, in the order of what weighs more.
    let wish = if is_over(deadline) {
        Some(StopReason::StoppedForDeadline)
    } else if is_over(used_up) {
        Some(StopReason::StoppedForBudget)
    } else if d.s.spec.suspend() {
        Some(StopReason::StoppedForSuspend)
    } else {
        fall_back::wish(d, next.clone())
    };
    let (effect, wake) = proceed(d, wish);
    room::end_wait(&mut d.run);
    // What was due has been acted on.
    let moved = next.filter(|next| next.at > now).or_else(|| fall_back::next(d));
    let outlook = d.s.spec.plan().and_then(|plan| outlook(&d.run, plan, now));
    // While it trains, as much work goes as time.
    let trains = d.run.live().and_then(|live| live.job.as_ref()?.training_since).is_some();
    let target = outlook
        .into_iter()
        .flat_map(|outlook| [Some(outlook.latest_start).filter(|_| !trains), Some(outlook.target)]);
    let target = target.flatten();
    // A second later the target is over for certain.
    let target = target.map(|at| after(at, SignedDuration::from_secs(1)));
    let moments =
        [deadline, used_up, moved.map(|moved| moved.at)].into_iter().flatten().chain(target);
    let soonest = moments.filter(|at| *at > now).min();
    (effect, wake.or_at(soonest.filter(|_| d.run.end().is_none())))
}

/// The next step of an object that has not ended.
fn proceed(d: &mut Draft<'_>, wish: Option<StopReason>) -> Step {
    match &d.run.activity {
        Activity::Ended(_) => poll::account(d),
        // A finalizer that somebody removed comes back: without it, a deletion leaves the job behind.
        Activity::Live(_) if !d.s.object.has_finalizer && refused_write(d).is_none() => {
            (Some(Effect::AddFinalizer), Wake::Backoff)
        }
        Activity::Live(_) => poll::follow(d, wish),
        Activity::Idle if let Some(end) = wish.and_then(end::of) => end::exceed(d, end),
        Activity::Idle if wish.is_some() => (None, Wake::OnChange),
        Activity::Idle => match d.s.spec {
            ParsedSpec::Invalid(spec) => {
                block_until_changed(d, Blocker::InvalidSpec, &spec.problems);
                (None, Wake::OnChange)
            }
            ParsedSpec::Valid(plan) => start::start(d, plan),
        },
    }
}

/// Whether the state was written for an object with another UID.
#[must_use]
pub(super) fn belongs_to_another_object(run: &Run, s: &Situation<'_>) -> bool {
    !run.uid.is_empty() && run.uid != s.object.uid
}

/// A state of another object: what has ended stays ended, and nothing is asked of AWS.
fn another_object(d: &mut Draft<'_>) -> Step {
    if d.run.end().is_none() && !d.s.object.deleting {
        block_until_changed(
            d,
            Blocker::StatusOfAnotherObject,
            "the status belongs to another object, such as one that was restored from a backup: \
             remove the status, or delete and re-apply the object",
        );
    }
    let leaves = d.run.end().is_some() || d.s.object.deleting;
    if leaves && d.s.object.has_finalizer { release(d) } else { (None, Wake::OnChange) }
}

/// Releases the object, unless the cluster has refused that and it is too early to try again.
fn release(d: &Draft<'_>) -> Step {
    match refused_write(d) {
        Some(blocked) => (None, blocked.retry_at.map_or(Wake::Backoff, Wake::At)),
        None => (Some(Effect::RemoveFinalizer), Wake::OnChange),
    }
}

/// The refusal of a change of the finalizer, while it is too early to try again.
fn refused_write<'d>(d: &'d Draft<'_>) -> Option<&'d Blocked> {
    d.run.blocked.as_ref().filter(|blocked| is_of_write(blocked) && blocked.is_blocking(d.s))
}

/// A refused change of the finalizer no longer matters where the finalizer is as it has to be.
fn forget_refused_write(d: &mut Draft<'_>) {
    let leaves = d.s.object.deleting || d.run.end().is_some();
    if d.s.object.has_finalizer != leaves {
        d.run.blocked.take_if(|blocked| is_of_write(blocked));
    }
}

fn is_of_write(blocked: &Blocked) -> bool {
    blocked.blocker == Blocker::WriteRefused
}

/// Blocks the next attempt until something changes. What blocks it already began when it did, whatever
/// the status has kept of its text.
fn block_until_changed(d: &mut Draft<'_>, blocker: Blocker, message: &str) {
    let now = Blocked::until_changed(d.s, blocker, message.to_owned());
    let known = d.run.blocked.as_ref().filter(|known| known.blocker == now.blocker);
    let since = known.map_or(now.since, |known| known.since);
    d.run.blocked = Some(Blocked { since, ..now });
}
