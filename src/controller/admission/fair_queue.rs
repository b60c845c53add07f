//! A fair queue: namespaces take turns, and within a namespace the oldest object goes first, of those
//! that are equally old the first one by name: the apiserver counts age in seconds.
//!
//! A tenant with ten thousand objects delays another tenant's first object by one turn.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::requester::Requester;

/// An estimate counts no more older objects of the same namespace than this.
const COUNTED: usize = 64;

/// An object's place in a queue.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    /// Goes before age; 0 where age alone counts.
    pub(super) rank: u64,
    pub(super) who: Arc<Requester>,
}

impl Ticket {
    /// A ticket that is ordered by age.
    pub(super) const fn by_age(who: Arc<Requester>) -> Self {
        Self { rank: 0, who }
    }
}

impl Ord for Ticket {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank
            .cmp(&other.rank)
            .then_with(|| self.who.created.cmp(&other.who.created))
            .then_with(|| self.who.name.cmp(&other.who.name))
            .then_with(|| self.who.uid.cmp(&other.who.uid))
    }
}

impl PartialOrd for Ticket {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ticket {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ticket {}

/// The tickets of one namespace, and its turn.
#[derive(Debug, Default)]
struct Namespace {
    turn: u64,
    tickets: BTreeSet<Ticket>,
}

/// A fair queue with at most one ticket per object. Every operation takes logarithmic time.
#[derive(Debug, Default)]
pub(super) struct FairQueue {
    namespaces: HashMap<String, Namespace>,
    /// The namespaces that wait, by their turns.
    turns: BTreeMap<u64, String>,
    next_turn: u64,
    tickets: HashMap<String, Ticket>,
}

impl FairQueue {
    /// Puts an object into the queue, or gives it another rank. A namespace that did not wait comes
    /// after all that do.
    pub(super) fn push(&mut self, ticket: Ticket) {
        let known = self.tickets.insert(ticket.who.uid.clone(), ticket.clone());
        let name = &ticket.who.namespace;
        let namespace = self.namespaces.entry(name.clone()).or_default();
        if let Some(known) = known {
            namespace.tickets.remove(&known);
        } else if namespace.tickets.is_empty() {
            namespace.turn = self.next_turn;
            self.next_turn += 1;
            self.turns.insert(namespace.turn, name.clone());
        }
        namespace.tickets.insert(ticket);
    }

    /// Takes an object out of the queue.
    pub(super) fn remove(&mut self, uid: &str) -> Option<Ticket> {
        let ticket = self.tickets.remove(uid)?;
        let namespace = self.namespaces.get_mut(&ticket.who.namespace)?;
        namespace.tickets.remove(&ticket);
        if namespace.tickets.is_empty() {
            self.turns.remove(&namespace.turn);
            self.namespaces.remove(&ticket.who.namespace);
        }
        Some(ticket)
    }

    /// Whose turn it is.
    pub(super) fn head(&self) -> Option<&Ticket> {
        let (_, name) = self.turns.first_key_value()?;
        self.namespaces.get(name)?.tickets.first()
    }

    /// Takes out the one whose turn it is. Its namespace comes after all others.
    pub(super) fn pop(&mut self) -> Option<Ticket> {
        let uid = self.head()?.who.uid.clone();
        let ticket = self.remove(&uid)?;
        self.end_turn(&ticket.who.namespace);
        Some(ticket)
    }

    /// This namespace comes after all others now.
    pub(super) fn end_turn(&mut self, namespace: &str) {
        let Some(waiting) = self.namespaces.get_mut(namespace) else { return };
        self.turns.remove(&waiting.turn);
        waiting.turn = self.next_turn;
        self.next_turn += 1;
        self.turns.insert(waiting.turn, namespace.to_owned());
    }

    /// All that wait, by namespace.
    pub(super) fn all(&self) -> Vec<Arc<Requester>> {
        let namespaces = self.turns.values().filter_map(|name| self.namespaces.get(name));
        let tickets = namespaces.flat_map(|namespace| &namespace.tickets);
        tickets.map(|ticket| ticket.who.clone()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.tickets.len()
    }

    /// About how many objects go before this one.
    pub(super) fn ahead_of(&self, ticket: &Ticket) -> usize {
        let own = self.namespaces.get(&ticket.who.namespace);
        let older = own.map_or(0, |own| own.tickets.range(..ticket).take(COUNTED).count());
        let others = self.len() - own.map_or(0, |own| own.tickets.len());
        let namespaces = self.namespaces.len() - usize::from(own.is_some());
        older + others.min(namespaces * (older + 1))
    }
}
