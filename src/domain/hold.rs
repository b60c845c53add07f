//! A hold: why nothing goes forward, and when it is tried again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::vocabulary::Reason;

/// Why nothing goes forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// The condition's reason.
    pub reason: Reason,
    /// AWS's or our own words.
    pub message: String,
    /// When this began.
    pub since: Timestamp,
    /// Refusals in a row.
    pub count: u32,
    /// Whether only a person can help.
    pub stalled: bool,
    /// When it is tried again; `None`: when something changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// The generation that was refused.
    pub generation: i64,
    /// The credentials that were refused.
    pub credentials: u64,
}
