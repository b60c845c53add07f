//! An error answer that a test orders: any code, status and text that AWS may send.

use serde::{Deserialize, Serialize};

/// An error answer and the calls that get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErrorAnswer {
    /// The operation that is answered so, or `*` for any.
    pub operation: String,
    /// Only calls that name a job whose name contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only calls in this region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The error code, sent as it is.
    pub code: String,
    /// The text for people, sent as it is.
    #[serde(default)]
    pub message: String,
    /// HTTP status.
    #[serde(default = "bad_request")]
    pub status: u16,
    /// Matching calls that are answered as usual first.
    #[serde(default)]
    pub skip: u64,
    /// Calls that get it; 0 means all until it is cleared.
    #[serde(default = "once")]
    pub count: u64,
    /// The call is executed all the same.
    #[serde(default)]
    pub executed: bool,
}

const fn bad_request() -> u16 {
    400
}

const fn once() -> u64 {
    1
}

impl ErrorAnswer {
    /// The answer to the next call of an operation (`*`: of any): status 400, not executed.
    pub fn new(
        operation: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            operation: operation.into(),
            name: None,
            region: None,
            code: code.into(),
            message: message.into(),
            status: bad_request(),
            skip: 0,
            count: once(),
            executed: false,
        }
    }

    /// The same answer with another HTTP status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same answer to that many calls; 0 means all until it is cleared.
    #[must_use]
    pub fn count(self, count: u64) -> Self {
        Self { count, ..self }
    }

    /// The same answer after that many matching calls.
    #[must_use]
    pub fn skip(self, skip: u64) -> Self {
        Self { skip, ..self }
    }

    /// The same answer only for jobs whose name contains a text.
    #[must_use]
    pub fn on_job(self, name_contains: impl Into<String>) -> Self {
        Self { name: Some(name_contains.into()), ..self }
    }

    /// The same answer only in a region.
    #[must_use]
    pub fn in_region(self, region: impl Into<String>) -> Self {
        Self { region: Some(region.into()), ..self }
    }

    /// The same answer to a call that is executed all the same.
    #[must_use]
    pub fn executed(self) -> Self {
        Self { executed: true, ..self }
    }
}
