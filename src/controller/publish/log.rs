//! Log lines: one for every fact, a warning where a person may have to act.

use tracing::{info, warn};

use crate::controller::object_id::ObjectId;
use crate::domain::fact::{Fact, FactKind};
use crate::domain::run::Run;
use crate::domain::vocabulary::Blocker;

/// Logs a fact about an object.
pub(super) fn line(id: &ObjectId, run: &Run, fact: &Fact) {
    let (object, attempt, message) = (id.to_string(), run.attempt(), &fact.message);
    match &fact.kind {
        FactKind::Blocked { call, blocker, stalled } => {
            let (call, reason) = (call.as_str(), blocker.as_str());
            if *blocker == Blocker::RateLimited {
                // A thousand objects that wait for their turn need nobody.
                info!(object, attempt, call, reason, stalled, "{message}");
            } else {
                warn!(object, attempt, call, reason, stalled, "{message}");
            }
        }
        FactKind::Failed
        | FactKind::StopTimedOut
        | FactKind::JobOrphaned
        | FactKind::TtlSkipped => {
            warn!(object, attempt, "{message}");
        }
        FactKind::AttemptStarted
        | FactKind::Interrupted(_)
        | FactKind::CapacityReturned
        | FactKind::PoolLeft(_)
        | FactKind::FellBack
        | FactKind::ReturnedToSpot
        | FactKind::Late(_)
        | FactKind::StopRequested
        | FactKind::AttemptEnded { .. }
        | FactKind::Completed
        | FactKind::Unblocked { .. }
        | FactKind::Suspended
        | FactKind::Resumed
        | FactKind::StateChanged(_) => info!(object, attempt, "{message}"),
    }
}
