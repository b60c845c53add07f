//! A bulkhead: everything shared at one place, and how many calls may wait for its answer at once.
//!
//! At most a quarter of the operator's slots wait for one place, so that a region that hangs never
//! keeps a stop elsewhere waiting.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use crate::domain::effect::Priority;
use crate::domain::job::call_error::Call;
use crate::domain::spec::pool::Pool;

use super::breaker::Breaker;
use super::line::Line;
use super::moment::Moment;
use super::permit::Outcome;
use super::quota::Quota;
use super::requester::Requester;
use super::section::Section;
use super::silenced::Silenced;

/// The calls that are admitted, in the order in which those of one priority go.
const CALLS: [Call; 3] = [Call::Stop, Call::Create, Call::Describe];

/// A region that is asked whether it answers is asked by a call that changes nothing, if one waits.
const PROBES: [Call; 3] = [Call::Stop, Call::Describe, Call::Create];

/// The only thing that an object waits for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stay<'a> {
    /// Its turn to make this call; and, for a create, what it already has for that.
    Line(Call),
    /// Room in these pools.
    Pools(&'a [Pool]),
    /// A region that answers.
    Silenced,
    /// Its checkpoint prefix.
    Prefix,
    /// Nothing, or nothing of AWS's rates and quotas.
    Nowhere,
}

/// Everything that the objects of one place share.
#[derive(Debug)]
pub(super) struct Bulkhead {
    lines: BTreeMap<Call, Line>,
    pub(super) quotas: BTreeMap<Pool, Quota>,
    pub(super) breaker: Breaker,
    pub(super) silenced: Silenced,
    slots: usize,
    in_flight: usize,
    is_probed: bool,
    /// When somebody was last here.
    pub(super) used: Instant,
}

impl Bulkhead {
    pub(super) fn new(slots: usize, now: Instant) -> Self {
        Self {
            lines: CALLS.into_iter().map(|call| (call, Line::new(call, now))).collect(),
            quotas: BTreeMap::new(),
            breaker: Breaker::default(),
            silenced: Silenced::new(now),
            slots,
            in_flight: 0,
            is_probed: false,
            used: now,
        }
    }

    /// Whether it is this object's turn to make any call.
    pub(super) fn is_turn_of(&self, uid: &str) -> bool {
        self.lines.values().any(|line| line.is_offered(uid))
    }

    /// Whether it is this object's turn to make this call.
    pub(super) fn is_turn_to(&self, call: Call, uid: &str) -> bool {
        self.lines.get(&call).is_some_and(|line| line.is_offered(uid))
    }

    /// In how many seconds it is about this object's turn to make a call.
    pub(super) fn expected_seconds(
        &self,
        call: Call,
        who: &Requester,
        priority: Priority,
        now: Instant,
    ) -> f64 {
        self.lines.get(&call).map_or(0.0, |line| line.expected_seconds(who, priority, now))
    }

    /// Waits for its turn to make a call.
    pub(super) fn join_line(&mut self, call: Call, who: &Arc<Requester>, priority: Priority) {
        if let Some(line) = self.lines.get_mut(&call) {
            line.join(who, priority);
        }
    }

    /// Whether a call that nobody waits to make would be granted.
    pub(super) fn has_room(&self, call: Call, now: Instant) -> bool {
        let spare = |line: &Line| line.has_spare_token(now) && line.first_priority().is_none();
        self.breaker.silence().is_none()
            && self.spare_slots(now) > 0
            && self.lines.get(&call).is_some_and(spare)
    }

    /// The object waits here for nothing else than this.
    pub(super) fn leave(&mut self, uid: &str, stay: Stay<'_>) {
        for (call, line) in &mut self.lines {
            if !matches!(stay, Stay::Line(kept) if kept == *call) {
                line.leave(uid);
            }
        }
        for (pool, quota) in &mut self.quotas {
            let stays = match stay {
                Stay::Pools(pools) => pools.contains(pool),
                Stay::Line(call) => call == Call::Create && quota.is_turn_of(uid),
                Stay::Silenced | Stay::Prefix | Stay::Nowhere => false,
            };
            if !stays {
                quota.leave(uid);
            }
        }
        self.silenced.leave(uid, matches!(stay, Stay::Silenced));
    }

    /// Takes a token and a slot, if they were offered to this object. Whether the call is the one
    /// that finds out if the region answers.
    pub(super) fn take(&mut self, uid: &str, call: Call, now: Instant) -> Option<bool> {
        if !self.lines.get_mut(&call)?.take(uid, now) {
            return None;
        }
        self.in_flight += 1;
        let is_probe = self.breaker.silence().is_some();
        self.is_probed |= is_probe;
        Some(is_probe)
    }

    /// A request that was granted is sent.
    pub(super) fn sent(&mut self, call: Call, now: Instant) {
        if let Some(line) = self.lines.get_mut(&call) {
            line.rate.sent(now);
        }
    }

    /// A request that was granted is not sent.
    pub(super) fn not_sent(&mut self, call: Call, now: Instant) {
        if let Some(line) = self.lines.get_mut(&call) {
            line.rate.give_back(now);
        }
    }

    /// A call has ended, or is not made.
    pub(super) fn free_slot(&mut self, is_probe: bool) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if is_probe {
            self.is_probed = false;
        }
    }

    /// The object's create is no longer under way.
    pub(super) fn asked(&mut self, pool: &Pool, uid: &str) {
        if let Some(quota) = self.quotas.get_mut(pool) {
            quota.ended(uid);
        }
    }

    /// Learns from what came of a call that was sent at `sent`.
    pub(super) fn learn(
        &mut self,
        (call, sent, is_probe): (Call, Instant, bool),
        outcome: Outcome,
        now: Moment,
    ) {
        let Some(line) = self.lines.get_mut(&call) else { return };
        match outcome {
            Outcome::Unanswered { words } => {
                if self.breaker.unanswered(is_probe, words, now) {
                    self.lines.values_mut().for_each(Line::withdraw);
                    let creates = self.lines.get(&Call::Create).map(Line::waiting);
                    creates.into_iter().flatten().for_each(|who| self.silenced.is_unaware(&who));
                }
                return;
            }
            Outcome::Throttled => line.rate.throttled(sent, now.instant),
            Outcome::Accepted | Outcome::Refused | Outcome::QuotaUsedUp | Outcome::PoolUnfit => {
                line.rate.accepted(now.instant);
            }
        }
        self.breaker.answered();
    }

    /// Gives every turn that can be given now; those that are to be woken.
    pub(super) fn advance(&mut self, section: &mut Section) {
        let now = section.now;
        let late: Vec<_> = self.lines.values().flat_map(|line| line.late(now)).collect();
        for uid in late {
            self.leave(&uid, Stay::Nowhere);
        }
        self.quotas.retain(|_, quota| !quota.is_open());
        for quota in self.quotas.values_mut() {
            if let (Some((who, priority)), Some(creates)) =
                (quota.elect(now), self.lines.get_mut(&Call::Create))
            {
                creates.join(&who, priority);
            }
        }
        while self.spare_slots(now) > 0
            && let Some(who) = self.offer(now)
        {
            section.wake(&who);
        }
        let shown_at = self.breaker.silence().map(|silence| silence.shown_at);
        while let Some(who) = self.silenced.wake(shown_at, now) {
            section.wake(&who);
        }
    }

    /// When `advance` has something to do again without anybody's coming. A slot that becomes free
    /// is such a coming.
    pub(super) fn next_moment(&self, now: Instant) -> Option<Instant> {
        let expiries = self.lines.values().filter_map(Line::next_expiry);
        let quotas = self.quotas.values().filter_map(|quota| quota.next_moment(now));
        let mut moments: Vec<_> = expiries.chain(quotas).collect();
        let mut tokens: Vec<_> =
            self.lines.values().filter_map(|line| line.next_token(now)).collect();
        if let Some(silence) = self.breaker.silence() {
            if !self.silenced.is_empty()
                && let Some(line) = self.lines.get(&Call::Create)
            {
                tokens.push(line.rate.moment_of(1, now));
            }
            let is_asked = self.is_probed || self.offers() > 0;
            let first = tokens.into_iter().min().filter(|_| !is_asked);
            moments.extend(first.map(|at| at.max(silence.probe_at)));
        } else if self.spare_slots(now) > 0 {
            moments.extend(tokens);
        }
        let shown_at = self.breaker.silence().map(|silence| silence.shown_at);
        moments.extend(self.silenced.next_wake(shown_at, now));
        moments.into_iter().min()
    }

    /// Whether nobody needs it and nothing would be lost with it.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        self.in_flight == 0
            && self.silenced.is_empty()
            && self.lines.values().all(|line| line.is_idle(now))
            && self.quotas.values().all(|quota| quota.is_stale(now))
    }

    /// Offers the next turn: by priority, and where that is equal in the order of the calls.
    fn offer(&mut self, now: Instant) -> Option<Arc<Requester>> {
        let is_silent = self.breaker.silence().is_some();
        let order = if is_silent { PROBES } else { CALLS };
        let ready = order.into_iter().filter_map(|call| {
            let line = self.lines.get(&call).filter(|line| line.has_spare_token(now))?;
            Some((line.first_priority()?, call))
        });
        let next = if is_silent {
            ready.map(|(_, call)| call).next()
        } else {
            ready.min_by_key(|(priority, _)| *priority).map(|(_, call)| call)
        };
        if let Some(call) = next {
            return self.lines.get_mut(&call)?.offer(now);
        }
        let creates = self.lines.get_mut(&Call::Create)?;
        if !is_silent || !creates.has_spare_token(now) {
            return None;
        }
        let (priority, ticket) = self.silenced.pop()?;
        Some(creates.offer_to(priority, ticket, now))
    }

    /// Slots that are neither taken nor offered.
    fn spare_slots(&self, now: Instant) -> usize {
        let taken = match self.breaker.silence() {
            None => return self.slots.saturating_sub(self.in_flight + self.offers()),
            Some(silence) if now < silence.probe_at => return 0,
            Some(_) => usize::from(self.is_probed) + self.offers(),
        };
        1_usize.saturating_sub(taken)
    }

    fn offers(&self) -> usize {
        self.lines.values().map(Line::offers).sum()
    }
}
