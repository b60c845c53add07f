//! The intent to run an attempt, and the law of *possibly live*.
//!
//! An attempt whose intent is committed is possibly live until its job is seen to be over, or, if
//! it was never seen, until it is absent at two looks far enough from the last possible request.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::backoff::{backoff, jitter};
use super::vocabulary::Reason;

/// A create request leaves within this time of its commit, or not at all.
pub const SEND_WITHIN: SignedDuration = SignedDuration::from_secs(10);

/// Total time-out of one create request.
pub const CREATE_TIMEOUT: SignedDuration = SignedDuration::from_secs(15);

/// The second of two absent looks is at least this long after the last possible request.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(90);

/// Two absent looks count as two when they are this far apart.
const LOOKS_APART: SignedDuration = SignedDuration::from_secs(30);

/// An acknowledged job may be invisible for this long: reads of SageMaker lag behind writes.
const VISIBILITY_LAG: SignedDuration = SignedDuration::from_secs(60);

/// A request that was sent again twice waits this long, and longer each time.
const RESEND_FIRST: SignedDuration = SignedDuration::from_secs(1);
const RESEND_LONGEST: SignedDuration = SignedDuration::from_mins(1);

/// The attempt that is possibly live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    /// When the newest request was committed.
    pub committed: Timestamp,
    /// An earlier request was never answered: a refusal of a later one does not settle it.
    #[serde(default)]
    pub doubt: bool,
    /// How often the request was sent again.
    #[serde(default)]
    pub resends: u32,
    /// When SageMaker acknowledged the job as ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Timestamp>,
    /// When the job was first found absent without having been seen since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_since: Option<Timestamp>,
    /// Since when the job is in its present phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase_since: Option<Timestamp>,
    /// `CreationTime` of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_created: Option<Timestamp>,
    /// Whether instances were granted in this attempt.
    #[serde(default)]
    pub has_started: bool,
    /// Interruptions of this attempt that the total already holds.
    #[serde(default)]
    pub interruptions: u32,
    /// Our wish to stop it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopWish>,
}

/// Our wish to stop an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopWish {
    /// Why: `StoppedForSuspend` or `StoppedForDeletion`.
    pub why: Reason,
    /// When SageMaker accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Timestamp>,
}

impl Intent {
    /// An intent committed now.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self {
            committed: now,
            doubt: false,
            resends: 0,
            acknowledged: None,
            absent_since: None,
            phase_since: None,
            job_created: None,
            has_started: false,
            interruptions: 0,
            stop: None,
        }
    }

    /// The intent to send the request once more.
    #[must_use]
    pub fn again(&self, now: Timestamp) -> Self {
        let resends = self.resends.saturating_add(1);
        Self { committed: now, doubt: true, resends, ..self.clone() }
    }

    /// When the request may be sent once more: at once the first time, then less and less often.
    #[must_use]
    pub fn resend_at(&self, uid: &str) -> Timestamp {
        if self.resends == 0 {
            return self.committed;
        }
        let spread = jitter(uid, self.resends);
        let wait = backoff(RESEND_FIRST, RESEND_LONGEST, self.resends, spread);
        self.committed.saturating_add(wait).unwrap_or(Timestamp::MAX)
    }

    /// The latest moment at which a committed request can have been sent.
    #[must_use]
    pub fn send_by(&self) -> Timestamp {
        self.committed.saturating_add(SEND_WITHIN).unwrap_or(Timestamp::MAX)
    }

    /// Whether SageMaker is known to have had the job.
    #[must_use]
    pub const fn is_acknowledged(&self) -> bool {
        self.acknowledged.is_some()
    }

    /// When a further absent look would settle that the job does not exist.
    #[must_use]
    pub fn settled_absent_at(&self) -> Timestamp {
        let since = self.absent_since.unwrap_or(self.committed);
        let apart = since.saturating_add(LOOKS_APART).unwrap_or(Timestamp::MAX);
        let last_request = self.acknowledged.unwrap_or_else(|| self.send_by());
        let lag = if self.is_acknowledged() { VISIBILITY_LAG } else { SETTLED_AFTER };
        apart.max(last_request.saturating_add(lag).unwrap_or(Timestamp::MAX))
    }

    /// Whether an absent look at `now` settles that the job does not exist.
    #[must_use]
    pub fn is_settled_absent(&self, now: Timestamp) -> bool {
        self.absent_since.is_some() && now >= self.settled_absent_at()
    }
}
