//! Waiting: an object sleeps without a timer, in one queue, and is woken when its turn comes.

use std::sync::Arc;

use tokio::time::Instant;

use crate::domain::admission::{Identity, PoolState, PrefixState, Queue};
use crate::domain::job::call_error::Call;

use super::bulkhead::Stay;
use super::requester::{Place, Requester, Wish};
use super::section::Section;
use super::state::State;

impl State {
    /// The object waits in this queue, and nowhere else. If what it waits for has come meanwhile, it
    /// is woken at once.
    pub(super) fn wait(
        &mut self,
        who: &Arc<Requester>,
        wish: &Wish<'_>,
        queue: Option<&Queue>,
        section: &mut Section,
    ) {
        let stay = match queue {
            None | Some(Queue::Identity) => Stay::Nowhere,
            Some(Queue::Create) => Stay::Line(Call::Create),
            Some(Queue::Pool(_)) => Stay::Pools(wish.pools),
            Some(Queue::Region) => Stay::Silenced,
            Some(Queue::Prefix) => Stay::Prefix,
        };
        self.leave(&who.uid, (wish.place, stay), section);
        let now = section.now;
        let has_come = match (queue, wish.place) {
            (None, _) => return,
            (Some(Queue::Prefix), _) => self.wait_for_prefix(who, wish),
            (Some(Queue::Identity), _) | (Some(_), None) => self.wait_for_identity(who),
            (Some(Queue::Create), Some(place)) => {
                self.places.open(place, now).join_line(Call::Create, who, wish.priority);
                false
            }
            (Some(Queue::Region), Some(place)) => {
                let bulkhead = self.places.open(place, now);
                let silence = bulkhead.breaker.silence();
                if let Some(silence) = silence {
                    bulkhead.silenced.join(who, wish.priority, silence.shown_at <= now);
                }
                silence.is_none()
            }
            (Some(Queue::Pool(_)), Some(place)) => self.wait_for_pools(who, wish, place, now),
        };
        if has_come {
            section.wake(who);
        }
        if let Some(place) = wish.place {
            self.waits_at.insert(who.uid.clone(), place.clone());
            self.advance_at(place, section);
        }
    }

    fn wait_for_prefix(&mut self, who: &Arc<Requester>, wish: &Wish<'_>) -> bool {
        if self.prefixes.state(who, wish.checkpoint_uri) == PrefixState::Free {
            return true;
        }
        if let Some(uri) = wish.checkpoint_uri {
            self.prefixes.wait(who, uri);
        }
        false
    }

    fn wait_for_identity(&mut self, who: &Arc<Requester>) -> bool {
        let is_known = matches!(self.identity, Identity::Known { .. });
        if !is_known {
            self.unidentified.insert(who.uid.clone(), who.clone());
        }
        is_known
    }

    /// The object waits until one of its pools may have room for it.
    fn wait_for_pools(
        &mut self,
        who: &Arc<Requester>,
        wish: &Wish<'_>,
        place: &Place,
        now: Instant,
    ) -> bool {
        let is_open = |pool| self.pool_state(who, wish, pool, now) == PoolState::Open;
        if wish.pools.iter().any(is_open) {
            return true;
        }
        let quotas = &mut self.places.open(place, now).quotas;
        for pool in wish.pools {
            let unfit = self.unfit.until(&who.uid, place, (pool, wish.generation), now);
            if let Some(until) = unfit {
                self.unfit.wait(who, until.instant);
                continue;
            }
            let quota = quotas.entry(pool.clone()).or_default();
            quota.join(who, wish.instance_count, wish.priority);
        }
        false
    }
}
