//! Leader election by a coordination Lease, as client-go does it.
//!
//! Judging a lease is pure; every write is guarded by resourceVersion; and the deadline by which
//! the leader must have renewed is kept by a monotonic clock, so that a lost apiserver or a wrong
//! clock elsewhere never makes two leaders act.

mod election;
mod judgement;

pub use election::{Candidate, Election, Tenure};
pub use judgement::{Judgement, Lease, Seen, judge};
