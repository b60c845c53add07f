//! A permit: what was taken for one call, and what is learned when the call has ended.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::domain::effect::Priority;
use crate::domain::job::call_error::Call;
use crate::domain::spec::pool::Pool;

use super::Shared;
use super::requester::{Place, Requester};

/// Leave to make one call. One that is dropped is given back, with all that was taken for it: the
/// attempt was not committed, or the call came too late.
#[derive(Debug)]
#[must_use = "it is given back when it is dropped"]
pub struct Permit {
    shared: Arc<Shared>,
    grant: Option<Grant>,
}

/// A call whose request was sent. One that is dropped ends with an outcome that nobody knows.
#[derive(Debug)]
#[must_use = "its outcome is to be learned from"]
pub struct SentCall {
    shared: Arc<Shared>,
    grant: Option<Grant>,
    sent: Instant,
}

/// What was taken.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) who: Arc<Requester>,
    pub(super) place: Place,
    pub(super) call: Call,
    pub(super) claimed: Instant,
    /// Whether it finds out if the region answers.
    pub(super) is_probe: bool,
    pub(super) create: Option<CreateGrant>,
}

/// What was taken for a create.
#[derive(Debug)]
pub(super) struct CreateGrant {
    pub(super) pool: Pool,
    pub(super) size: i32,
    pub(super) generation: i64,
    pub(super) priority: Priority,
}

/// Another object goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// AWS did what was asked.
    Accepted,
    /// AWS refused it; every refusal that is none of the others.
    Refused,
    /// AWS throttled it.
    Throttled,
    /// There was no answer.
    Unanswered {
        /// What it ended with.
        words: String,
    },
    /// AWS refused a create, for others use up the quota.
    QuotaUsedUp,
    /// AWS refused a create, and on this pool it would refuse it always.
    PoolUnfit,
}

impl Permit {
    pub(super) const fn new(shared: Arc<Shared>, grant: Grant) -> Self {
        Self { shared, grant: Some(grant) }
    }

    /// The request is sent now: to be said right before it is.
    pub fn send(mut self) -> SentCall {
        let grant = self.grant.take();
        let shared = self.shared.clone();
        if let Some(grant) = &grant {
            shared.with(|state, section| state.sent(grant, section));
        }
        SentCall { shared, grant, sent: Instant::now() }
    }
}

impl SentCall {
    /// The call has ended, at `now`.
    pub fn finish(mut self, outcome: Outcome, now: Timestamp) {
        self.end(Some((outcome, now)));
    }

    fn end(&mut self, outcome: Option<(Outcome, Timestamp)>) {
        if let Some(grant) = self.grant.take() {
            let ended = (&grant, self.sent);
            self.shared.with(|state, section| state.end(ended, outcome, section));
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(grant) = self.grant.take() {
            self.shared.with(|state, section| state.cancel(&grant, section));
        }
    }
}

impl Drop for SentCall {
    fn drop(&mut self) {
        self.end(None);
    }
}
