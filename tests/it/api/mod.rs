//! The API as people and tools meet it: the CRD, its rules, its documentation, its health.

mod accepted;
mod docs;
mod drift;
mod exceptions;
pub(crate) mod health;
mod lint;
mod mistakes;
mod parity;
mod planned;
mod reference;
mod requests;
mod rows;
mod rules;
mod spelling;
