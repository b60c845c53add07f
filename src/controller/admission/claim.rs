//! Claims: everything that a call needs is taken together, or nothing is; and given back at its end.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::domain::admission::{PoolState, PrefixState};
use crate::domain::effect::{Attempt, Priority};
use crate::domain::job::call_error::Call;

use super::bulkhead::Stay;
use super::moment::Moment;
use super::permit::{CreateGrant, Grant, Outcome};
use super::requester::{Place, Requester, Wish};
use super::section::Section;
use super::state::State;

impl State {
    /// Claims a call that changes no quota. The object is queued if there is no token or no slot.
    pub(super) fn claim(
        &mut self,
        who: &Arc<Requester>,
        place: &Place,
        (call, priority): (Call, Priority),
        section: &mut Section,
    ) -> Option<Grant> {
        self.leave(&who.uid, (Some(place), Stay::Line(call)), section);
        self.waits_at.insert(who.uid.clone(), place.clone());
        let now = section.now;
        let bulkhead = self.places.open(place, now);
        bulkhead.join_line(call, who, priority);
        self.advance_at(place, section);
        let is_probe = self.places.open(place, now).take(&who.uid, call, now)?;
        // It is here already.
        section.wakes.retain(|woken| woken.uid != who.uid);
        let (who, place) = (who.clone(), place.clone());
        Some(Grant { who, place, call, claimed: now, is_probe, create: None })
    }

    /// Claims everything that a create needs, or nothing.
    pub(super) fn claim_create(
        &mut self,
        who: &Arc<Requester>,
        wish: &Wish<'_>,
        attempt: &Attempt,
        section: &mut Section,
    ) -> Option<Grant> {
        let (place, now) = (wish.place?, section.now);
        let uri = attempt.checkpoint_uri.as_deref();
        // A request that may have been executed passes the gates: a refusal that AWS never gave
        // must not be taken for its answer.
        let is_admitted = attempt.is_resend
            || self.pool_state(who, wish, &attempt.pool, now) == PoolState::Open
                && self.prefixes.state(who, uri) == PrefixState::Free;
        if !is_admitted {
            return None;
        }
        let mut grant = self.claim(who, place, (Call::Create, attempt.priority), section)?;
        let bulkhead = self.places.open(place, now);
        if let Some(quota) = bulkhead.quotas.get_mut(&attempt.pool).filter(|_| !attempt.is_resend) {
            quota.asks(&who.uid);
        }
        if let Some(uri) = uri {
            self.prefixes.claim(who, uri);
        }
        grant.create = Some(CreateGrant {
            pool: attempt.pool.clone(),
            size: wish.instance_count,
            generation: wish.generation,
            priority: attempt.priority,
        });
        Some(grant)
    }

    /// The object has what it waited for: it waits for nothing.
    pub(super) fn granted(&mut self, grant: &Grant, section: &mut Section) {
        self.leave(&grant.who.uid, (None, Stay::Nowhere), section);
    }

    /// The request of a call is sent.
    pub(super) fn sent(&mut self, grant: &Grant, section: &Section) {
        self.places.open(&grant.place, section.now).sent(grant.call, section.now);
    }

    /// A request is not sent: everything that was taken for it is given back.
    pub(super) fn cancel(&mut self, grant: &Grant, section: &mut Section) {
        let bulkhead = self.places.open(&grant.place, section.now);
        bulkhead.not_sent(grant.call, section.now);
        bulkhead.free_slot(grant.is_probe);
        if let Some(create) = &grant.create {
            self.places.open(&grant.place, section.now).asked(&create.pool, &grant.who.uid);
            self.prefixes.cancel(&grant.who.uid, section);
        }
        self.advance_at(&grant.place, section);
    }

    /// A call has ended, with this outcome if that is known.
    pub(super) fn end(
        &mut self,
        (grant, sent): (&Grant, Instant),
        outcome: Option<(Outcome, Timestamp)>,
        section: &mut Section,
    ) {
        let bulkhead = self.places.open(&grant.place, section.now);
        bulkhead.free_slot(grant.is_probe);
        if let Some((outcome, wall)) = outcome {
            let moment = Moment { wall, instant: section.now };
            if let Some(create) = &grant.create {
                self.learn_quota(grant, create, &outcome, moment);
            }
            let bulkhead = self.places.open(&grant.place, section.now);
            bulkhead.learn((grant.call, sent, grant.is_probe), outcome, moment);
        }
        if let Some(create) = &grant.create {
            self.places.open(&grant.place, section.now).asked(&create.pool, &grant.who.uid);
            self.prefixes.keep(&grant.who.uid);
        }
        self.advance_at(&grant.place, section);
    }

    /// Learns from what came of a create whether its pool has room.
    fn learn_quota(
        &mut self,
        grant: &Grant,
        create: &CreateGrant,
        outcome: &Outcome,
        moment: Moment,
    ) {
        let Grant { who, place, claimed, .. } = grant;
        let CreateGrant { pool, size, generation, priority } = create;
        let quotas = &mut self.places.open(place, moment.instant).quotas;
        match outcome {
            Outcome::Accepted => {
                if let Some(quota) = quotas.get_mut(pool) {
                    quota.accepted(*claimed);
                }
            }
            Outcome::QuotaUsedUp => {
                let quota = quotas.entry(pool.clone()).or_default();
                quota.refused(who, (*size, *priority), *claimed, moment);
                self.waits_at.insert(who.uid.clone(), place.clone());
            }
            Outcome::PoolUnfit => {
                self.unfit.insert(&who.uid, place, (pool, *generation), moment);
            }
            Outcome::Refused | Outcome::Throttled | Outcome::Unanswered { .. } => {}
        }
    }
}
