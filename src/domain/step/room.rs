//! Room: which of an object's pools can be had, and what is said where none can.

use super::start::queue;
use crate::domain::admission::PoolState;
use crate::domain::draft::Draft;
use crate::domain::run::blocked::Blocked;
use crate::domain::situation::Situation;
use crate::domain::spec::pool::Pool;
use crate::domain::view::messages;
use crate::domain::vocabulary::Blocker;

/// The pools with what is known of them; of a pool that admission was not asked about, nothing is.
fn with_states<'p>(
    s: &'p Situation<'_>,
    pools: &'p [Pool],
) -> impl Iterator<Item = (&'p Pool, PoolState)> {
    let states = s.admission.pools.iter().copied().chain(std::iter::repeat(PoolState::Open));
    pools.iter().zip(states)
}

/// The first pool that has room, as far as is known.
pub(super) fn open_pool<'p>(s: &'p Situation<'_>, pools: &'p [Pool]) -> Option<&'p Pool> {
    with_states(s, pools).find(|(_, state)| *state == PoolState::Open).map(|(pool, _)| pool)
}

/// No pool has room. What AWS has said of the only ones there are stays said.
pub(super) fn wait_for_room(d: &mut Draft<'_>, first: Option<&Pool>) {
    let s = d.s;
    let until = s.admission.pools.iter().filter_map(|state| match state {
        PoolState::Unusable { until } => Some(*until),
        PoolState::Open | PoolState::Closed { .. } => None,
    });
    let is_hopeless = until.clone().count() == s.admission.pools.len();
    if let Some(refused) = d.run.blocked.as_mut().filter(|refused| refused.pool.is_some())
        && is_hopeless
    {
        refused.retry_at = until.min();
        return;
    }
    let since = *d.run.without_room_since.get_or_insert(s.now);
    queue(d, Blocker::QuotaExceeded, messages::quota_used_up(first));
    let probe_at = s.admission.pools.iter().find_map(|state| match state {
        PoolState::Closed { probe_at } => *probe_at,
        PoolState::Open | PoolState::Unusable { .. } => None,
    });
    if let Some(blocked) = &mut d.run.blocked {
        blocked.since = since;
        blocked.retry_at = probe_at;
    }
}

/// Whether what AWS has refused is one pool only, and there is another one to be had.
pub(super) fn has_another(s: &Situation<'_>, pools: &[Pool], blocked: &Blocked) -> bool {
    let mut usable =
        with_states(s, pools).filter(|(_, state)| !matches!(state, PoolState::Unusable { .. }));
    let refused = blocked.pool.as_deref();
    refused.is_some_and(|refused| usable.any(|(pool, _)| pool.to_string() != refused))
}
