//! A tree of checkpoint prefixes: finds those that collide without reading all.

use std::collections::{BTreeMap, BTreeSet};

use super::fair_queue::Ticket;

/// A tree of normalized prefixes, by segment.
#[derive(Debug, Default)]
pub(super) struct PrefixTree {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    /// Those at this very prefix.
    here: BTreeSet<Ticket>,
    /// Those here and below.
    within: BTreeSet<Ticket>,
    children: BTreeMap<String, Self>,
}

impl PrefixTree {
    pub(super) fn insert(&mut self, prefix: &str, ticket: &Ticket) {
        let mut node = &mut self.root;
        node.within.insert(ticket.clone());
        for segment in segments(prefix) {
            node = node.children.entry(segment.to_owned()).or_default();
            node.within.insert(ticket.clone());
        }
        node.here.insert(ticket.clone());
    }

    pub(super) fn remove(&mut self, prefix: &str, ticket: &Ticket) {
        let mut node = &mut self.root;
        for segment in segments(prefix) {
            node.within.remove(ticket);
            let child = node.children.get(segment);
            if child.is_some_and(|child| child.within.iter().eq([ticket])) {
                node.children.remove(segment);
                return;
            }
            match node.children.get_mut(segment) {
                Some(child) => node = child,
                None => return,
            }
        }
        node.within.remove(ticket);
        node.here.remove(ticket);
    }

    /// The oldest one of another object whose prefix is equal to this one, above it or below it.
    pub(super) fn oldest_colliding(&self, prefix: &str, uid: &str) -> Option<&Ticket> {
        let (above, node) = self.path(prefix);
        let within = node.map(|node| &node.within);
        let sets = above.into_iter().map(|node| &node.here).chain(within);
        sets.filter_map(|set| set.iter().find(|ticket| ticket.who.uid != uid)).min()
    }

    /// The oldest one at each prefix that is equal to this one, above it or below it; the oldest
    /// first.
    pub(super) fn heads_colliding(&self, prefix: &str) -> BTreeSet<Ticket> {
        let (above, node) = self.path(prefix);
        let mut heads: BTreeSet<_> =
            above.into_iter().filter_map(|node| node.here.first().cloned()).collect();
        let mut rest: Vec<_> = node.into_iter().collect();
        while let Some(node) = rest.pop() {
            heads.extend(node.here.first().cloned());
            rest.extend(node.children.values());
        }
        heads
    }

    /// The nodes above a prefix, and its own.
    fn path(&self, prefix: &str) -> (Vec<&Node>, Option<&Node>) {
        let mut above = Vec::new();
        let mut node = &self.root;
        for segment in segments(prefix) {
            above.push(node);
            match node.children.get(segment) {
                Some(child) => node = child,
                None => return (above, None),
            }
        }
        (above, Some(node))
    }
}

fn segments(prefix: &str) -> impl Iterator<Item = &str> {
    prefix.split('/').filter(|segment| !segment.is_empty())
}
