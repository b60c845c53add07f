//! What keeps a call from being answered at once and in full: faults, ordered error answers,
//! replaced members of descriptions, withheld replies, rate limits.

pub(crate) mod descriptions;
pub(crate) mod effect;
pub(crate) mod error_answer;
pub(crate) mod fault;
pub(crate) mod fault_list;
pub(crate) mod holds;
pub(crate) mod rates;
