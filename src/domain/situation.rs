//! Everything one decision is made from.

use jiff::Timestamp;

use super::memory::Memory;
use super::observation::Observation;
use super::plan::Desired;

/// What is known of one object at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The moment of the decision.
    pub now: Timestamp,
    /// Kubernetes' facts of the object.
    pub object: &'a ObjectFacts,
    /// What its spec asks for.
    pub desired: &'a Desired,
    /// What its status remembers.
    pub memory: &'a Memory,
    /// What was seen of SageMaker in this round.
    pub seen: &'a Observation,
    /// When the followed job is to be looked at again.
    pub next_look: Timestamp,
    /// Since when nothing about this object has gone well, in this process.
    pub failing_since: Option<Timestamp>,
    /// A fingerprint of the operator's AWS credentials: a refusal is worth another try when it
    /// changes.
    pub credentials: u64,
}

/// Kubernetes' facts of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectFacts {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.generation`.
    pub generation: i64,
    /// Whether `metadata.deletionTimestamp` is set.
    pub deleting: bool,
    /// Whether our finalizer is on the object.
    pub has_finalizer: bool,
}
