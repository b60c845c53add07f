//! Messages about capacity: where the next attempt runs, and whether the target can be met.

use jiff::Timestamp;

use super::Subject;
use super::messages::{instances, moment};
use crate::domain::policy::capacity::{Move, next_move};
use crate::domain::policy::progress::work_left;
use crate::domain::run::Run;
use crate::domain::run::blocked::Blocked;
use crate::domain::run::cursor::Cursor;
use crate::domain::spec::capacity::OnDemandFallback;
use crate::domain::spec::pool::{Market, Pool};
use crate::domain::vocabulary::{Hold, Word};

/// The target is over.
#[must_use]
pub fn target_missed(target: Timestamp) -> String {
    format!(
        "spec.capacity.target was at {} and the training was not complete by then; a missed target \
         ends nothing (spec.activeDeadlineSeconds does)",
        moment(target)
    )
}

/// The target can hardly be met. The text says nothing that changes while the job trains.
#[must_use]
pub fn target_at_risk(run: &Run, target: Timestamp) -> String {
    let waits_for_spot = run.live().is_some_and(|live| {
        let trains = live.job.as_ref().is_some_and(|job| job.busy_since.is_some());
        live.market == Market::Spot && !trains
    });
    let or = if waits_for_spot { ", or set spec.capacity.type: OnDemand" } else { "" };
    format!(
        "less time is left until {} than the work that is left and the changeover before it need, by \
         estimatedRuntimeSeconds and changeoverSeconds of spec.capacity.target; raise \
         completeWithinSeconds{or}",
        moment(target)
    )
}

/// A pool that can't be had is left for another one.
#[must_use]
pub fn pool_left(refused: &Blocked) -> String {
    let pool = refused.pool.as_deref().unwrap_or("a pool");
    format!("{pool} can't be had, so another pool is tried: {}", refused.message)
}

/// A job is stopped for the sake of another pool.
#[must_use]
pub fn stopping(job: &str, next: &Move) -> String {
    let to = next.to.as_ref();
    let to = to.map_or_else(String::new, |to| format!("; the next attempt runs on {}", pool(to)));
    format!("stopping training job {job}: {}{to}", next.why)
}

/// The next attempt runs on another pool.
#[must_use]
pub fn fell_back(run: &Run, to: &Cursor, why: &str) -> String {
    let to = pool(to);
    if run.attempt() == 0 {
        return format!("{why}: the first attempt runs on {to}");
    }
    format!("{why}: the next attempt runs on {to} instead of {}", instances(run))
}

/// The next attempt goes back to spot.
#[must_use]
pub fn returned_to_spot(run: &Run, to: &Cursor) -> String {
    format!("after a stretch on {} the next attempt tries {} again", instances(run), pool(to))
}

/// When the capacity policy tries another pool, and, as the end of a sentence, which; `None` if it does
/// not.
pub(super) fn next_try(subject: &Subject<'_>) -> Option<(Timestamp, String)> {
    let plan = subject.spec.plan().filter(|_| !subject.spec.suspend())?;
    let Move { at, to, .. } = next_move(subject.run, plan, subject.rooms, subject.now)?;
    let to = to?;
    let is_as_at_deadline = plan.capacity.on_demand == OnDemandFallback::Balanced
        && !plan.capacity.returns
        && to.market == Market::OnDemand;
    let why = if is_as_at_deadline {
        " (Balanced acts as AtDeadline where checkpoints can't be listed, or are Disabled)"
    } else {
        ""
    };
    Some((at, format!("; tries {} at {}{why}", pool(&to), moment(at))))
}

/// Whether the training outlives what a policy believed of it.
fn is_estimate_used_up(subject: &Subject<'_>) -> bool {
    let plan = subject.spec.plan().filter(|plan| plan.capacity.on_demand.meets_a_target());
    let target = plan.and_then(|plan| plan.capacity.target);
    let left =
        plan.zip(target).map(|(plan, target)| work_left(subject.run, plan, &target, subject.now));
    left.is_some_and(|left| left.is_zero())
}

/// Where the next attempt would run, if an edit has taken the pool of the current one away, as the end
/// of a sentence.
fn edit_to_come(subject: &Subject<'_>) -> Option<String> {
    let plan = subject.spec.plan()?;
    let pool = subject.run.live()?.pool().filter(|pool| !plan.pools.contains(pool))?;
    let candidates = plan.candidates(subject.run.cursor.as_ref());
    let next = candidates.first().filter(|next| **next != pool)?;
    Some(format!("; the edit of spec.capacity acts at the next attempt, on {next}"))
}

/// What comes after a job that trains, as the end of a sentence.
pub(super) fn trains_until(subject: &Subject<'_>) -> String {
    let edit = edit_to_come(subject).unwrap_or_default();
    policy_to_come(subject) + &edit
}

fn policy_to_come(subject: &Subject<'_>) -> String {
    if is_estimate_used_up(subject) {
        return "; spec.capacity.target.estimatedRuntimeSeconds are trained, and it stays here to its \
                end"
        .to_owned();
    }
    let next = next_try(subject);
    let hold = subject.run.live().and_then(|live| live.hold.as_ref()).filter(|_| next.is_some());
    let why = match hold {
        None => return next.map(|(_, next)| next).unwrap_or_default(),
        Some(Word::Known(Hold::CheckpointsUnlisted)) => {
            "the operator can't list checkpoints, and without a new one a stop would lose work"
        }
        Some(Word::Known(Hold::CheckpointTooOld)) => {
            "the newest checkpoint is older than a changeover takes, and a stop would lose work"
        }
        Some(Word::Newer(word)) => word.as_str(),
    };
    format!("; stays there instead of trying spot again: {why}")
}

fn pool(cursor: &Cursor) -> String {
    cursor.pool().map_or_else(|| cursor.instance_type.clone(), |pool| pool.to_string())
}

/// A rule of the failure policy sends the next attempt to on-demand.
#[must_use]
pub fn sent_to(pool: &Pool) -> String {
    format!("by a rule of spec.failurePolicy the next attempt runs on {pool}")
}
