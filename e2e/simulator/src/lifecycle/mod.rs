//! The life of a training job: a pure function of the job, the orders given to it, and the time.

pub(crate) mod billing;
pub(crate) mod course;
mod message;
pub(crate) mod order;
pub(crate) mod plan;
pub(crate) mod status;
pub(crate) mod timeline;
mod walk;
pub(crate) mod workload;
