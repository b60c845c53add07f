//! The objects that wait until their region answers, and how they learn that it does not.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::time::Instant;

use crate::domain::effect::Priority;

use super::fair_queue::{FairQueue, Ticket};
use super::rate_limit::{Limits, RateLimit};
use super::requester::Requester;

/// Those that are to see whether a region answers are woken at this rate.
const WOKEN: Limits = Limits { initial: 20.0, highest: 20.0, lowest: 10.0, burst: 20.0 };

/// Those that wait until the region answers.
#[derive(Debug)]
pub(super) struct Silenced {
    queue: FairQueue,
    /// The priorities of their create requests.
    priorities: HashMap<String, Priority>,
    /// Those that have decided before the silence was worth showing: woken once it is.
    unaware: FairQueue,
    rate: RateLimit,
}

impl Silenced {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            queue: FairQueue::default(),
            priorities: HashMap::new(),
            unaware: FairQueue::default(),
            rate: RateLimit::new(WOKEN, now),
        }
    }

    /// The object waits for the region, which is silent.
    pub(super) fn join(&mut self, who: &Arc<Requester>, priority: Priority, is_aware: bool) {
        if self.priorities.insert(who.uid.clone(), priority).is_none() {
            self.queue.push(Ticket::by_age(who.clone()));
        }
        if !is_aware {
            self.is_unaware(who);
        }
    }

    /// The object waits for something else, and is to see the silence once it is worth showing.
    pub(super) fn is_unaware(&mut self, who: &Arc<Requester>) {
        self.unaware.push(Ticket::by_age(who.clone()));
    }

    /// The object has decided anew.
    pub(super) fn leave(&mut self, uid: &str, stays: bool) {
        self.unaware.remove(uid);
        if !stays {
            self.queue.remove(uid);
            self.priorities.remove(uid);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Takes the next one, to ask whether the region answers.
    pub(super) fn pop(&mut self) -> Option<(Priority, Ticket)> {
        let ticket = self.queue.pop()?;
        Some((self.priorities.remove(&ticket.who.uid)?, ticket))
    }

    /// The next one that is to be woken: while the region is silent to see that, from `shown_at` on,
    /// and when it answers to make its request.
    pub(super) fn wake(
        &mut self,
        shown_at: Option<Instant>,
        now: Instant,
    ) -> Option<Arc<Requester>> {
        if self.rate.tokens(now) == 0 {
            return None;
        }
        let ticket = match shown_at {
            Some(shown_at) if now < shown_at => return None,
            Some(_) => self.unaware.pop()?,
            None => {
                self.unaware = FairQueue::default();
                self.pop()?.1
            }
        };
        self.rate.take(now);
        self.rate.sent(now);
        Some(ticket.who)
    }

    /// When the next one is to be woken.
    pub(super) fn next_wake(&self, shown_at: Option<Instant>, now: Instant) -> Option<Instant> {
        let queue = if shown_at.is_some() { &self.unaware } else { &self.queue };
        let next = (!queue.is_empty()).then(|| self.rate.moment_of(1, now))?;
        Some(shown_at.map_or(next, |shown_at| next.max(shown_at)))
    }
}
