//! Policies: pure functions that say how an attempt ended, and what follows.

pub mod backoff;
pub mod consequence;
pub mod outcome;
