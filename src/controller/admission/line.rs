//! A line: the objects that wait for a token of one kind of call, and those whose turn it is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::effect::Priority;
use crate::domain::job::call_error::Call;

use super::fair_queue::{FairQueue, Ticket};
use super::rate_limit::{Limits, RateLimit, count};
use super::requester::Requester;

/// An object whose turn it is, and that does not come within this time, loses it.
pub(super) const OFFER_KEPT: Duration = Duration::from_secs(5);

/// `CreateTrainingJob`: 1 request/s per account and region (AWS's page of `SageMaker` quotas).
const CREATE: Limits = Limits { initial: 1.0, highest: 1.0, lowest: 0.05, burst: 2.0 };
/// `DescribeTrainingJob`: unpublished; users with hundreds of pollers are throttled.
const DESCRIBE: Limits = Limits { initial: 5.0, highest: 20.0, lowest: 0.5, burst: 20.0 };
/// `StopTrainingJob`: unpublished; it has a rate of its own, for stopping saves money.
const STOP: Limits = Limits { initial: 5.0, highest: 10.0, lowest: 0.5, burst: 20.0 };

const fn limits(call: Call) -> Limits {
    match call {
        Call::Create => CREATE,
        Call::Stop => STOP,
        // The other two are not asked of admission.
        Call::Describe | Call::Identify | Call::Write | Call::Delete => DESCRIBE,
    }
}

/// A turn that was offered: a token is kept for the object until then.
#[derive(Debug)]
struct Offer {
    priority: Priority,
    ticket: Ticket,
    until: Instant,
}

/// The rate limit of a kind of call at one place, and who waits for it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) rate: RateLimit,
    /// Those that nothing may hold up.
    urgent: FairQueue,
    others: FairQueue,
    waiting: HashMap<String, Priority>,
    offers: BTreeMap<String, Offer>,
}

impl Line {
    pub(super) fn new(call: Call, now: Instant) -> Self {
        Self {
            rate: RateLimit::new(limits(call), now),
            urgent: FairQueue::default(),
            others: FairQueue::default(),
            waiting: HashMap::new(),
            offers: BTreeMap::new(),
        }
    }

    /// Queues an object, or gives it another priority. A turn that it was offered stays.
    pub(super) fn join(&mut self, who: &Arc<Requester>, priority: Priority) {
        if self.offers.contains_key(&who.uid) || self.waiting.get(&who.uid) == Some(&priority) {
            return;
        }
        self.leave(&who.uid);
        self.enqueue(priority, ticket(who.clone(), priority));
    }

    /// The object waits here no longer.
    pub(super) fn leave(&mut self, uid: &str) {
        self.offers.remove(uid);
        if let Some(priority) = self.waiting.remove(uid) {
            self.queue(priority).remove(uid);
        }
    }

    /// Takes a token, if one was offered to this object.
    pub(super) fn take(&mut self, uid: &str, now: Instant) -> bool {
        let taken = self.offers.remove(uid).is_some();
        if taken {
            self.rate.take(now);
        }
        taken
    }

    /// Whether it is this object's turn.
    pub(super) fn is_offered(&self, uid: &str) -> bool {
        self.offers.contains_key(uid)
    }

    /// Turns that were offered and not taken.
    pub(super) fn offers(&self) -> usize {
        self.offers.len()
    }

    /// Whether a token is there that is kept for nobody.
    pub(super) fn has_spare_token(&self, now: Instant) -> bool {
        self.rate.tokens(now) > self.offers.len()
    }

    /// All that wait, in about the order of their turns.
    pub(super) fn waiting(&self) -> Vec<Arc<Requester>> {
        [&self.urgent, &self.others].into_iter().flat_map(FairQueue::all).collect()
    }

    /// The priority of the first one that waits.
    pub(super) fn first_priority(&self) -> Option<Priority> {
        let first = self.urgent.head().or_else(|| self.others.head())?;
        self.waiting.get(&first.who.uid).copied()
    }

    /// Offers a spare token to the first one that waits.
    pub(super) fn offer(&mut self, now: Instant) -> Option<Arc<Requester>> {
        let priority = self.first_priority()?;
        let ticket = self.queue(priority).pop()?;
        self.waiting.remove(&ticket.who.uid);
        Some(self.offer_to(priority, ticket, now))
    }

    /// Offers a spare token to an object that waits elsewhere.
    pub(super) fn offer_to(
        &mut self,
        priority: Priority,
        ticket: Ticket,
        now: Instant,
    ) -> Arc<Requester> {
        let who = ticket.who.clone();
        self.leave(&who.uid);
        self.offers.insert(who.uid.clone(), Offer { priority, ticket, until: now + OFFER_KEPT });
        who
    }

    /// Those whose turn has ended, because they did not come.
    pub(super) fn late(&self, now: Instant) -> Vec<String> {
        let late = self.offers.iter().filter(|(_, offer)| offer.until <= now);
        late.map(|(uid, _)| uid.clone()).collect()
    }

    /// Nobody's turn may come now: those who were offered one wait again.
    pub(super) fn withdraw(&mut self) {
        for (_, offer) in std::mem::take(&mut self.offers) {
            self.enqueue(offer.priority, offer.ticket);
        }
    }

    /// In how many seconds it is about this object's turn.
    pub(super) fn expected_seconds(
        &self,
        who: &Requester,
        priority: Priority,
        now: Instant,
    ) -> f64 {
        let priority = self.waiting.get(&who.uid).copied().unwrap_or(priority);
        let ticket = ticket(Arc::new(who.clone()), priority);
        let (before, queue) = match priority {
            Priority::Urgent => (0, &self.urgent),
            Priority::First | Priority::Repeated | Priority::Stalled => {
                (self.urgent.len(), &self.others)
            }
        };
        let ahead = queue.ahead_of(&ticket);
        let first = self.rate.moment_of(self.offers.len() + 1, now);
        let wait = first.saturating_duration_since(now).as_secs_f64();
        wait + count(before + ahead) / self.rate.per_second(now)
    }

    /// When the next token is there, if somebody waits for it.
    pub(super) fn next_token(&self, now: Instant) -> Option<Instant> {
        (!self.waiting.is_empty()).then(|| self.rate.moment_of(self.offers.len() + 1, now))
    }

    /// When the first of the turns ends that were offered.
    pub(super) fn next_expiry(&self) -> Option<Instant> {
        self.offers.values().map(|offer| offer.until).min()
    }

    /// Whether nobody waits and nothing would be lost with it.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        self.waiting.is_empty() && self.offers.is_empty() && self.rate.is_full(now)
    }

    fn enqueue(&mut self, priority: Priority, ticket: Ticket) {
        self.waiting.insert(ticket.who.uid.clone(), priority);
        self.queue(priority).push(ticket);
    }

    const fn queue(&mut self, priority: Priority) -> &mut FairQueue {
        match priority {
            Priority::Urgent => &mut self.urgent,
            Priority::First | Priority::Repeated | Priority::Stalled => &mut self.others,
        }
    }
}

/// The place of an object: of those that try again, whom only a person can help goes last.
fn ticket(who: Arc<Requester>, priority: Priority) -> Ticket {
    let rank = u64::from(priority == Priority::Stalled);
    let repeats = matches!(priority, Priority::Repeated | Priority::Stalled);
    Ticket { rank, repeats, who }
}
