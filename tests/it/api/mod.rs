//! The API as people and tools meet it: the CRD, its rules, its documentation, its health.

mod docs;
mod drift;
pub(crate) mod health;
mod lint;
mod rows;
mod rules;
