//! Leader election by a coordination Lease, as client-go does it.
//!
//! Judging a lease is pure; every write is guarded by resourceVersion; and the deadline by which
//! the leader must have renewed is kept by both clocks of this machine, so that a lost apiserver, a
//! wrong clock elsewhere or a sleep never makes two leaders act.

mod election;
mod judgement;
mod tenure;

pub use election::{Candidate, Election};
pub use judgement::{Judgement, Lease, Seen, judge};
pub use tenure::{RENEW_WITHIN, Renewed, Tenure};
