//! Conversions between the API and the core: spec to plan, run to status and back, attempt to request.

mod capacity;
mod failure_policy;
mod instances;
pub mod plan;
pub mod read_status;
pub mod request;
pub mod status;
pub mod validate;
