//! What keeps a call from being answered at once and in full: faults, held replies, rate limits.

pub(crate) mod faults;
pub(crate) mod holds;
pub(crate) mod rates;
