//! Following: when a live training job is looked at again.

use jiff::Timestamp;

use crate::domain::observation::Job;

/// Decides when a live job may have changed. Polling is one way, being told another.
pub trait Following: Send + Sync {
    /// When the job of `object` is to be looked at next; in the past if it was never looked at.
    fn next_look(&self, object: &str, job_name: &str) -> Timestamp;

    /// The job was looked at; `None` if it was not there.
    fn looked(&self, object: &str, job_name: &str, job: Option<&Job>, now: Timestamp);

    /// Nothing of `object` is followed any more.
    fn forget(&self, object: &str);
}
