//! Faults that a test orders, and which calls they strike.

use serde::{Deserialize, Serialize};

use crate::draw;

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
    /// Calls it strikes; 0 means for ever.
    #[serde(default = "once")]
    pub count: u64,
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
            job_name_contains: None,
            seconds: None,
            probability: None,
        }
    }

    /// The same fault on that many calls; 0 means for ever.
    #[must_use]
    pub fn count(self, count: u64) -> Self {
        Self { count, ..self }
    }

    /// The same fault after that many matching calls.
    #[must_use]
    pub fn skip(self, skip: u64) -> Self {
        Self { skip, ..self }
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

/// A call as faults see it.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) operation: &'a str,
    pub(crate) job: Option<&'a str>,
    /// The how-manieth call of this operation on this job it is, from 0.
    pub(crate) nth: u64,
}

/// The ordered faults, first come first served.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Armed>);

#[derive(Debug)]
struct Armed {
    fault: Fault,
    skipped: u64,
    struck: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(Armed { fault, skipped: 0, struck: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The faults that can still strike.
    pub(crate) fn armed(&self) -> Vec<Fault> {
        self.0.iter().filter(|armed| armed.is_loaded()).map(|armed| armed.fault.clone()).collect()
    }

    /// The fault that strikes this call, if any does. Counts.
    pub(crate) fn strike(&mut self, seed: u64, target: Target<'_>) -> Option<Fault> {
        self.0.iter_mut().find_map(|armed| armed.strike(seed, target))
    }
}

impl Armed {
    fn is_loaded(&self) -> bool {
        self.fault.count == 0 || self.struck < self.fault.count
    }

    fn strike(&mut self, seed: u64, target: Target<'_>) -> Option<Fault> {
        if !self.is_loaded() || !self.fault.matches(seed, target) {
            return None;
        }
        if self.skipped < self.fault.skip {
            self.skipped += 1;
            return None;
        }
        self.struck += 1;
        Some(self.fault.clone())
    }
}

impl Fault {
    fn matches(&self, seed: u64, target: Target<'_>) -> bool {
        let operation = self.operation == "*" || self.operation == target.operation;
        let job = self
            .job_name_contains
            .as_ref()
            .is_none_or(|part| target.job.is_some_and(|job| job.contains(part)));
        operation && job && self.is_drawn(seed, target)
    }

    fn is_drawn(&self, seed: u64, target: Target<'_>) -> bool {
        self.probability.is_none_or(|share| {
            let nth = target.nth.to_string();
            let kind = format!("{:?}", self.kind);
            let purpose = [target.job.unwrap_or_default(), target.operation, &nth, &kind];
            draw::unit(seed, &purpose) < share
        })
    }
}
