//! What SageMaker says of a training job, parsed.

pub mod call_error;
pub mod checkpoint;
pub mod error_chain;
pub mod location;
pub mod name;
pub mod progress;
pub mod secondary_status;
pub mod text;
mod training_job;

pub use training_job::{Job, JobStatus, Metric, Owner, Transition};
