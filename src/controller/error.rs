//! What can go wrong in a reconcile. Waiting is not among it.

use std::time::Duration;

use crate::domain::job::text::clean;

/// Longest text of the apiserver or a policy that is kept, in characters.
const REFUSAL_LIMIT: usize = 1024;

/// Why a reconcile did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else changed the object meanwhile: the decision is dropped.
    #[error("the object changed meanwhile")]
    Conflict,
    /// The object is gone.
    #[error("the object is gone")]
    Gone,
    /// The apiserver, or a policy of the cluster, refused what was written (400, 403, 422).
    #[error("the apiserver refuses what the operator writes: {0}")]
    Refused(String),
    /// The apiserver failed.
    #[error("apiserver: {0}")]
    Kubernetes(#[source] Box<kube::Error>),
    /// The apiserver did not answer in time.
    #[error("apiserver: no answer within {}s", .0.as_secs())]
    TimedOut(Duration),
    /// The apiserver pruned what was written: the CRD is older than this operator.
    #[error("the CRD is older than this operator: apply the operator's version of it")]
    CrdOlder,
    /// The object's status cannot be read, so nothing is known of what runs.
    #[error("the object's status cannot be read: {0}")]
    UnreadableStatus(String),
    /// The object lacks what the apiserver gives every object.
    #[error("the object has no {0}")]
    Incomplete(&'static str),
    /// Something that this operator wrote cannot be serialised.
    #[error("serialisation: {0}")]
    Serialization(#[from] serde_json::Error),
}

impl Error {
    /// A word for metrics.
    #[must_use]
    pub const fn category(&self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::Refused(_) => "refused",
            Self::Kubernetes(_) => "kubernetes",
            Self::TimedOut(_) => "timeout",
            Self::CrdOlder => "crd_older",
            Self::UnreadableStatus(_) => "unreadable_status",
            Self::Incomplete(_) => "incomplete",
            Self::Serialization(_) => "serialization",
        }
    }
}

impl From<kube::Error> for Error {
    fn from(error: kube::Error) -> Self {
        if let kube::Error::Api(status) = &error {
            if status.is_conflict() {
                return Self::Conflict;
            }
            if status.is_not_found() {
                return Self::Gone;
            }
            if matches!(status.code, 400 | 403 | 422) {
                return Self::Refused(clean(&status.message, REFUSAL_LIMIT));
            }
        }
        Self::Kubernetes(Box::new(error))
    }
}
