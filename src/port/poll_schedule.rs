//! The poll schedule: when a live training job is described again.

use jiff::Timestamp;

use crate::domain::job::Job;

/// Decides when a live job may have changed. Polling by a schedule is one way, being told is another.
/// What it knows of an object is kept by the object's UID and goes with the object.
pub trait PollSchedule: Send + Sync {
    /// When the job of the object was polled by this process; `None` if never.
    fn last_poll(&self, uid: &str, job_name: &str, now: Timestamp) -> Option<Timestamp>;

    /// When the job of the object is polled next; in the past if it was never polled.
    fn next_poll(&self, uid: &str, job_name: &str, now: Timestamp) -> Timestamp;

    /// The job was polled; `None` if it was not there.
    fn polled(&self, uid: &str, job_name: &str, job: Option<&Job>, now: Timestamp);

    /// Something was done to the job that soon shows: it is polled as if its phase were young.
    fn expect_change(&self, uid: &str);

    /// No job of the object is followed any more.
    fn forget(&self, uid: &str);
}
