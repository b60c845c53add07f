//! Deletion: the object is released when nothing of it is possibly live, or its policy says so.

use super::{Step, poll, release};
use crate::domain::decision::Wake;
use crate::domain::draft::Draft;
use crate::domain::fact::FactKind;
use crate::domain::job::JobStatus;
use crate::domain::run::stop_request::STOP_GRACE;
use crate::domain::spec::plan::DeletionPolicy;
use crate::domain::view::{messages, stop_messages};
use crate::domain::vocabulary::StopReason;

/// The object is being deleted.
pub(super) fn delete(d: &mut Draft<'_>) -> Step {
    // Without our finalizer, others hold the object: its job is stopped all the same.
    let release = if d.s.object.has_finalizer { release(d) } else { (None, Wake::OnChange) };
    let Some(live) = d.run.live() else {
        return release;
    };
    let job_name = d.job_name(live.number);
    if d.s.spec.deletion_policy() == DeletionPolicy::Orphan {
        if release.0.is_some() {
            d.fact(FactKind::JobOrphaned, messages::job_orphaned(&job_name));
        }
        return release;
    }
    let is_stopping = live.job.as_ref().is_some_and(|job| job.status() == JobStatus::Stopping);
    let hangs = live.stopping_since().is_some() && d.s.elapsed.stopping >= STOP_GRACE;
    if is_stopping && hangs {
        if release.0.is_some() {
            d.fact(FactKind::StopTimedOut, stop_messages::stop_timed_out(&job_name));
        }
        return release;
    }
    poll::follow(d, Some(StopReason::StoppedForDeletion))
}
