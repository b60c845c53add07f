//! A fault that a test orders: what goes wrong, and with which calls.

use serde::{Deserialize, Serialize};

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Executed, and the reply never arrives.
    Lost,
    /// Never executed, and no reply arrives.
    LostBefore,
    /// `ThrottlingException`.
    Throttle,
    /// `InternalFailure`, HTTP 500; not executed.
    #[serde(rename = "error500")]
    Error500,
    /// Executed; the reply comes late.
    Slow,
    /// Executed; the reply is withheld until it is released.
    Hold,
    /// Withheld before the execution until it is released.
    HoldBefore,
    /// Never executed and never answered: the connection stays open until it is released or the
    /// caller closes it.
    Hang,
    /// `ExpiredTokenException`.
    Expired,
    /// `AccessDeniedException`.
    Denied,
    /// `UnrecognizedClientException`.
    InvalidCredentials,
    /// `ResourceLimitExceeded`: the quota of the requested instance type is 0.
    Quota,
    /// The `ValidationException` of an unknown job.
    NotFound,
}

/// A fault and the calls it is meant for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// The operation it strikes, or `*` for any.
    pub operation: String,
    /// What happens.
    pub kind: FaultKind,
    /// Matching calls that pass unharmed first.
    #[serde(default)]
    pub skip: u64,
    /// Calls it strikes; 0 means all until it is cleared.
    #[serde(default = "once")]
    pub count: u64,
    /// Only calls in this region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Only calls that name a job whose name contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_name_contains: Option<String>,
    /// Of `slow`: how late the reply comes, in real seconds (default 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Strike only this share of the matching calls, drawn by seed, job, operation and call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

const fn once() -> u64 {
    1
}

impl Fault {
    /// A fault that strikes the next call of an operation (`*`: of any) once.
    pub fn new(operation: impl Into<String>, kind: FaultKind) -> Self {
        Self {
            operation: operation.into(),
            kind,
            skip: 0,
            count: once(),
            region: None,
            job_name_contains: None,
            seconds: None,
            probability: None,
        }
    }

    /// The same fault on that many calls; 0 means all until it is cleared.
    #[must_use]
    pub fn count(self, count: u64) -> Self {
        Self { count, ..self }
    }

    /// The same fault after that many matching calls.
    #[must_use]
    pub fn skip(self, skip: u64) -> Self {
        Self { skip, ..self }
    }

    /// The same fault only in a region.
    #[must_use]
    pub fn in_region(self, region: impl Into<String>) -> Self {
        Self { region: Some(region.into()), ..self }
    }

    /// The same fault only for jobs whose name contains a text.
    #[must_use]
    pub fn on_job(self, name_contains: impl Into<String>) -> Self {
        Self { job_name_contains: Some(name_contains.into()), ..self }
    }

    /// The same fault on a share of the matching calls, 0 to 1.
    #[must_use]
    pub fn probability(self, share: f64) -> Self {
        Self { probability: Some(share), ..self }
    }
}
