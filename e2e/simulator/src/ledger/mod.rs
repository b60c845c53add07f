//! What happened: the calls, and what the jobs amount to.

pub(crate) mod calls;
pub(crate) mod stats;
