//! The decision: total, deterministic, microseconds.

use super::decision::Decision;
use super::draft::Draft;
use super::situation::Situation;
use super::{step, view};

/// Decides what to commit, what to do, what happened and when to come back.
#[must_use]
pub fn decide(s: &Situation<'_>) -> Decision {
    let mut draft = Draft::new(s);
    step::observe::observe(&mut draft);
    let (effect, wake) = step::next_step(&mut draft);
    let view = view::update(&mut draft);
    draft.compare_blockers();
    Decision { run: draft.run, view, effect, facts: draft.facts, wake }
}
