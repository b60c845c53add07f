//! The course of a job: from its plan and the orders given to it, its whole timeline.
//!
//! A walk along the documented machine. An order of moment `t` changes nothing before `t`, so the
//! history that a client has seen never changes.

use super::message::NO_CAPACITY;
use super::order::{Order, What};
use super::plan::Plan;
use super::status::{Primary, Secondary};
use super::timeline::Timeline;
use super::walk::{Cut, Walk};
use super::workload::End;
use crate::moment::Millis;

/// The whole life of a job created at a moment. The orders are in the order of their moments.
pub(crate) fn life(plan: &Plan, created: Millis, orders: &[Order]) -> Timeline {
    let mut walk = Walk::new(plan, created, orders);
    match work(&mut walk) {
        Ok(work) => finish(&mut walk, work),
        Err(cut) => stop(&mut walk, &cut),
    }
    walk.timeline
}

/// How the work of a job ended.
enum Work {
    Done,
    Failed(String),
    /// There was no capacity, and SageMaker gave up: nothing to upload.
    NoCapacity(String),
}

/// How one run of the training program ended.
enum Run {
    Interrupted,
    Ended(Work),
}

/// Launches until the work is done or the job is to be stopped.
fn work(walk: &mut Walk<'_>) -> Result<Work, Cut> {
    let plan = walk.plan;
    let (mut interruptions, mut retries, mut trained) = (0, plan.retries, 0);
    loop {
        if let Some(reason) = wait_for_capacity(walk)? {
            return Ok(Work::NoCapacity(reason));
        }
        walk.launch();
        walk.stay(Secondary::Downloading, Some(plan.downloading))?;
        let began = walk.now;
        match train(walk, interruptions, trained)? {
            Run::Interrupted => {
                // Without checkpoints training restarts from zero [D].
                let saved = plan.saved(walk.now - began);
                trained = if plan.checkpoints { trained + saved } else { 0 };
                interruptions += 1;
                walk.release();
                walk.stay(Secondary::Interrupted, Some(plan.gap))?;
            }
            Run::Ended(Work::Failed(reason))
                if retries > 0 && reason.starts_with("InternalServerError") =>
            {
                // RetryStrategy, of either market: back to Starting [M].
                (retries, trained) = (retries - 1, 0);
                walk.release();
                if plan.restarting > 0 {
                    // In the model's enum [M]; whether and when it shows is [?].
                    walk.stay(Secondary::Restarting, Some(plan.restarting))?;
                }
            }
            Run::Ended(work) => return Ok(work),
        }
    }
}

/// The reason, if the job fails for want of capacity.
fn wait_for_capacity(walk: &mut Walk<'_>) -> Result<Option<String>, Cut> {
    let plan = walk.plan;
    if plan.end == End::Starve && plan.spot {
        // Spot waits in Starting until MaxWait [O].
        walk.stay(Secondary::Starting, None)?;
    } else if plan.end == End::Starve && plan.max_pending.is_some() {
        // On-demand accelerated types wait in Pending [O].
        walk.stay(Secondary::Pending, None)?;
    } else {
        walk.stay(Secondary::Starting, Some(plan.starting))?;
    }
    Ok(match plan.end {
        // [?] how long SageMaker tries to get on-demand capacity.
        End::Starve => Some(NO_CAPACITY.to_owned()),
        End::Failed => {
            Some(plan.failure_reason.clone()).filter(|reason| reason.starts_with("CapacityError"))
        }
        End::Completed | End::HangStopping | End::MaxRuntimeExceeded => None,
    })
}

fn train(walk: &mut Walk<'_>, interruptions: usize, trained: Millis) -> Result<Run, Cut> {
    let plan = walk.plan;
    let needed = (plan.end != End::MaxRuntimeExceeded).then(|| (plan.training - trained).max(0));
    let taken = plan.interrupt_after.get(interruptions).copied();
    let taken = taken.filter(|after| plan.spot && needed.is_none_or(|needed| *after < needed));
    let failed = |reason: Option<String>| {
        Run::Ended(Work::Failed(reason.unwrap_or_else(|| plan.failure_reason.clone())))
    };
    match walk.stay(Secondary::Training, taken.or(needed)) {
        Ok(()) if taken.is_some() => Ok(Run::Interrupted),
        Ok(()) if plan.end == End::Failed => Ok(failed(None)),
        Ok(()) | Err(Cut::Order(What::Complete)) => Ok(Run::Ended(Work::Done)),
        Err(Cut::Order(What::Interrupt)) => Ok(Run::Interrupted),
        Err(Cut::Order(What::Fail(reason))) => Ok(failed(reason)),
        Err(cut) => Err(cut),
    }
}

/// Uploads what the work left, and ends.
fn finish(walk: &mut Walk<'_>, work: Work) {
    let (status, secondary, reason) = match work {
        Work::NoCapacity(reason) => {
            return walk.end(Primary::Failed, Secondary::Failed, Some(reason));
        }
        Work::Failed(reason) => (Primary::Failed, Secondary::Failed, Some(reason)),
        Work::Done => (Primary::Completed, Secondary::Completed, None),
    };
    let stopped = walk.next_order(walk.now + walk.plan.uploading);
    walk.spend(Secondary::Uploading, Some(walk.plan.uploading));
    if stopped.is_some() {
        // A stop doesn't shorten the upload, but the job ends as Stopped [?].
        walk.timeline.stopping = stopped;
        walk.end(Primary::Stopped, Secondary::Stopped, None);
    } else {
        walk.end(status, secondary, reason);
    }
}

/// Stops a job that waits, downloads or trains.
fn stop(walk: &mut Walk<'_>, cut: &Cut) {
    let plan = walk.plan;
    let secondary = match cut {
        Cut::MaxRuntime => Secondary::MaxRuntimeExceeded,
        Cut::MaxWait => Secondary::MaxWaitTimeExceeded,
        Cut::Order(_) | Cut::MaxPending => Secondary::Stopped,
    };
    walk.timeline.stopping = Some(walk.now);
    let phase = walk.timeline.transitions.last().map(|transition| transition.status);
    let launched = matches!(phase, Some(Secondary::Downloading | Secondary::Training));
    let mut length = plan.stopping;
    if matches!(cut, Cut::Order(_)) && !launched {
        // Stopping shows beside the old secondary status for a while [R]; how long is [?].
        walk.linger(plan.stopping / 2);
        length -= plan.stopping / 2;
    }
    // After MaxWait nothing is uploaded [D], after a stop the model is [O], MaxRuntime [?].
    let uploads = phase == Some(Secondary::Training) && !matches!(cut, Cut::MaxWait);
    let hangs = plan.end == End::HangStopping;
    walk.spend(Secondary::Stopping, (uploads || !hangs).then_some(length));
    if uploads {
        walk.spend(Secondary::Uploading, (!hangs).then_some(plan.uploading));
    }
    if !hangs {
        walk.end(Primary::Stopped, secondary, None);
    }
}
