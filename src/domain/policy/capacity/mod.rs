//! Capacity policies: when an attempt is left, and for which pool.
//!
//! A spot job that has its instances is never left: what it has may not come back ("Can't Be Late",
//! NSDI 2024, §3.3). An idle one is, and under Balanced an on-demand one.

mod balanced;
mod idle;
mod interruptions;
mod safety_net;
mod wait;

use jiff::Timestamp;

pub use self::idle::Idle;
use crate::domain::run::Run;
use crate::domain::run::cursor::{Cursor, Search};
use crate::domain::spec::capacity::OnDemandFallback;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::{Market, Pool};

/// Why an attempt is left whose pool an edit has taken away.
const DROPPED: &str = "spec.capacity no longer has its pool";

/// When an attempt is left by the policy, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// When.
    pub at: Timestamp,
    /// Where to; `None`: nowhere, the object has had too many interruptions.
    pub to: Option<Cursor>,
    /// Why, as a part of a sentence.
    pub why: &'static str,
}

/// When, and for what, the policy leaves the current attempt; `None` if it stays.
#[must_use]
pub fn next_move(run: &Run, plan: &Plan, now: Timestamp) -> Option<Move> {
    let Some(idle) = Idle::of(run, plan, now) else {
        return leaves_dropped(run, plan).or_else(|| balanced::leaves_on_demand(run, plan));
    };
    let first = |pool: &Pool| match pool.market {
        Market::Spot => idle.to_spot(pool, 0),
        Market::OnDemand => Cursor::at(pool, 0, Search::default()),
    };
    let dropped = (!plan.pools.contains(&idle.pool)).then(|| Move {
        at: idle.since,
        to: plan.pools.first().map(first),
        why: DROPPED,
    });
    let moves = [
        dropped,
        interruptions::too_many(&idle, plan),
        safety_net::reached(&idle, run, plan, now),
        balanced::search_is_over(&idle, run, plan),
        wait::is_over(&idle, plan),
    ];
    // Of two at one moment, the one that weighs more.
    moves.into_iter().flatten().reduce(|first, next| if next.at < first.at { next } else { first })
}

/// An on-demand job that still waits for its instances, in a pool that an edit has taken away.
fn leaves_dropped(run: &Run, plan: &Plan) -> Option<Move> {
    let live = run.live().filter(|live| !live.has_started())?;
    live.pool().filter(|pool| !plan.pools.contains(pool))?;
    let to = plan.pools.first().map(|pool| Cursor::at(pool, 0, Search::default()));
    Some(Move { at: live.acknowledged?, to, why: DROPPED })
}

/// Where the policy goes when the wait on one spot pool is over: one pass over the spot pools, then
/// on-demand, where the policy allows that after a wait; else the next spot pool, round and round.
/// `None` where there is no other pool.
#[must_use]
pub fn after_the_wait(idle: &Idle, plan: &Plan) -> Option<Cursor> {
    let tried = idle.tried.saturating_add(1);
    let is_passed = usize::try_from(tried).is_ok_and(|tried| tried >= plan.spot_pools());
    if plan.capacity.on_demand == OnDemandFallback::AfterWait && is_passed {
        return idle.to_on_demand(plan);
    }
    let next = plan.next(&idle.pool).filter(|next| **next != idle.pool)?;
    Some(idle.to_spot(next, tried))
}
