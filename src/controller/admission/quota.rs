//! A quota that had no room: one object at a time asks whether it has, and the others sleep.
//!
//! Who asks rotates: after a refusal the smallest request that is smaller, else the next in line, so
//! that one that does not fit never holds back those that do. Once AWS had room, the waiting objects
//! ask one by one, the oldest first, each after the create of the one before has ended. The one whose
//! turn it is queues for a token, and is woken when it gets one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::domain::effect::Priority;
use crate::domain::policy::backoff::backoff;

use super::fair_queue::{FairQueue, Ticket};
use super::moment::Moment;
use super::requester::Requester;

const FIRST_PROBE: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_GAP: SignedDuration = SignedDuration::from_mins(10);

/// An object whose turn it is may wait this long for its token before somebody else may ask too.
const TOKEN_WAIT: Duration = Duration::from_mins(1);

/// A closed quota for which nobody waits is remembered this long after it may be asked again.
const REMEMBERED: Duration = Duration::from_mins(10);

/// A quota that had no room when it was last asked, or that objects still wait for.
#[derive(Debug, Default)]
pub(super) struct Quota {
    closed: Option<Closed>,
    turn: Turn,
    members: HashMap<String, Member>,
    /// All that wait; those that asked least recently first.
    rotation: FairQueue,
    by_age: FairQueue,
    by_size: BTreeSet<(i32, Ticket)>,
    asked: u64,
}

/// An object that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Member {
    /// Instances that it asks for.
    size: i32,
    /// Before whom it goes when it asks.
    priority: Priority,
}

/// AWS refused a request for lack of room.
#[derive(Clone, Copy, Debug)]
struct Closed {
    since: Instant,
    probe_at: Moment,
    refusals: u32,
    /// Instances that were asked for last.
    size: i32,
}

/// Who asks.
#[derive(Debug, Default)]
enum Turn {
    #[default]
    Nobody,
    /// It waits for a token; if it has not asked by then, it is the next one's turn.
    Next { uid: String, until: Instant },
    /// Its request is under way.
    Asks { uid: String },
}

impl Quota {
    /// Whether this object may ask now. One that has a token goes before one that waits for its own.
    pub(super) fn admits(&self, uid: &str, has_token: bool, now: Instant) -> bool {
        match &self.turn {
            Turn::Asks { .. } => false,
            Turn::Next { uid: next, .. } => next == uid || has_token,
            Turn::Nobody => {
                self.closed.is_none_or(|closed| closed.probe_at.instant <= now)
                    && (has_token || self.members.is_empty())
            }
        }
    }

    /// When this object asks, if it is the next one to.
    pub(super) fn probe_at(&self, uid: &str, size: i32, now: Instant) -> Option<Timestamp> {
        let closed = self.closed.filter(|closed| closed.probe_at.instant > now)?;
        let is_next = match self.next() {
            None => true,
            Some(next) if self.members.contains_key(uid) => next.who.uid == uid,
            Some(next) => {
                let next_size = self.members.get(&next.who.uid).map(|member| member.size);
                size < closed.size && next_size.is_none_or(|next_size| size < next_size)
            }
        };
        is_next.then_some(closed.probe_at.wall)
    }

    /// The object sleeps until it is its turn.
    pub(super) fn join(&mut self, who: &Arc<Requester>, size: i32, priority: Priority) {
        let member = Member { size, priority };
        match self.members.get_mut(&who.uid) {
            Some(known) if known.size == size => *known = member,
            Some(_) | None => self.insert(0, who, member),
        }
    }

    /// The object wants nothing of this quota.
    pub(super) fn leave(&mut self, uid: &str) {
        self.remove(uid);
        if self.is_turn_of(uid) {
            self.turn = Turn::Nobody;
        }
    }

    /// Whether it is this object's turn, and it has not asked yet.
    pub(super) fn is_turn_of(&self, uid: &str) -> bool {
        matches!(&self.turn, Turn::Next { uid: next, .. } if next == uid)
    }

    /// The object's request is under way.
    pub(super) fn asks(&mut self, uid: &str) {
        self.remove(uid);
        self.turn = Turn::Asks { uid: uid.to_owned() };
    }

    /// The object's request has ended.
    pub(super) fn ended(&mut self, uid: &str) {
        if matches!(&self.turn, Turn::Asks { uid: asking } if asking == uid) {
            self.turn = Turn::Nobody;
        }
    }

    /// AWS had no room for a request of this size. It waits with the others.
    pub(super) fn refused(
        &mut self,
        who: &Arc<Requester>,
        (size, priority): (i32, Priority),
        claimed: Instant,
        now: Moment,
    ) {
        self.asked += 1;
        self.insert(self.asked, who, Member { size, priority });
        if self.closed.is_some_and(|closed| claimed <= closed.since) {
            // It was under way when another one closed the quota.
            return;
        }
        let refusals = self.closed.map_or(1, |closed| closed.refusals.saturating_add(1));
        let gap = backoff(FIRST_PROBE, LONGEST_GAP, refusals, 0);
        self.closed = Some(Closed { since: now.instant, probe_at: now.after(gap), refusals, size });
    }

    /// AWS had room for a request.
    pub(super) fn accepted(&mut self, claimed: Instant) {
        if self.closed.is_some_and(|closed| claimed > closed.since) {
            self.closed = None;
        }
    }

    /// Gives the turn to the next one, if it is time.
    pub(super) fn elect(&mut self, now: Instant) -> Option<(Arc<Requester>, Priority)> {
        if let Turn::Next { uid, until } = &self.turn
            && *until <= now
        {
            let uid = uid.clone();
            self.leave(&uid);
        }
        let is_time = self.closed.is_none_or(|closed| closed.probe_at.instant <= now);
        if !is_time || !matches!(self.turn, Turn::Nobody) {
            return None;
        }
        let who = self.next()?.who.clone();
        let priority = self.members.get(&who.uid)?.priority;
        self.turn = Turn::Next { uid: who.uid.clone(), until: now + TOKEN_WAIT };
        self.rotation.end_turn(&who.namespace);
        self.by_age.end_turn(&who.namespace);
        Some((who, priority))
    }

    /// When there is something to do without anybody's coming.
    pub(super) fn next_moment(&self, now: Instant) -> Option<Instant> {
        match &self.turn {
            Turn::Asks { .. } => None,
            Turn::Next { until, .. } => Some(*until),
            Turn::Nobody if self.members.is_empty() => None,
            Turn::Nobody => Some(self.closed.map_or(now, |closed| closed.probe_at.instant)),
        }
    }

    /// Whether it is open to all.
    pub(super) fn is_open(&self) -> bool {
        self.closed.is_none() && self.members.is_empty() && matches!(self.turn, Turn::Nobody)
    }

    /// Whether nobody cares, and nobody will be wronged if it is forgotten.
    pub(super) fn is_stale(&self, now: Instant) -> bool {
        self.members.is_empty()
            && matches!(self.turn, Turn::Nobody)
            && self.closed.is_none_or(|closed| closed.probe_at.instant + REMEMBERED <= now)
    }

    /// Who asks next.
    fn next(&self) -> Option<&Ticket> {
        let Some(closed) = self.closed else { return self.by_age.head() };
        let smallest = self.by_size.first().filter(|(size, _)| *size < closed.size);
        smallest.map(|(_, ticket)| ticket).or_else(|| self.rotation.head())
    }

    fn insert(&mut self, rank: u64, who: &Arc<Requester>, member: Member) {
        self.remove(&who.uid);
        let ticket = Ticket { rank, ..Ticket::by_age(who.clone()) };
        self.members.insert(who.uid.clone(), member);
        self.by_size.insert((member.size, ticket.clone()));
        self.rotation.push(ticket);
        self.by_age.push(Ticket::by_age(who.clone()));
    }

    fn remove(&mut self, uid: &str) {
        self.by_age.remove(uid);
        let member = self.members.remove(uid);
        if let (Some(member), Some(ticket)) = (member, self.rotation.remove(uid)) {
            self.by_size.remove(&(member.size, ticket));
        }
    }
}
