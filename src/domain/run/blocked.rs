//! Blocked: why no attempt can start, or the current job can't be followed, and what comes next.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Unknown;
use crate::domain::job::call_error::Call;
use crate::domain::situation::Situation;
use crate::domain::vocabulary::{Blocker, Word};

/// Why nothing can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Blocked {
    /// The reason, in one word.
    pub blocker: Word<Blocker>,
    /// AWS's or our own words; kept by the public status alone.
    #[serde(skip)]
    pub message: String,
    /// When this began.
    pub since: Timestamp,
    /// Refusals in a row.
    pub count: u32,
    /// Whether only a person can help.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stalled: bool,
    /// When it is tried again; `None`: when something changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// The generation that was refused.
    pub generation: i64,
    /// A hash of the principal (account and role) that was refused; 0 if it was not known. A new
    /// access key of the same principal is no news.
    #[serde(default)]
    pub principal: u64,
    /// The pool that was refused, if it is that alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

impl Blocked {
    /// Whether it is about one pool, so that it is over where another one is wanted.
    #[must_use]
    pub fn is_about_pool(&self) -> bool {
        self.pool.is_some() || self.blocker == Blocker::QuotaExceeded
    }

    /// Blocked until something changes that is not a matter of time.
    #[must_use]
    pub fn until_changed(s: &Situation<'_>, blocker: Blocker, message: String) -> Self {
        Self {
            blocker: blocker.into(),
            message,
            since: s.now,
            count: 1,
            stalled: !blocker.waits_for_others(),
            retry_at: None,
            generation: s.object.generation,
            principal: s.admission.identity.principal(),
            pool: None,
            other: Unknown::new(),
        }
    }

    /// Whether this still keeps a call from being tried: neither its time nor its cause has passed.
    #[must_use]
    pub fn is_blocking(&self, s: &Situation<'_>) -> bool {
        !self.waits_for_others() && self.belongs_to(s) && self.retry_at.is_none_or(|at| s.now < at)
    }

    /// Waits before the next attempt.
    #[must_use]
    pub fn backing_off(s: &Situation<'_>, message: String, until: Timestamp) -> Self {
        Self {
            stalled: false,
            retry_at: Some(until),
            ..Self::until_changed(s, Blocker::BackingOff, message)
        }
    }

    /// The call that keeps an attempt from starting, or an object from being released: the create,
    /// but for a refused change of the finalizer.
    #[must_use]
    pub fn call(&self) -> Call {
        if self.blocker == Blocker::WriteRefused { Call::Write } else { Call::Create }
    }

    /// Whether it ends by what other objects do: admission says when.
    #[must_use]
    pub const fn waits_for_others(&self) -> bool {
        match self.blocker {
            Word::Known(word) => word.waits_for_others() && !self.stalled,
            Word::Newer(_) => false,
        }
    }

    /// Whether the generation and the principal are those that were refused. What a newer version has
    /// to judge, and the wait between two attempts, neither of them changes.
    #[must_use]
    pub fn belongs_to(&self, s: &Situation<'_>) -> bool {
        matches!(self.blocker, Word::Known(Blocker::NewerVersionNeeded | Blocker::BackingOff))
            || self.generation == s.object.generation
                && self.principal == s.admission.identity.principal()
    }
}

impl Blocker {
    /// Whether it ends by what other objects do: admission says when.
    #[must_use]
    pub const fn waits_for_others(self) -> bool {
        matches!(self, Self::RateLimited | Self::QuotaExceeded | Self::CheckpointInUse)
    }
}
