//! Falling back: to another instance type, or to on-demand, when the capacity policy says so.

use crate::domain::draft::Draft;
use crate::domain::fact::FactKind;
use crate::domain::policy::capacity::{Idle, Move, after_the_wait, next_move};
use crate::domain::policy::consequence::NextPool;
use crate::domain::run::Run;
use crate::domain::run::cursor::{Cursor, Search};
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::spec::pool::Market;
use crate::domain::view::capacity_messages;
use crate::domain::vocabulary::StopReason;

/// What the capacity policy does next, and when.
pub(super) fn next(d: &Draft<'_>) -> Option<Move> {
    let plan = d.s.spec.plan().filter(|_| !d.s.spec.suspend() && d.run.end().is_none())?;
    next_move(&d.run, plan, d.s.rooms(), d.s.now)
}

/// What spot refuses stalls nothing as long as the policy comes to on-demand.
pub(super) fn relieve(d: &mut Draft<'_>, next: Option<&Move>) {
    let has_on_demand = d.s.spec.plan().is_some_and(|plan| plan.on_demand().is_some());
    let is_there = d.run.cursor.as_ref().is_some_and(|cursor| cursor.market == Market::OnDemand);
    let leads_on = next.is_some() && has_on_demand && !is_there;
    if let Some(blocked) = d.run.blocked.as_mut().filter(|blocked| blocked.pool.is_some()) {
        blocked.stalled &= !leads_on;
    }
}

/// The wish to leave the current spot job, which is idle. An object that only waits for room in a
/// quota moves at once.
pub(super) fn wish(d: &mut Draft<'_>, next: Option<Move>) -> Option<StopReason> {
    let next = next.filter(|next| next.at <= d.s.now)?;
    if d.run.live().is_none() {
        move_to(d, next.to, next.why);
        return None;
    }
    Some(match next.to {
        Some(to) if is_return(d.run.live()?, &to) => StopReason::StoppedForSpot,
        Some(_) => StopReason::StoppedForFallback,
        None => StopReason::StoppedForInterruptions,
    })
}

/// Whether a training that runs on demand is stopped for spot.
fn is_return(live: &LiveAttempt, to: &Cursor) -> bool {
    live.has_started() && live.market == Market::OnDemand && to.market == Market::Spot
}

/// The cursor moves, and says so.
fn move_to(d: &mut Draft<'_>, to: Option<Cursor>, why: &str) {
    let stays = |to: &Cursor| d.run.cursor.as_ref().is_some_and(|cursor| cursor.is_at(to));
    let Some(to) = to.filter(|to| !stays(to)) else { return };
    let message = capacity_messages::fell_back(&d.run, &to, why);
    set_cursor(d, to, FactKind::FellBack, message);
}

fn set_cursor(d: &mut Draft<'_>, to: Cursor, kind: FactKind, message: String) {
    d.run.cursor = Some(to);
    // The wait for room was for another pool.
    d.run.without_room_since = None;
    d.run.blocked.take_if(|blocked| blocked.is_about_pool());
    d.fact(kind, message);
}

/// Spot was found: what was searched for before is over.
pub(super) fn end_search(run: &mut Run) {
    if let Some(cursor) = &mut run.cursor {
        cursor.search = Search::default();
    }
}

/// The job of `live` was stopped for another pool, and is over.
pub(super) fn left(d: &mut Draft<'_>, live: &LiveAttempt) {
    if d.s.object.deleting {
        return;
    }
    let to = live.stop.as_ref().and_then(|stop| stop.to.clone());
    // The list of pools may have been edited meanwhile.
    let plan = d.s.spec.plan();
    let is_there =
        |to: &Cursor| plan.zip(to.pool()).is_some_and(|(plan, pool)| plan.pools.contains(&pool));
    let to = to.filter(is_there);
    let is_return = live.stop.as_ref().is_some_and(|stop| stop.why == StopReason::StoppedForSpot);
    match to {
        Some(to) if is_return => {
            let message = capacity_messages::returned_to_spot(&d.run, &to);
            set_cursor(d, to, FactKind::ReturnedToSpot, message);
        }
        to => move_to(d, to, "as spec.capacity says"),
    }
}

/// Where the attempt after a failure of `live`, which is over, runs.
pub(super) fn after_failure(d: &mut Draft<'_>, live: &LiveAttempt, next: NextPool) {
    let Some((plan, pool)) = d.s.spec.plan().zip(live.pool()) else { return };
    let since = if live.has_started() { d.s.now } else { live.start };
    let idle = Idle::at(pool, since, &d.run);
    let is_sent = d.run.cursor.as_ref().is_some_and(Cursor::is_sent_to_on_demand);
    let (pool, search) = (&idle.pool, &idle.search);
    match next {
        NextPool::Same if pool.market == Market::Spot => {
            d.run.cursor = Some(idle.to_spot(pool, idle.tried));
        }
        // An object that nobody sent to on-demand goes where its plan begins, which may be edited.
        NextPool::Same => {
            let there = Cursor::at(pool, idle.tried, search.clone());
            d.run.cursor = Some(there).filter(|_| is_sent);
        }
        NextPool::Next => {
            let to = match pool.market {
                Market::Spot => after_the_wait(&idle, plan)
                    .unwrap_or_else(|| idle.to_spot(pool, idle.tried.saturating_add(1))),
                Market::OnDemand => {
                    let next = plan.others(pool).next().unwrap_or(pool);
                    Cursor { began_there: !is_sent, ..Cursor::at(next, 0, search.clone()) }
                }
            };
            if to.pool().as_ref() == Some(pool) {
                d.run.cursor = Some(to);
            } else {
                let why = "the last attempt had no capacity";
                let message = capacity_messages::fell_back(&d.run, &to, why);
                set_cursor(d, to, FactKind::FellBack, message);
            }
        }
        NextPool::OnDemand => {
            if let Some(pool) = plan.on_demand() {
                d.run.retries.sent_to_on_demand = true;
                let message = capacity_messages::sent_to(pool);
                let to = Cursor::at(pool, 0, search.given_up());
                set_cursor(d, to, FactKind::FellBack, message);
            }
        }
    }
}
