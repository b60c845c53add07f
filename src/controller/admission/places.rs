//! The places that objects use: those that nobody needs are dropped, the least recently used first.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::bulkhead::Bulkhead;
use super::requester::Place;

/// More places than this are kept only while somebody needs them.
const KEPT: usize = 64;

/// The places, by principal and region.
#[derive(Debug)]
pub(super) struct Places {
    known: BTreeMap<Place, Bulkhead>,
    /// Calls that may wait for one place.
    slots: usize,
}

impl Places {
    /// Places of an operator with so many slots.
    pub(super) fn new(concurrency: u16) -> Self {
        Self { known: BTreeMap::new(), slots: usize::from(concurrency / 4).max(1) }
    }

    pub(super) fn get(&self, place: &Place) -> Option<&Bulkhead> {
        self.known.get(place)
    }

    pub(super) fn get_mut(&mut self, place: &Place) -> Option<&mut Bulkhead> {
        self.known.get_mut(place)
    }

    /// The place, which is new if nobody has used it for a while.
    pub(super) fn open(&mut self, place: &Place, now: Instant) -> &mut Bulkhead {
        if !self.known.contains_key(place) {
            self.drop_idle(now);
        }
        let slots = self.slots;
        let bulkhead = self.known.entry(place.clone()).or_insert_with(|| Bulkhead::new(slots, now));
        bulkhead.used = now;
        bulkhead
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Bulkhead> {
        self.known.values_mut()
    }

    /// How many are kept.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// Makes room for one more.
    fn drop_idle(&mut self, now: Instant) {
        while self.known.len() >= KEPT {
            let idle = self.known.iter().filter(|(_, bulkhead)| bulkhead.is_idle(now));
            let oldest = idle.min_by_key(|(_, bulkhead)| bulkhead.used);
            let Some(oldest) = oldest.map(|(place, _)| place.clone()) else { return };
            self.known.remove(&oldest);
        }
    }
}
