//! A decision in the making: the memory is copied only when something in it changes.

use std::borrow::Cow;

use super::decision::Note;
use super::intent::Intent;
use super::location::Location;
use super::memory::Memory;
use super::situation::Situation;
use super::vocabulary::EventReason;

/// A decision in the making.
#[derive(Debug)]
pub struct Draft<'a> {
    /// What it is made from.
    pub s: &'a Situation<'a>,
    /// What will be remembered.
    pub memory: Cow<'a, Memory>,
    /// What will be told.
    pub notes: Vec<Note>,
}

impl<'a> Draft<'a> {
    /// A draft that changes nothing yet.
    #[must_use]
    pub const fn new(s: &'a Situation<'a>) -> Self {
        Self { s, memory: Cow::Borrowed(s.memory), notes: Vec::new() }
    }

    /// Sets the field that `field` names to `value`, copying the memory only if that changes it.
    pub fn set<T: PartialEq>(
        &mut self,
        read: impl FnOnce(&Memory) -> &T,
        write: impl FnOnce(&mut Memory) -> &mut T,
        value: T,
    ) {
        if *read(&self.memory) != value {
            *write(self.memory.to_mut()) = value;
        }
    }

    /// The possibly live attempt, where it is and its job's name.
    #[must_use]
    pub fn possibly_live(&self) -> Option<(Intent, Location, String)> {
        let memory = &self.memory;
        Some((memory.ledger.intent.clone()?, memory.location.clone()?, memory.job.name.clone()?))
    }

    /// Tells `message` once the memory is committed.
    pub fn note(&mut self, reason: EventReason, message: String) {
        self.notes.push(Note { reason, message });
    }
}

/// Sets a field of a draft's memory, named once.
macro_rules! remember {
    ($draft:expr, $($field:ident).+ = $value:expr) => {
        $draft.set(|m| &m.$($field).+, |m| &mut m.$($field).+, $value)
    };
}
pub(crate) use remember;
