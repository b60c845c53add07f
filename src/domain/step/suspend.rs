//! Suspension: the clocks that it stops.

use crate::domain::draft::Draft;
use crate::domain::fact::FactKind;
use crate::domain::run::Activity;
use crate::domain::view::{conditions, messages};
use crate::domain::vocabulary::ConditionType;

/// Keeps when the object started, and how long it was suspended.
pub(super) fn keep_clocks(d: &mut Draft<'_>) {
    if matches!(d.run.activity, Activity::Ended(_)) {
        return;
    }
    let now = d.s.now;
    if d.s.spec.suspend() {
        d.run.clocks.suspended_since.get_or_insert(now);
        d.run.without_room_since = None;
        if let Some(cursor) = &mut d.run.cursor {
            cursor.search.since = None;
        }
        return;
    }
    let start = *d.run.clocks.start.get_or_insert(now);
    if let Some(since) = d.run.clocks.suspended_since.take() {
        // A suspension before the start stops no clock.
        let seconds = now.duration_since(since.max(start)).as_secs().max(0);
        let clocks = &mut d.run.clocks;
        clocks.suspended_seconds = clocks.suspended_seconds.saturating_add(seconds);
        // Resumed while its job was still stopping, it never was suspended.
        if conditions::holds(&d.run, ConditionType::Suspended) {
            let message = messages::resumed(&d.run).to_owned();
            d.fact(FactKind::Resumed, message);
        }
    }
}
