//! Messages about capacity: where the next attempt runs, and whether the target can be met.

use jiff::Timestamp;

use super::messages::{instances, moment};
use crate::domain::run::Run;
use crate::domain::run::cursor::Cursor;
use crate::domain::spec::pool::Pool;

/// The target is over.
#[must_use]
pub fn target_missed(target: Timestamp) -> String {
    format!(
        "spec.capacity.target was at {} and the training was not complete by then; a missed target \
         ends nothing (spec.activeDeadlineSeconds does)",
        moment(target)
    )
}

/// The target can hardly be met. The text says nothing that changes while the job trains.
#[must_use]
pub fn target_at_risk(target: Timestamp) -> String {
    format!(
        "less time than the work that is left by spec.capacity.target.estimatedRuntimeSeconds needs \
         remains until {}; raise target.completeWithinSeconds, or set spec.capacity.type: OnDemand",
        moment(target)
    )
}

/// The next attempt runs on another pool.
#[must_use]
pub fn fell_back(run: &Run, to: &Cursor) -> String {
    let to = to.pool().map_or_else(|| to.instance_type.clone(), |pool| pool.to_string());
    format!("no capacity for {}: the next attempt runs on {to}", instances(run))
}

/// A rule of the failure policy sends the next attempt to on-demand.
#[must_use]
pub fn sent_to(pool: &Pool) -> String {
    format!("by a rule of spec.failurePolicy the next attempt runs on {pool}")
}
