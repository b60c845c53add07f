//! The quota gate: one object asks whether a quota has room, the others wait for its answer.
//!
//! Thousands of queued objects must never use up the rate at which jobs can be created.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::backoff::backoff;
use crate::domain::location::Location;
use crate::domain::pool::Pool;

const FIRST: SignedDuration = SignedDuration::from_secs(30);
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// A waiter that has not come back this long after its time has gone.
const PATIENCE: SignedDuration = SignedDuration::from_secs(30);

/// A quota: instances of a type on a market, per account and region.
pub type Quota = (Location, Pool);

/// Who waits: the oldest object asks first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiter {
    /// `metadata.creationTimestamp`.
    pub created: Timestamp,
    /// `metadata.uid`.
    pub uid: String,
}

/// The quotas that have no room.
#[derive(Debug, Default)]
pub struct QuotaGate {
    closed: Mutex<HashMap<Quota, Closed>>,
}

#[derive(Debug, Default)]
struct Closed {
    until: Timestamp,
    refusals: u32,
    message: String,
    waiters: BTreeSet<Waiter>,
    /// UID of the one that asks now.
    asking: Option<String>,
}

impl QuotaGate {
    /// Lets `who` ask for instances, or says until when and why to wait.
    ///
    /// # Errors
    /// The moment to come back, and AWS's words; none while another one asks, or is about to.
    pub fn enter(
        &self,
        quota: &Quota,
        who: &Waiter,
        now: Timestamp,
    ) -> Result<(), (Timestamp, Option<String>)> {
        let mut gates = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(gate) = gates.get_mut(quota) else {
            return Ok(());
        };
        gate.waiters.insert(who.clone());
        if now >= gate.until {
            let overdue = now.duration_since(gate.until) >= PATIENCE;
            if overdue || gate.waiters.first() == Some(who) {
                // The next one asks only when this one has had time for its answer.
                gate.until = now.saturating_add(FIRST).unwrap_or(Timestamp::MAX);
                gate.asking = Some(who.uid.clone());
                return Ok(());
            }
        } else if gate.asking.as_ref() == Some(&who.uid) {
            // The rate of requests made it come back.
            return Ok(());
        }
        if gate.asking.is_some() || now >= gate.until {
            let soon = now.saturating_add(PATIENCE / 10).unwrap_or(Timestamp::MAX);
            return Err((soon, None));
        }
        Err((gate.until, Some(gate.message.clone())))
    }

    /// AWS refused `who` for lack of quota: the gate closes. When it is asked again.
    pub fn refused(&self, quota: &Quota, who: &Waiter, message: &str, now: Timestamp) -> Timestamp {
        let mut gates = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.entry(quota.clone()).or_default();
        gate.refusals = gate.refusals.saturating_add(1);
        gate.waiters.insert(who.clone());
        gate.asking = None;
        message.clone_into(&mut gate.message);
        let wait = backoff(FIRST, LONGEST, gate.refusals, 0);
        gate.until = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        gate.until
    }

    /// AWS had room: the gate opens for all.
    pub fn granted(&self, quota: &Quota) {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner).remove(quota);
    }

    /// `uid` waits no longer.
    pub fn leave(&self, uid: &str) {
        let mut gates = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        for gate in gates.values_mut() {
            gate.waiters.retain(|waiter| waiter.uid != uid);
            if gate.asking.take_if(|asking| asking == uid).is_some() {
                // Its question has no answer: the next one need not wait.
                gate.until = Timestamp::MIN;
            }
        }
    }
}
