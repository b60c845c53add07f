//! The attempt that is possibly live: everything about it, in one place.
//!
//! An attempt whose request is committed is *possibly live* until its job is seen to be over, or, if
//! it was never seen, until it is absent at two polls far enough from the last possible request.
//! Those distances are measured by the monotonic clock of this process alone: a wall clock that
//! steps must not settle anything.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Unknown;
use super::job_snapshot::JobSnapshot;
use super::stop_request::StopRequest;
use crate::domain::moment::after;
use crate::domain::policy::backoff::{backoff, jitter};
use crate::domain::situation::Elapsed;
use crate::domain::spec::pool::{Market, Pool};
use crate::domain::vocabulary::{Hold, Word};

/// A create request is sent within this time of its commit, or not at all.
pub const SEND_WITHIN: SignedDuration = SignedDuration::from_secs(10);

/// Total time-out of one create request.
pub const CREATE_TIMEOUT: SignedDuration = SignedDuration::from_secs(15);

/// The poll that settles an absence is at least this long after the commit of the newest request:
/// the time to send it and 90 s for it to arrive.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(100);

/// Two polls that find nothing count as two when they are this far apart.
const POLLS_APART: SignedDuration = SignedDuration::from_secs(30);

/// An acknowledged job may be invisible for this long: reads of SageMaker lag behind writes.
const VISIBILITY_LAG: SignedDuration = SignedDuration::from_secs(60);

/// A request that was sent again twice waits this long, and longer each time.
const RESEND_FIRST: SignedDuration = SignedDuration::from_secs(1);
const RESEND_LONGEST: SignedDuration = SignedDuration::from_mins(1);

/// The attempt that is possibly live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveAttempt {
    /// Its number, from 1.
    pub number: u32,
    /// Its instance type.
    pub instance_type: String,
    /// How its instances are paid for.
    pub market: Word<Market>,
    /// Its instances.
    pub instance_count: i32,
    /// When it was decided on.
    pub start: Timestamp,
    /// Its create request.
    pub request: Request,
    /// When SageMaker acknowledged the job as ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Timestamp>,
    /// When the job was first found absent without having been seen since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_since: Option<Timestamp>,
    /// Since when the primary status says that the job is over and the secondary does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsettled_since: Option<Timestamp>,
    /// The job as it was last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobSnapshot>,
    /// Why it is kept on demand although the capacity policy would leave it for spot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Word<Hold>>,
    /// Our request to stop it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopRequest>,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

/// The create request of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// When the newest one was committed.
    pub committed: Timestamp,
    /// An earlier one was never answered: a refusal of a later one does not settle it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
    /// How often it was sent again.
    #[serde(default)]
    pub resends: u32,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

impl LiveAttempt {
    /// Attempt `number`, decided on now.
    #[must_use]
    pub fn new(number: u32, pool: &Pool, instance_count: i32, now: Timestamp) -> Self {
        Self {
            number,
            instance_type: pool.instance_type.clone(),
            market: pool.market.into(),
            instance_count,
            start: now,
            request: Request { committed: now, doubtful: false, resends: 0, other: Unknown::new() },
            acknowledged: None,
            absent_since: None,
            unsettled_since: None,
            job: None,
            hold: None,
            stop: None,
            other: Unknown::new(),
        }
    }

    /// Its pool; `None` if a newer version chose a market that this one does not know.
    #[must_use]
    pub fn pool(&self) -> Option<Pool> {
        Pool::read(&self.instance_type, &self.market)
    }

    /// Whether SageMaker is known to have had the job.
    #[must_use]
    pub const fn is_acknowledged(&self) -> bool {
        self.acknowledged.is_some()
    }

    /// Times its spot instance was taken away.
    #[must_use]
    pub fn interruptions(&self) -> u32 {
        self.job.as_ref().map_or(0, |job| job.interruptions)
    }

    /// Whether the job, as it was last seen, had its instances at any time.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.has_started)
    }

    /// Commits the request once more.
    pub fn resend(&mut self, now: Timestamp) {
        self.request.resends = self.request.resends.saturating_add(1);
        self.request.committed = now;
        self.request.doubtful = true;
    }

    /// When the request may be sent once more: at once the first time, then less and less often.
    #[must_use]
    pub fn resend_at(&self, uid: &str) -> Timestamp {
        let resends = self.request.resends;
        if resends == 0 {
            return self.request.committed;
        }
        let wait = backoff(RESEND_FIRST, RESEND_LONGEST, resends, jitter(uid, resends));
        after(self.request.committed, wait)
    }

    /// The latest moment at which a committed request can be sent.
    #[must_use]
    pub fn send_by(&self) -> Timestamp {
        after(self.request.committed, SEND_WITHIN)
    }

    /// How long it takes until a further poll that finds nothing settles that there is no job.
    #[must_use]
    pub fn settles_in(&self, elapsed: &Elapsed) -> SignedDuration {
        let request = if self.is_acknowledged() { VISIBILITY_LAG } else { SETTLED_AFTER };
        let absent =
            if self.absent_since.is_some() { elapsed.absent } else { SignedDuration::ZERO };
        (request - elapsed.request).max(POLLS_APART - absent).max(SignedDuration::ZERO)
    }

    /// Whether a poll that finds nothing now settles that there is no job.
    #[must_use]
    pub fn is_settled_absent(&self, elapsed: &Elapsed) -> bool {
        self.absent_since.is_some() && self.settles_in(elapsed).is_zero()
    }

    /// Since when a stop that we asked for is under way.
    #[must_use]
    pub fn stopping_since(&self) -> Option<Timestamp> {
        self.stop.as_ref().and_then(|stop| stop.stopping_since)
    }
}
