//! Capacity policies: when an idle spot attempt is left, and for which pool.
//!
//! Idle is a spot job that waits for instances: nothing is trained, nothing is billed. A job that has
//! its instances is never left: what it has may not come back ("Can't Be Late", NSDI 2024, §3.3).

mod interruptions;
mod safety_net;
mod wait;

use jiff::{SignedDuration, Timestamp};

use crate::domain::job::progress::JobPhase;
use crate::domain::run::Run;
use crate::domain::run::cursor::Cursor;
use crate::domain::run::job_snapshot::JobSnapshot;
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::spec::capacity::OnDemandFallback;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::{Market, Pool};

/// A stretch in which spot capacity is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle {
    /// Where.
    pub pool: Pool,
    /// Since when.
    pub since: Timestamp,
    /// Interruptions of the attempt.
    pub interruptions: u32,
    /// Spot pools that were left before.
    pub tried: u32,
}

/// When an idle stretch ends by the policy, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// When.
    pub at: Timestamp,
    /// Where to; `None`: nowhere, the object has had too many interruptions.
    pub to: Option<Cursor>,
}

/// The idle stretch of the current attempt, or of an object that has none and waits for room on spot.
#[must_use]
pub fn idle(run: &Run, plan: &Plan, now: Timestamp) -> Option<Idle> {
    let tried = run.cursor.as_ref().map_or(0, |cursor| cursor.tried);
    if let Some(live) = run.live() {
        let pool = live.pool().filter(|pool| pool.market == Market::Spot)?;
        let (since, interruptions) = (idle_since(live)?, live.interruptions());
        return Some(Idle { pool, since, interruptions, tried });
    }
    let pool = plan.candidates(run.cursor.as_ref()).into_iter().next()?;
    (pool.market == Market::Spot).then_some(Idle {
        pool,
        // Whatever else it waits for may end at once.
        since: run.without_room_since.unwrap_or(now),
        interruptions: 0,
        tried,
    })
}

fn idle_since(live: &LiveAttempt) -> Option<Timestamp> {
    let acknowledged = live.acknowledged?;
    let job = live.job.as_ref();
    match job.map_or(JobPhase::WaitingForCapacity, JobSnapshot::phase) {
        JobPhase::WaitingForCapacity | JobPhase::Interrupted => {
            Some(job.and_then(|job| job.phase_since).unwrap_or(acknowledged))
        }
        JobPhase::Running | JobPhase::Restarting => None,
    }
}

/// When, and for what, the policy leaves an idle stretch; `None` if it waits on.
#[must_use]
pub fn next_move(run: &Run, plan: &Plan, now: Timestamp) -> Option<Move> {
    let idle = idle(run, plan, now)?;
    let dropped = (!plan.pools.contains(&idle.pool))
        .then(|| Move { at: idle.since, to: plan.pools.first().map(|pool| Cursor::at(pool, 0)) });
    let moves = [
        dropped,
        interruptions::too_many(&idle, plan),
        safety_net::at_deadline(&idle, run, plan, now),
        wait::is_over(&idle, plan),
    ];
    // Of two at one moment, the one that weighs more.
    moves.into_iter().flatten().reduce(|first, next| if next.at < first.at { next } else { first })
}

/// Where the policy goes when the wait on one spot pool is over: one pass over the spot pools, then
/// on-demand, where the policy allows that after a wait; else the next spot pool, round and round.
/// `None` where there is no other pool.
#[must_use]
pub fn after_the_wait(idle: &Idle, plan: &Plan) -> Option<Cursor> {
    let tried = idle.tried.saturating_add(1);
    let is_passed = usize::try_from(tried).is_ok_and(|tried| tried >= plan.spot_pools());
    if plan.capacity.on_demand == OnDemandFallback::AfterWait && is_passed {
        return plan.on_demand(&idle.pool.instance_type).map(|pool| Cursor::at(pool, 0));
    }
    let next = plan.next(&idle.pool).filter(|next| **next != idle.pool)?;
    Some(Cursor::at(next, tried))
}

fn after(at: Timestamp, wait: SignedDuration) -> Timestamp {
    let limit = if wait.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    at.saturating_add(wait).unwrap_or(limit)
}
