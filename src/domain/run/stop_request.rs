//! Our request to stop an attempt, and what is known of its fate.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Unknown;
use super::cursor::Cursor;
use crate::domain::vocabulary::{StopReason, Word};

/// A stop that takes longer hangs: SageMaker was seen to do so for days; training itself has ended long
/// before (observed, sagemaker-python-sdk#3062).
pub const STOP_GRACE: SignedDuration = SignedDuration::from_mins(15);

/// Our request to stop an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StopRequest {
    /// Why.
    pub why: Word<StopReason>,
    /// Where the next attempt is wanted, if it is for the sake of another pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Cursor>,
    /// When it was last sent.
    pub sent: Timestamp,
    /// Whether the newest request is neither answered nor given up: it may be executed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pending: bool,
    /// An earlier request may have been executed although no answer came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unanswered: bool,
    /// When SageMaker accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Timestamp>,
    /// Since when the job is known to be stopping, whoever asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopping_since: Option<Timestamp>,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

impl StopRequest {
    /// A wish for which nothing was sent: somebody else's stop is under way.
    #[must_use]
    pub fn new(why: StopReason, now: Timestamp) -> Self {
        Self {
            why: why.into(),
            to: None,
            sent: now,
            pending: false,
            unanswered: false,
            accepted: None,
            stopping_since: None,
            other: Unknown::new(),
        }
    }

    /// A request that is sent now.
    #[must_use]
    pub fn sent(why: StopReason, now: Timestamp) -> Self {
        Self { pending: true, ..Self::new(why, now) }
    }

    /// Sends it once more.
    pub const fn send_again(&mut self, now: Timestamp) {
        self.unanswered |= self.pending;
        self.pending = true;
        self.sent = now;
    }

    /// SageMaker accepted it.
    pub fn accept(&mut self, now: Timestamp) {
        self.pending = false;
        self.accepted = Some(now);
        self.stopping_since.get_or_insert(now);
    }

    /// It was not answered, or certainly not executed.
    pub const fn give_up(&mut self, certainly_not_executed: bool) {
        self.unanswered |= self.pending && !certainly_not_executed;
        self.pending = false;
    }

    /// Whether a job that stops now may have been stopped by us.
    #[must_use]
    pub const fn may_have_stopped_it(&self) -> bool {
        self.accepted.is_some() || self.unanswered || self.pending
    }
}
