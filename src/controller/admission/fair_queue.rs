//! A fair queue: namespaces take turns, and within a namespace the oldest object goes first, of those
//! that are equally old the first one by name: the apiserver counts age in seconds.
//!
//! A tenant with ten thousand objects delays another tenant's first object by one turn. Of four turns of
//! a namespace one is for an object that tries again: those that try for the first time do not keep it
//! waiting until the last of them is served, nor it them.

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
    /// Whether it tries again.
    pub(super) repeats: bool,
    pub(super) who: Arc<Requester>,
}

impl Ticket {
    /// A ticket that is ordered by age.
    pub(super) const fn by_age(who: Arc<Requester>) -> Self {
        Self { rank: 0, repeats: false, who }
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

/// Turns of a namespace, of which one is for an object that tries again.
const CYCLE: usize = 4;

/// The tickets of one namespace, and its turn.
#[derive(Debug, Default)]
struct Namespace {
    turn: u64,
    /// Turns that it has had.
    had: usize,
    first: BTreeSet<Ticket>,
    repeating: BTreeSet<Ticket>,
}

impl Namespace {
    fn is_empty(&self) -> bool {
        self.first.is_empty() && self.repeating.is_empty()
    }

    fn lane(&mut self, ticket: &Ticket) -> &mut BTreeSet<Ticket> {
        if ticket.repeats { &mut self.repeating } else { &mut self.first }
    }

    /// Whose turn it is.
    fn head(&self) -> Option<&Ticket> {
        let (first, repeating) = (self.first.first(), self.repeating.first());
        let is_for_repeating = self.had % CYCLE == CYCLE - 1;
        if is_for_repeating { repeating.or(first) } else { first.or(repeating) }
    }

    /// About how many of its own go before this one.
    fn ahead_of(&self, ticket: &Ticket) -> usize {
        if ticket.repeats {
            let older = self.repeating.range(..ticket).take(COUNTED).count();
            return older + self.first.len().min((older + 1) * (CYCLE - 1));
        }
        let older = self.first.range(..ticket).take(COUNTED).count();
        older + self.repeating.len().min((older + 1) / (CYCLE - 1))
    }
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
            namespace.lane(&known).remove(&known);
        } else if namespace.is_empty() {
            namespace.turn = self.next_turn;
            self.next_turn += 1;
            self.turns.insert(namespace.turn, name.clone());
        }
        namespace.lane(&ticket).insert(ticket);
    }

    /// Takes an object out of the queue.
    pub(super) fn remove(&mut self, uid: &str) -> Option<Ticket> {
        let ticket = self.tickets.remove(uid)?;
        let namespace = self.namespaces.get_mut(&ticket.who.namespace)?;
        namespace.lane(&ticket).remove(&ticket);
        if namespace.is_empty() {
            self.turns.remove(&namespace.turn);
            self.namespaces.remove(&ticket.who.namespace);
        }
        Some(ticket)
    }

    /// Whose turn it is.
    pub(super) fn head(&self) -> Option<&Ticket> {
        let (_, name) = self.turns.first_key_value()?;
        self.namespaces.get(name)?.head()
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
        waiting.had += 1;
        self.next_turn += 1;
        self.turns.insert(waiting.turn, namespace.to_owned());
    }

    /// All that wait, by namespace.
    pub(super) fn all(&self) -> Vec<Arc<Requester>> {
        let namespaces = self.turns.values().filter_map(|name| self.namespaces.get(name));
        let tickets = namespaces.flat_map(|own| own.first.iter().chain(&own.repeating));
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
        let older = own.map_or(0, |own| own.ahead_of(ticket));
        let others = self.len() - own.map_or(0, |own| own.first.len() + own.repeating.len());
        let namespaces = self.namespaces.len() - usize::from(own.is_some());
        older + others.min(namespaces * (older + 1))
    }
}
