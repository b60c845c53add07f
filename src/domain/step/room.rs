//! Room: which of an object's pools can be had, and what is said where none can.

use super::start::queue;
use crate::domain::admission::PoolState;
use crate::domain::draft::Draft;
use crate::domain::run::Run;
use crate::domain::run::blocked::Blocked;
use crate::domain::situation::Situation;
use crate::domain::spec::pool::Pool;
use crate::domain::view::messages;
use crate::domain::vocabulary::{Blocker, Word};

/// The first pool that has room, as far as is known.
pub(super) fn open_pool<'p>(s: &Situation<'_>, pools: &'p [Pool]) -> Option<&'p Pool> {
    pools.iter().find(|pool| s.rooms().is_open(pool))
}

/// No pool has room. What AWS has said of the only ones there are stays said.
pub(super) fn wait_for_room(d: &mut Draft<'_>, pools: &[Pool]) {
    let s = d.s;
    let states: Vec<_> = pools.iter().map(|pool| s.rooms().of(pool)).collect();
    let until = states.iter().filter_map(|state| match state {
        PoolState::Unusable { until } => Some(*until),
        PoolState::Open | PoolState::Closed { .. } => None,
    });
    let is_hopeless = until.clone().count() == pools.len();
    if let Some(refused) = d.run.blocked.as_mut().filter(|refused| refused.pool.is_some())
        && is_hopeless
    {
        refused.retry_at = until.min();
        return;
    }
    let since = *d.run.without_room_since.get_or_insert(s.now);
    let is_full = |state: &PoolState| matches!(state, PoolState::Closed { .. });
    let full = pools.iter().zip(&states).find(|(_, state)| is_full(state)).map(|(pool, _)| pool);
    queue(d, Blocker::QuotaExceeded, messages::quota_used_up(full));
    let probe_at = states.iter().find_map(|state| match state {
        PoolState::Closed { probe_at } => *probe_at,
        PoolState::Open | PoolState::Unusable { .. } => None,
    });
    if let Some(blocked) = &mut d.run.blocked {
        blocked.since = since;
        blocked.retry_at = probe_at;
    }
}

/// A wait for something else than instances is no search for spot, and buys nothing on demand.
pub(super) fn end_wait(run: &mut Run) {
    let is_other = run.blocked.as_ref().is_some_and(|blocked| match blocked.blocker {
        Word::Known(
            Blocker::QuotaExceeded | Blocker::RateLimited | Blocker::ServiceUnavailable,
        ) => false,
        Word::Known(_) | Word::Newer(_) => blocked.pool.is_none(),
    });
    if is_other {
        run.without_room_since = None;
    }
}

/// Whether what AWS has refused is one pool only, and there is another one to be had.
pub(super) fn has_another(s: &Situation<'_>, pools: &[Pool], blocked: &Blocked) -> bool {
    let is_usable = |pool: &&Pool| !matches!(s.rooms().of(pool), PoolState::Unusable { .. });
    let mut usable = pools.iter().filter(is_usable);
    let refused = blocked.pool.as_deref();
    refused.is_some_and(|refused| usable.any(|pool| pool.to_string() != refused))
}
