//! The retries of an object: what its attempts have used up of what the policies allow.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Unknown, is_default};
use crate::domain::policy::backoff::{backoff, jitter};
use crate::domain::vocabulary::FailureClass;

/// The wait after the first failure, and the longest. A failure that comes later than the longest
/// wait after its attempt's beginning is the first one again.
const FIRST: SignedDuration = SignedDuration::from_secs(10);
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// What an object's attempts have used up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Retries {
    /// Attempts that followed another one that had failed.
    #[serde(default)]
    pub restarts: u32,
    /// Those of them that count towards `spec.backoffLimit`.
    #[serde(default)]
    pub counted: u32,
    /// Failures in a row that came soon after their attempt's beginning: they lengthen the back-off.
    #[serde(default)]
    pub in_a_row: u32,
    /// Internal errors of SageMaker in a row.
    #[serde(default)]
    pub service_errors: u32,
    /// A rule of the failure policy has sent the object to on-demand.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sent_to_on_demand: bool,
    /// Attempts in a row that trained and ran out of their maximum wait time.
    #[serde(default)]
    pub unfinished_waits: u32,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

impl Retries {
    /// Counts an attempt that failed so long after its beginning.
    pub fn failed(&mut self, class: FailureClass, lasted: SignedDuration, trained: bool) {
        let in_a_row = |count: u32, same: bool| if same { count.saturating_add(1) } else { 0 };
        self.in_a_row = if lasted > LONGEST { 1 } else { self.in_a_row.saturating_add(1) };
        self.service_errors = in_a_row(self.service_errors, class == FailureClass::ServiceError);
        let unfinished = class == FailureClass::SpotWaitExceeded && trained;
        self.unfinished_waits = in_a_row(self.unfinished_waits, unfinished);
    }

    /// Another attempt follows.
    pub const fn retry(&mut self, counted: bool) {
        self.restarts = self.restarts.saturating_add(1);
        if counted {
            self.counted = self.counted.saturating_add(1);
        }
    }

    /// How long the next attempt waits.
    #[must_use]
    pub fn wait(&self, uid: &str) -> SignedDuration {
        backoff(FIRST, LONGEST, self.in_a_row, jitter(uid, self.restarts))
    }
}
