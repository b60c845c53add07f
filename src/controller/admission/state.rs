//! Everything that is shared, as plain data: who waits, and whose turn has come.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::admission::Identity;
use crate::domain::job::call_error::Call;

use super::bulkhead::Stay;
use super::places::Places;
use super::prefixes::Prefixes;
use super::requester::{Place, Requester};
use super::section::Section;
use super::unfit::Unfit;

/// A timer is no finer than this.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// All that is shared.
#[derive(Debug)]
pub(super) struct State {
    pub(super) identity: Identity,
    pub(super) places: Places,
    pub(super) prefixes: Prefixes,
    pub(super) unfit: Unfit,
    /// Those that wait to know whose credentials these are.
    pub(super) unidentified: BTreeMap<String, Arc<Requester>>,
    /// Where each object last waited.
    pub(super) waits_at: HashMap<String, Place>,
    /// The earliest moment at which there may be something to do at a place.
    earliest: Option<Instant>,
    /// Until when the task of admission sleeps.
    sleeps_until: Option<Instant>,
}

impl State {
    pub(super) fn new(concurrency: u16) -> Self {
        Self {
            identity: Identity::Unknown,
            places: Places::new(concurrency),
            prefixes: Prefixes::default(),
            unfit: Unfit::default(),
            unidentified: BTreeMap::new(),
            waits_at: HashMap::new(),
            earliest: None,
            sleeps_until: None,
        }
    }

    /// The object waits for nothing else than this.
    pub(super) fn leave(
        &mut self,
        uid: &str,
        (place, stay): (Option<&Place>, Stay<'_>),
        section: &mut Section,
    ) {
        self.unidentified.remove(uid);
        self.unfit.leave(uid);
        match stay {
            Stay::Prefix => {}
            Stay::Line(Call::Create) => self.prefixes.keep_waiting(uid),
            Stay::Line(_) | Stay::Pools(_) | Stay::Silenced | Stay::Nowhere => {
                self.prefixes.leave(uid, section);
            }
        }
        let Some(before) = self.waits_at.remove(uid) else { return };
        let is_same = place == Some(&before);
        if let Some(bulkhead) = self.places.get_mut(&before) {
            bulkhead.leave(uid, if is_same { stay } else { Stay::Nowhere });
        }
        if !is_same {
            self.advance_at(&before, section);
        }
    }

    /// The object is gone.
    pub(super) fn forget(&mut self, uid: &str, section: &mut Section) {
        self.leave(uid, (None, Stay::Nowhere), section);
        self.prefixes.release(uid, section);
        self.unfit.forget(uid);
    }

    /// Whose credentials these are is known, or is known to be unknown.
    pub(super) fn identify(&mut self, identity: Identity, section: &mut Section) {
        if self.identity != identity {
            self.identity = identity;
            section.wakes.extend(std::mem::take(&mut self.unidentified).into_values());
        }
    }

    /// Gives every turn that can be given now; the moment until which there is nothing more to do
    /// without anybody's coming.
    pub(super) fn sleep(&mut self, section: &mut Section) -> Option<Instant> {
        let mut moments = Vec::new();
        for bulkhead in self.places.iter_mut() {
            bulkhead.advance(section);
            moments.extend(bulkhead.next_moment(section.now));
        }
        self.prefixes.advance(section);
        while let Some(who) = self.unfit.pop_due(section.now) {
            section.wake(&who);
        }
        self.earliest = moments.into_iter().min();
        self.sleeps_until = self.earliest().map(|at| at.max(section.now + SHORTEST_SLEEP));
        self.sleeps_until
    }

    /// Gives every turn that can be given now at one place.
    pub(super) fn advance_at(&mut self, place: &Place, section: &mut Section) {
        let Some(bulkhead) = self.places.get_mut(place) else { return };
        bulkhead.advance(section);
        let next = bulkhead.next_moment(section.now);
        self.earliest = self.earliest.into_iter().chain(next).min();
    }

    /// Whether there is something to do before the task wakes up, by more than a timer can tell:
    /// otherwise it would wake itself without end.
    pub(super) fn is_due_earlier(&self) -> bool {
        let is_late = |at| self.sleeps_until.is_none_or(|until| at + SHORTEST_SLEEP < until);
        self.earliest().is_some_and(is_late)
    }

    fn earliest(&self) -> Option<Instant> {
        let others = self.prefixes.next_moment().into_iter().chain(self.unfit.next_moment());
        others.chain(self.earliest).min()
    }
}
