//! Expiry: an object that has ended is deleted when its TTL is over.

use jiff::{SignedDuration, Timestamp};

use super::Step;
use crate::domain::decision::Wake;
use crate::domain::draft::Draft;
use crate::domain::effect::Effect;
use crate::domain::fact::FactKind;
use crate::domain::job::call_error::Call;
use crate::domain::moment::after;
use crate::domain::run::Run;
use crate::domain::view::messages;
use crate::domain::vocabulary::{ConditionType, Vocabulary};

/// The object has ended and is released.
pub(super) fn expire(d: &mut Draft<'_>) -> Step {
    let (s, rest) = (d.s, (None, Wake::OnChange));
    let Some(seconds) = s.spec.plan().and_then(|plan| plan.ttl_seconds) else { return rest };
    if let Some((Call::Delete, error)) = s.seen.failure() {
        d.fact(FactKind::TtlSkipped, messages::deletion_refused(&error.message));
    }
    if d.run.kept_by_tool && s.object.kept_by.is_none() {
        // A label that goes is no new generation.
        (d.run.kept_by_tool, d.run.kept_in) = (false, None);
    }
    if d.run.kept_in == Some(s.object.generation) {
        return rest;
    }
    if let Some(tool) = s.object.kept_by {
        (d.run.kept_by_tool, d.run.kept_in) = (true, Some(s.object.generation));
        d.fact(FactKind::TtlSkipped, messages::kept_by(tool));
        return rest;
    }
    match ended_at(&d.run).map(|at| after(at, SignedDuration::from_secs(seconds))) {
        // The decision that ends it has still to be written: that comes back.
        None => rest,
        Some(at) if s.now < at => (None, Wake::At(at)),
        Some(_) => (Some(Effect::DeleteObject), Wake::Backoff),
    }
}

/// When Complete or Failed became true.
fn ended_at(run: &Run) -> Option<Timestamp> {
    let transition = |kind: ConditionType| run.transitions.get(kind.as_str());
    let ends = [ConditionType::Complete, ConditionType::Failed].into_iter().filter_map(transition);
    ends.filter(|transition| transition.0).map(|transition| transition.1).max()
}
