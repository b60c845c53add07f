//! Pacing: a bucket that grants requests at a rate AWS allows, fairly, and learns from throttling.
//!
//! Waiting is data: who comes too early gets a slot and comes back, and nobody sleeps.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

/// A slot that nobody came for is given up after this.
const SLOT_KEPT: SignedDuration = SignedDuration::from_secs(60);

/// Who goes first where several wait, however long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Has never made this request, or cannot wait with it.
    First,
    /// Makes it again and again.
    Again,
    /// Makes it again, and only a person can help.
    Stalled,
}

/// How a bucket's rate moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Requests per second to begin with.
    pub initial: f64,
    /// Requests per second at the most.
    pub highest: f64,
    /// Requests per second at the least.
    pub lowest: f64,
    /// Requests that may be made at once after a quiet time.
    pub burst: u32,
}

/// A bucket for one class of requests in one account and region.
#[derive(Clone, Debug)]
pub struct Bucket {
    rate: Rate,
    per_second: f64,
    /// The next moment that is nobody's slot yet; in the past after a quiet time.
    next_free: Timestamp,
    /// Slots given to those who came too early.
    slots: HashMap<String, Slot>,
}

/// A moment that is kept for somebody.
#[derive(Clone, Copy, Debug)]
struct Slot {
    at: Timestamp,
    turn: Turn,
}

impl Bucket {
    /// A bucket that starts full.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { rate, per_second: rate.initial, next_free: Timestamp::MIN, slots: HashMap::new() }
    }

    /// Takes a token for `who`, or says when to come back for it. Among those of one turn the order
    /// is that of asking.
    ///
    /// # Errors
    /// The moment of the slot that is kept for `who`, until somebody whose turn is earlier asks.
    pub fn take(&mut self, who: &str, turn: Turn, now: Timestamp) -> Result<(), Timestamp> {
        self.slots.retain(|_, slot| now.duration_since(slot.at) < SLOT_KEPT);
        let at = match self.slots.remove(who) {
            Some(slot) => slot.at,
            None => self.overtake(turn, now),
        };
        if at <= now {
            return Ok(());
        }
        self.slots.insert(who.to_owned(), Slot { at, turn });
        Err(at)
    }

    /// The first slot of those whose turn is later, each of whom gets the next one's for it.
    fn overtake(&mut self, turn: Turn, now: Timestamp) -> Timestamp {
        let mut at = self.reserve(now);
        let mut later: Vec<_> = self.slots.values_mut().filter(|slot| slot.turn > turn).collect();
        later.sort_by_key(|slot| slot.at);
        for slot in later.into_iter().rev() {
            std::mem::swap(&mut slot.at, &mut at);
        }
        at
    }

    /// `who` wants nothing any more: those behind it move up. A slot whose time has come is lost.
    pub fn leave(&mut self, who: &str, now: Timestamp) {
        let Some(Slot { mut at, .. }) = self.slots.remove(who).filter(|slot| slot.at > now) else {
            return;
        };
        let mut behind: Vec<_> = self.slots.values_mut().filter(|slot| slot.at > at).collect();
        behind.sort_by_key(|slot| slot.at);
        for slot in behind {
            std::mem::swap(&mut slot.at, &mut at);
        }
        self.next_free = at;
    }

    /// AWS throttled a request of this class: halve the rate.
    pub fn throttled(&mut self) {
        self.per_second = (self.per_second / 2.0).max(self.rate.lowest);
    }

    /// AWS took a request of this class: raise the rate a little.
    pub fn accepted(&mut self) {
        self.per_second = (self.per_second + self.rate.initial / 50.0).min(self.rate.highest);
    }

    /// Requests per second that are granted now.
    #[must_use]
    pub const fn per_second(&self) -> f64 {
        self.per_second
    }

    fn reserve(&mut self, now: Timestamp) -> Timestamp {
        let interval = SignedDuration::from_secs_f64(1.0 / self.per_second);
        let saved = interval.saturating_mul_unsigned(self.rate.burst.saturating_sub(1));
        let earliest = now.saturating_sub(saved).unwrap_or(Timestamp::MIN);
        let slot = self.next_free.max(earliest);
        self.next_free = slot.saturating_add(interval).unwrap_or(Timestamp::MAX);
        slot
    }
}

/// Multiplication that stops at the largest duration.
trait SaturatingMul {
    fn saturating_mul_unsigned(self, factor: u32) -> SignedDuration;
}

impl SaturatingMul for SignedDuration {
    fn saturating_mul_unsigned(self, factor: u32) -> SignedDuration {
        self.checked_mul(i32::try_from(factor).unwrap_or(i32::MAX)).unwrap_or(Self::MAX)
    }
}
