//! The checkpoint prefixes: two jobs never write to colliding prefixes, and the oldest object that
//! waits for one gets it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::admission::PrefixState;
use crate::domain::spec::checkpoint::normalized;

use super::alarms::Alarms;
use super::fair_queue::Ticket;
use super::line::OFFER_KEPT;
use super::prefix_tree::PrefixTree;
use super::requester::Requester;
use super::section::Section;

/// Who holds which prefix, and who waits for which.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    held: Index,
    /// Those who hold a prefix for an attempt that is not committed yet.
    claimed: HashSet<String>,
    waiting: Index,
    /// Those that were woken for a prefix: who does not come by then waits no longer.
    woken: Alarms,
    is_loaded: bool,
    /// Objects of which something newer is known than what is loaded.
    newer: HashSet<String>,
}

/// Objects and their prefixes, one for each.
#[derive(Debug, Default)]
struct Index {
    tree: PrefixTree,
    by_uid: HashMap<String, (String, Ticket)>,
}

impl Index {
    fn insert(&mut self, prefix: String, who: &Arc<Requester>) {
        self.remove(&who.uid);
        let ticket = Ticket::by_age(who.clone());
        self.tree.insert(&prefix, &ticket);
        self.by_uid.insert(who.uid.clone(), (prefix, ticket));
    }

    fn remove(&mut self, uid: &str) -> Option<String> {
        let (prefix, ticket) = self.by_uid.remove(uid)?;
        self.tree.remove(&prefix, &ticket);
        Some(prefix)
    }

    fn is_at(&self, uid: &str, prefix: &str) -> bool {
        self.by_uid.get(uid).is_some_and(|(known, _)| known == prefix)
    }
}

impl Prefixes {
    /// Whether an object may use a prefix.
    pub(super) fn state(&self, who: &Requester, uri: Option<&str>) -> PrefixState {
        match uri {
            None => PrefixState::Free,
            Some(_) if !self.is_loaded => PrefixState::Unknown,
            Some(uri) => match self.first_before(who, &normalized(uri)) {
                None => PrefixState::Free,
                // What another namespace does is not for everybody to see.
                Some(first) => PrefixState::InUse {
                    by: Some(first)
                        .filter(|by| by.namespace == who.namespace)
                        .map(|by| by.name.clone()),
                },
            },
        }
    }

    /// The object's job is possibly live on it.
    pub(super) fn hold(&mut self, who: &Arc<Requester>, uri: &str) {
        let prefix = normalized(uri);
        self.outdate(&who.uid);
        self.claimed.remove(&who.uid);
        if !self.held.is_at(&who.uid, &prefix) {
            self.held.insert(prefix, who);
        }
    }

    /// The object is about to commit an attempt that writes there.
    pub(super) fn claim(&mut self, who: &Arc<Requester>, uri: &str) {
        if !self.held.by_uid.contains_key(&who.uid) {
            self.hold(who, uri);
            self.claimed.insert(who.uid.clone());
        }
    }

    /// The create request was sent: its job is possibly live on what was claimed for it.
    pub(super) fn keep(&mut self, uid: &str) {
        self.claimed.remove(uid);
    }

    /// The create request is not sent. An attempt that was committed holds its prefix all the same.
    pub(super) fn cancel(&mut self, uid: &str, section: &mut Section) {
        if self.claimed.contains(uid) {
            self.release(uid, section);
        }
    }

    /// No job of the object is possibly live.
    pub(super) fn release(&mut self, uid: &str, section: &mut Section) {
        self.outdate(uid);
        self.claimed.remove(uid);
        if let Some(prefix) = self.held.remove(uid) {
            self.wake_freed(&prefix, section);
        }
    }

    /// The object waits for a prefix.
    pub(super) fn wait(&mut self, who: &Arc<Requester>, uri: &str) {
        let prefix = normalized(uri);
        self.woken.cancel(&who.uid);
        if !self.waiting.is_at(&who.uid, &prefix) {
            self.waiting.insert(prefix, who);
        }
    }

    /// The object came when it was woken, and now waits for something else, and still for its
    /// prefix.
    pub(super) fn keep_waiting(&mut self, uid: &str) {
        self.woken.cancel(uid);
    }

    /// The object waits for no prefix.
    pub(super) fn leave(&mut self, uid: &str, section: &mut Section) {
        self.woken.cancel(uid);
        if let Some(prefix) = self.waiting.remove(uid) {
            self.wake_freed(&prefix, section);
        }
    }

    /// All that are held are known now: these, and what was said since they were listed.
    pub(super) fn load(
        &mut self,
        live: impl IntoIterator<Item = (Requester, String)>,
        section: &mut Section,
    ) {
        for (who, uri) in live {
            if !self.newer.contains(&who.uid) {
                self.held.insert(normalized(&uri), &Arc::new(who));
            }
        }
        self.newer = HashSet::new();
        self.is_loaded = true;
        let mut all: Vec<_> =
            self.waiting.by_uid.values().map(|(_, ticket)| ticket.clone()).collect();
        all.sort();
        for ticket in &all {
            self.wake(&ticket.who, section);
        }
    }

    /// Ends the waiting of those that were woken and did not come.
    pub(super) fn advance(&mut self, section: &mut Section) {
        while let Some(who) = self.woken.pop_due(section.now) {
            self.leave(&who.uid, section);
        }
    }

    /// When `advance` has something to do.
    pub(super) fn next_moment(&self) -> Option<tokio::time::Instant> {
        self.woken.next()
    }

    /// Who holds a colliding prefix, else the older object that waits for one.
    fn first_before(&self, who: &Requester, prefix: &str) -> Option<&Requester> {
        let older =
            |ticket: &&Ticket| (ticket.who.created, &ticket.who.uid) < (who.created, &who.uid);
        let holder = self.held.tree.oldest_colliding(prefix, &who.uid);
        let first = || self.waiting.tree.oldest_colliding(prefix, &who.uid).filter(older);
        holder.or_else(first).map(|ticket| &*ticket.who)
    }

    /// Wakes those that collided with this prefix and with no other.
    fn wake_freed(&mut self, prefix: &str, section: &mut Section) {
        for Ticket { who, .. } in self.waiting.tree.heads_colliding(prefix) {
            let own = self.waiting.by_uid.get(&who.uid);
            if self.is_loaded
                && own.is_some_and(|(prefix, _)| self.first_before(&who, prefix).is_none())
            {
                self.wake(&who, section);
            }
        }
    }

    fn wake(&mut self, who: &Arc<Requester>, section: &mut Section) {
        self.woken.set(who, section.now + OFFER_KEPT);
        section.wake(who);
    }

    /// What is known of this object is newer than what will be loaded.
    fn outdate(&mut self, uid: &str) {
        if !self.is_loaded {
            self.newer.insert(uid.to_owned());
        }
    }
}
