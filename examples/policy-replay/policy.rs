//! The policies that can be replayed, and their names.

use std::fmt;
use std::str::FromStr;

use crate::job::{Job, Outcome};
use crate::operator::{self, OperatorPolicy};
use crate::optimum;
use crate::reference::{self, ReferencePolicy};

/// A policy to replay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Policy {
    /// A policy of the operator.
    Operator(OperatorPolicy),
    /// A policy to compare with.
    Reference(ReferencePolicy),
    /// The best that knows the future.
    Optimum,
}

/// The names that are replayed when none is given.
pub(crate) const DEFAULT_NAMES: [&str; 9] = [
    "on-demand",
    "never",
    "after-wait=2",
    "at-deadline",
    "greedy",
    "blind-uniform-progress",
    "balanced",
    "uniform-progress",
    "optimum",
];

/// A name that is no policy.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "use on-demand, never, after-wait=HOURS, at-deadline, balanced, greedy, wait=HOURS, \
     blind-uniform-progress, uniform-progress or optimum; HOURS is a number from 0 to 10000"
)]
pub(crate) struct UnknownPolicy;

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<Self, UnknownPolicy> {
        let hours = |text: &str| {
            text.parse().ok().filter(|hours| (0.0..=10_000.0).contains(hours)).ok_or(UnknownPolicy)
        };
        Ok(match name.split_once('=').unwrap_or((name, "")) {
            ("never", "") => Self::Operator(OperatorPolicy::Never),
            ("after-wait", wait) => {
                Self::Operator(OperatorPolicy::AfterWait { hours: hours(wait)? })
            }
            ("at-deadline", "") => Self::Operator(OperatorPolicy::AtDeadline),
            ("balanced", "") => Self::Operator(OperatorPolicy::Balanced),
            ("on-demand", "") => Self::Reference(ReferencePolicy::OnDemand),
            ("greedy", "") => Self::Reference(ReferencePolicy::Greedy),
            ("wait", wait) => Self::Reference(ReferencePolicy::Wait { hours: hours(wait)? }),
            ("blind-uniform-progress", "") => {
                Self::Reference(ReferencePolicy::BlindUniformProgress)
            }
            ("uniform-progress", "") => Self::Reference(ReferencePolicy::UniformProgress),
            ("optimum", "") => Self::Optimum,
            _ => return Err(UnknownPolicy),
        })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator(OperatorPolicy::Never) => formatter.pad("never"),
            Self::Operator(OperatorPolicy::AfterWait { hours }) => {
                formatter.pad(&format!("after-wait={hours}"))
            }
            Self::Operator(OperatorPolicy::AtDeadline) => formatter.pad("at-deadline"),
            Self::Operator(OperatorPolicy::Balanced) => formatter.pad("balanced"),
            Self::Reference(ReferencePolicy::OnDemand) => formatter.pad("on-demand"),
            Self::Reference(ReferencePolicy::Greedy) => formatter.pad("greedy"),
            Self::Reference(ReferencePolicy::Wait { hours }) => {
                formatter.pad(&format!("wait={hours}"))
            }
            Self::Reference(ReferencePolicy::BlindUniformProgress) => {
                formatter.pad("blind-uniform-progress")
            }
            Self::Reference(ReferencePolicy::UniformProgress) => formatter.pad("uniform-progress"),
            Self::Optimum => formatter.pad("optimum"),
        }
    }
}

/// Replays a job under a policy. `available` begins at the start of the job, in ticks of `gap_seconds`.
pub(crate) fn replay(policy: Policy, job: &Job, available: &[bool], gap_seconds: i64) -> Outcome {
    match policy {
        Policy::Operator(policy) => operator::replay(policy, job, available, gap_seconds),
        Policy::Reference(policy) => reference::replay(policy, job, available, gap_seconds),
        Policy::Optimum => optimum::replay(job, available, gap_seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_NAMES, Policy, UnknownPolicy};

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in DEFAULT_NAMES.into_iter().chain(["wait=0.5"]) {
            assert_eq!(name.parse::<Policy>().unwrap().to_string(), name);
        }
        for name in ["", "wait", "wait=-1", "wait=NaN", "greedy=2", "after-wait=20000"] {
            assert_eq!(name.parse::<Policy>(), Err(UnknownPolicy), "{name}");
        }
    }
}
