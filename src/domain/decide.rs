//! The decision: total, deterministic, microseconds.

use std::borrow::Cow;

use super::absorb::absorb;
use super::conditions;
use super::decision::Decision;
use super::direct::direct;
use super::draft::Draft;
use super::situation::Situation;

/// Decides what to remember, do, tell and when to come back.
#[must_use]
pub fn decide<'a>(s: &'a Situation<'a>) -> Decision<'a> {
    let mut draft = Draft::new(s);
    absorb(&mut draft);
    let (effect, wake) = direct(&mut draft);
    let released = s.object.deleting && draft.memory.ledger.intent.is_none();
    let unchanged = matches!(draft.memory, Cow::Borrowed(_));
    // State and conditions follow from the memory and the generation alone, so where neither
    // changed there is nothing to work out; and an object that goes has no readers.
    let known = unchanged && s.memory.observed_generation == s.object.generation;
    if !released && !known {
        conditions::conclude(&mut draft);
    }
    Decision { memory: draft.memory, effect, notes: draft.notes, wake }
}
