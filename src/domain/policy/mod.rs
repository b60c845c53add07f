//! Policies: pure functions that say how an attempt ended, and what follows.

pub mod backoff;
pub mod budget;
pub mod capacity;
pub mod changeover;
pub mod consequence;
pub mod failure_rules;
pub mod outcome;
pub mod progress;
pub mod target;
