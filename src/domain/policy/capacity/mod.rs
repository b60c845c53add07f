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
use crate::domain::admission::Rooms;
use crate::domain::run::Run;
use crate::domain::run::cursor::{Cursor, Search};
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::spec::capacity::OnDemandFallback;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::{Market, Pool};

/// Why an attempt is left whose pool an edit has taken away.
const DROPPED: &str = "spec.capacity no longer has its pool";

/// Why an on-demand job that waits is left when an edit has made the object one of spot.
const TO_SPOT: &str = "spec.capacity.type is no longer OnDemand";

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
pub fn next_move(run: &Run, plan: &Plan, rooms: Rooms<'_>, now: Timestamp) -> Option<Move> {
    let Some(idle) = Idle::of(run, plan, rooms, now) else {
        return leaves_edited(run, plan).or_else(|| balanced::leaves_on_demand(run, plan, rooms));
    };
    let open = |pool: &&Pool| idle.rooms.is_open(pool);
    let market = plan.pools.first().map_or(Market::Spot, |pool| pool.market);
    // Where the plan begins: an edit alone buys nothing on demand.
    let start = plan.of(market);
    let first = |pool: &Pool| match pool.market {
        Market::Spot => idle.to_spot(pool, 0),
        Market::OnDemand => Cursor::at(pool, 0, Search::default()),
    };
    let dropped = (!plan.pools.contains(&idle.pool)).then(|| Move {
        at: idle.since,
        to: start.filter(open).chain(plan.pools.first()).next().map(first),
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

/// An on-demand job that still waits for its instances, where an edit no longer has it.
fn leaves_edited(run: &Run, plan: &Plan) -> Option<Move> {
    let waits = |live: &&LiveAttempt| live.market == Market::OnDemand && !live.has_started();
    let live = run.live().filter(waits)?;
    let pool = live.pool()?;
    let is_sent = run.cursor.as_ref().is_some_and(Cursor::is_sent_to_on_demand);
    let spot = plan.of(Market::Spot).next().filter(|_| !is_sent);
    let (next, why) = if spot.is_some() {
        // The plan began on demand before, and now it begins with spot.
        (spot, TO_SPOT)
    } else if plan.pools.contains(&pool) {
        return None;
    } else {
        (plan.others(&pool).next().or_else(|| plan.pools.first()), DROPPED)
    };
    let to = Cursor::at(next?, 0, Search::default());
    Some(Move { at: live.acknowledged?, to: Some(to), why })
}

/// Where the policy goes when the wait on one spot pool is over: one pass over the spot pools, then
/// on-demand, where the policy allows that after a wait; else the next spot pool, round and round. A
/// pool that is known to have no room is passed over. `None` where there is no other pool.
#[must_use]
pub fn after_the_wait(idle: &Idle<'_>, plan: &Plan) -> Option<Cursor> {
    let falls_back = plan.capacity.on_demand == OnDemandFallback::AfterWait;
    let is_passed = |tried| usize::try_from(tried).is_ok_and(|tried| tried >= plan.spot_pools());
    let is_open = |pool: &&Pool| idle.rooms.is_open(pool);
    let mut tried = idle.tried.saturating_add(1);
    for next in plan.others(&idle.pool).filter(|_| falls_back) {
        if is_passed(tried) {
            break;
        }
        if is_open(&next) {
            return Some(idle.to_spot(next, tried));
        }
        tried = tried.saturating_add(1);
    }
    let on_demand = idle.to_on_demand(plan).filter(|_| falls_back);
    let next = || plan.others(&idle.pool).find(is_open).map(|next| idle.to_spot(next, tried));
    on_demand.or_else(next)
}
