//! The view of admission that a decision is made from. It takes nothing.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::domain::admission::{Admission, CreateTurn, PoolState, RegionHealth};
use crate::domain::job::call_error::Call;
use crate::domain::spec::pool::Pool;

use super::bulkhead::Bulkhead;
use super::requester::{Requester, Wish};
use super::state::State;

/// Without an identity nothing is created: it is asked for meanwhile.
const UNIDENTIFIED: SignedDuration = SignedDuration::from_secs(1);

impl State {
    /// What this object may do now.
    pub(super) fn view(
        &self,
        who: &Requester,
        wish: &Wish<'_>,
        wall: Timestamp,
        now: Instant,
    ) -> Admission {
        let bulkhead = wish.place.and_then(|place| self.places.get(place));
        let expected = match (wish.place, bulkhead) {
            (None, _) => Some(UNIDENTIFIED),
            (Some(_), None) => None,
            (Some(_), Some(bulkhead)) => create_wait(bulkhead, who, wish, now),
        };
        Admission {
            identity: self.identity.clone(),
            region: bulkhead.map_or(RegionHealth::Answers, |bulkhead| health(bulkhead, who)),
            prefix: self.prefixes.state(who, wish.checkpoint_uri),
            pools: wish.pools.iter().map(|pool| self.pool_state(who, wish, pool, now)).collect(),
            create: expected.map_or(CreateTurn::Now, |wait| {
                CreateTurn::Expected(wall.saturating_add(wait).unwrap_or(Timestamp::MAX))
            }),
        }
    }

    /// Whether a pool has room for this object, as far as is known.
    pub(super) fn pool_state(
        &self,
        who: &Requester,
        wish: &Wish<'_>,
        pool: &Pool,
        now: Instant,
    ) -> PoolState {
        let Some(place) = wish.place else { return PoolState::Open };
        let unfit = self.unfit.until(&who.uid, place, (pool, wish.generation), now);
        if let Some(until) = unfit {
            return PoolState::Unusable { until: until.wall };
        }
        let Some(bulkhead) = self.places.get(place) else { return PoolState::Open };
        let Some(quota) = bulkhead.quotas.get(pool) else { return PoolState::Open };
        if quota.admits(&who.uid, bulkhead.is_turn_to(Call::Create, &who.uid), now) {
            return PoolState::Open;
        }
        PoolState::Closed { probe_at: quota.probe_at(&who.uid, wish.instance_count, now) }
    }
}

/// How long it is about until this object may create; `None` if that is now.
fn create_wait(
    bulkhead: &Bulkhead,
    who: &Requester,
    wish: &Wish<'_>,
    now: Instant,
) -> Option<SignedDuration> {
    if bulkhead.is_turn_to(Call::Create, &who.uid) || bulkhead.has_room(Call::Create, now) {
        return None;
    }
    let seconds = bulkhead.expected_seconds(Call::Create, who, wish.priority, now);
    Some(SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::MAX))
}

/// Whether the region answers; the object whose turn it is asks.
fn health(bulkhead: &Bulkhead, who: &Requester) -> RegionHealth {
    match bulkhead.breaker.silence().filter(|_| !bulkhead.is_turn_of(&who.uid)) {
        None => RegionHealth::Answers,
        Some(silence) => {
            RegionHealth::Silent { since: silence.since, words: silence.words.clone() }
        }
    }
}
