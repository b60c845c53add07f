//! Admission: whether a request may be made now, by AWS's rates and quotas.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::domain::decision::Attempt;
use crate::domain::location::Location;
use crate::domain::memory::Memory;
use crate::domain::observation::{Observation, Operation, Refusal, RefusalKind};
use crate::domain::pacing::{Bucket, Rate, Turn};

use super::quota_gate::{Quota, QuotaGate, Waiter};

/// `CreateTrainingJob`: 1 request/s per account and region (AWS's quota page).
const CREATE: Rate = Rate { initial: 1.0, highest: 1.0, lowest: 0.05, burst: 1 };
/// `DescribeTrainingJob`: unpublished; throttled for users with hundreds of pollers.
const DESCRIBE: Rate = Rate { initial: 5.0, highest: 20.0, lowest: 0.5, burst: 20 };
/// `StopTrainingJob`: unpublished; a bucket of its own, for stopping saves money.
const STOP: Rate = Rate { initial: 5.0, highest: 10.0, lowest: 0.5, burst: 20 };
/// STS `GetCallerIdentity`: asked once per region and set of credentials.
const IDENTIFY: Rate = Rate { initial: 5.0, highest: 10.0, lowest: 0.5, burst: 10 };

/// The answer to who wants to make a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Make it now.
    Granted,
    /// Come back then.
    Later(Timestamp),
    /// Quota says no without asking: this is what AWS would answer.
    Refused(Refusal),
}

/// Who wants to make a request, and when it is their turn.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// UID of the object.
    pub uid: &'a str,
    /// Before whom it goes.
    pub turn: Turn,
}

/// All buckets and gates.
#[derive(Debug, Default)]
pub struct Admissions {
    buckets: Mutex<HashMap<(Operation, String), Bucket>>,
    quotas: QuotaGate,
}

impl Admissions {
    /// Asks for a request of this class in a region.
    pub fn ask(
        &self,
        operation: Operation,
        region: &str,
        who: Asker<'_>,
        now: Timestamp,
    ) -> Admission {
        match self.bucket(operation, region, |bucket| bucket.take(who.uid, who.turn, now)) {
            Ok(()) => Admission::Granted,
            Err(slot) => Admission::Later(slot),
        }
    }

    /// Asks to create the job of an attempt, for an object with this memory: first the quota, then
    /// the rate.
    ///
    /// A request whose intent is remembered goes past the quota: it may have got through before, and
    /// a refusal that AWS never gave must not be taken for its answer.
    pub fn ask_create(
        &self,
        attempt: &Attempt,
        who: &Waiter,
        memory: &Memory,
        now: Timestamp,
    ) -> Admission {
        let quota = quota(attempt);
        let again = memory.ledger.intent.is_some();
        let entered = if again { Ok(()) } else { self.quotas.enter(&quota, who, now) };
        if let Err((retry_at, message)) = entered {
            // That somebody else asks just now is not worth a word in every waiter's status.
            let Some(message) = message else { return Admission::Later(retry_at) };
            let kind = RefusalKind::Quota;
            return Admission::Refused(Refusal { kind, message, retry_at: Some(retry_at) });
        }
        let region = &attempt.location.region;
        let asker = Asker { uid: &who.uid, turn: turn(memory) };
        self.ask(Operation::Create, region, asker, now)
    }

    /// Learns from what came of a request.
    pub fn learn(&self, operation: Operation, location: &Location, seen: &Observation) {
        let refusal = seen.refusal().map(|refusal| refusal.kind);
        self.bucket(operation, &location.region, |bucket| match refusal {
            Some(RefusalKind::Throttled) => bucket.throttled(),
            // No answer says nothing about rates.
            Some(RefusalKind::Unavailable) => {}
            _ => bucket.accepted(),
        });
    }

    /// Learns from what came of a create; a quota refusal gets its time to ask again.
    pub fn learn_create(
        &self,
        attempt: &Attempt,
        who: &Waiter,
        seen: &mut Observation,
        now: Timestamp,
    ) {
        self.learn(Operation::Create, &attempt.location, seen);
        if let Observation::Created(_) = seen {
            self.quotas.granted(&quota(attempt));
        }
        let Observation::Refused(_, refusal) = seen else { return };
        if refusal.kind == RefusalKind::Quota {
            let at = self.quotas.refused(&quota(attempt), who, &refusal.message, now);
            refusal.retry_at = Some(at);
        } else if !refusal.kind.is_transient() {
            // What keeps it from starting is no longer the quota: the next one asks.
            self.quotas.leave(&who.uid);
        }
    }

    /// `uid` wants nothing any more.
    pub fn leave(&self, uid: &str, now: Timestamp) {
        self.quotas.leave(uid);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.values_mut().for_each(|bucket| bucket.leave(uid, now));
    }

    fn bucket<T>(
        &self,
        operation: Operation,
        region: &str,
        act: impl FnOnce(&mut Bucket) -> T,
    ) -> T {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let rate = match operation {
            Operation::Create => CREATE,
            Operation::Describe => DESCRIBE,
            Operation::Stop => STOP,
            Operation::Identify => IDENTIFY,
        };
        act(buckets.entry((operation, region.to_owned())).or_insert_with(|| Bucket::new(rate)))
    }
}

/// First creates go before others, and those that a person has to mend come last.
fn turn(memory: &Memory) -> Turn {
    match &memory.ledger.hold {
        Some(hold) if hold.stalled => Turn::Stalled,
        None if memory.attempt == 0 => Turn::First,
        Some(_) | None => Turn::Again,
    }
}

fn quota(attempt: &Attempt) -> Quota {
    (attempt.location.clone(), attempt.pool.clone())
}
