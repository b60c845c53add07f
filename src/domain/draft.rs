//! A decision in the making.

use std::cell::OnceCell;

use super::fact::{Fact, FactKind};
use super::job::call_error::Call;
use super::job::name::job_name;
use super::run::Run;
use super::run::blocked::Blocked;
use super::situation::Situation;
use super::view::messages;
use super::vocabulary::Blocker;

/// A decision in the making.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    /// What it is made from.
    pub(super) s: &'a Situation<'a>,
    /// What will be committed.
    pub(super) run: Run,
    /// What happened.
    pub(super) facts: Vec<Fact>,
    /// The job was stopped, and by us only if the next attempt has a job already.
    pub(super) needs_successor: bool,
    /// The name that was asked for first: mostly it is the only one.
    first_name: OnceCell<(u32, String)>,
}

impl<'a> Draft<'a> {
    /// A draft that changes nothing yet.
    #[must_use]
    pub(super) fn new(s: &'a Situation<'a>) -> Self {
        let (run, facts, first_name) = (s.run.clone(), Vec::new(), OnceCell::new());
        Self { s, run, facts, needs_successor: false, first_name }
    }

    /// The name of attempt `number`'s training job: always derived, never read from a status that
    /// others may write.
    #[must_use]
    pub(super) fn job_name(&self, number: u32) -> String {
        let object = self.s.object;
        let of = |number| job_name(&object.namespace, &object.name, &object.uid, number);
        let (known, name) = self.first_name.get_or_init(|| (number, of(number)));
        if *known == number { name.clone() } else { of(number) }
    }

    /// The name of the possibly live attempt's job, else of the newest one's; empty before the first.
    #[must_use]
    pub(super) fn current_job_name(&self) -> String {
        match self.run.attempt() {
            0 => String::new(),
            number => self.job_name(number),
        }
    }

    /// Something happened.
    pub(super) fn fact(&mut self, kind: FactKind, message: String) {
        self.facts.push(Fact { kind, message });
    }

    /// Whatever blocks a call now and did not before, or no longer does, is a fact.
    pub(super) fn compare_blockers(&mut self) {
        let pairs = self.s.run.blockers().into_iter().zip(self.run.blockers());
        // A probe interrupts the wait for a quota for a moment only, and is no news.
        let waits =
            self.s.run.without_room_since.is_some() && self.run.without_room_since.is_some();
        let of_quota = |blocked: &Blocked| blocked.blocker == Blocker::QuotaExceeded;
        let is_probe = |before: Option<&Blocked>, after: Option<&Blocked>| match (before, after) {
            (None, Some(blocked)) | (Some(blocked), None) => waits && of_quota(blocked),
            (Some(_), Some(_)) | (None, None) => false,
        };
        let news = pairs.filter(|((_, before), (_, after))| !is_probe(*before, *after));
        let facts: Vec<_> = news.filter_map(|(before, after)| change(before, after)).collect();
        self.facts.extend(facts);
    }
}

fn change(
    (call_before, before): (Call, Option<&Blocked>),
    (call, after): (Call, Option<&Blocked>),
) -> Option<Fact> {
    let word = |blocked: &Blocked| (blocked.blocker.clone(), blocked.stalled);
    if before.map(word) == after.map(word) {
        return None;
    }
    Some(match (before, after) {
        (_, Some(after)) => Fact {
            kind: FactKind::Blocked {
                call,
                blocker: after.blocker.clone(),
                stalled: after.stalled,
            },
            message: messages::blocked(after),
        },
        (Some(before), None) => Fact {
            kind: FactKind::Unblocked { call: call_before, blocker: before.blocker.clone() },
            message: format!("{} no longer blocks {}", before.blocker, call_before.as_str()),
        },
        (None, None) => return None,
    })
}
