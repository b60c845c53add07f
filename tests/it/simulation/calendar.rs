//! The calendar of a run: what happens when.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::actions::Action;
use super::clock_steps::{ClockStep, clock_steps};
use super::leadership::Term;
use super::object::SimulatedObject;
use super::outage::Outage;
use super::scale::Scale;
use crate::support::fixtures::objects::at;

/// Something that happens at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Apply(usize),
    Act(usize, Action),
    TermBegins(Term),
    TermEnds(Term),
    Start(usize),
    OutageBegins(Outage),
    OutageEnds(Outage),
    StepClock(ClockStep),
    FaultsEnd,
}

/// Events by their moment; at one moment first come, first served.
#[derive(Clone, Debug, Default)]
pub(super) struct Calendar(BTreeMap<(Timestamp, usize), Event>);

impl Calendar {
    /// All that is known at the beginning of a run.
    pub(super) fn of(
        scale: &Scale,
        objects: &[SimulatedObject],
        terms: &[Term],
        outages: &[Outage],
    ) -> Self {
        let mut calendar = Self::default();
        for replica in [0, 1] {
            calendar.enter(at(0), Event::Start(replica));
        }
        for (index, object) in objects.iter().enumerate() {
            calendar.enter(at(object.arrival), Event::Apply(index));
            for (after, action) in &object.actions {
                calendar.enter(at(object.arrival + 1 + after), Event::Act(index, *action));
            }
        }
        for term in terms {
            calendar.enter(term.begin, Event::TermBegins(*term));
            if term.end < Timestamp::MAX {
                calendar.enter(term.end, Event::TermEnds(*term));
            }
        }
        for outage in outages {
            calendar.enter(outage.begin, Event::OutageBegins(*outage));
            calendar.enter(outage.end, Event::OutageEnds(*outage));
        }
        for step in clock_steps(scale) {
            calendar.enter(step.at, Event::StepClock(step));
        }
        calendar.enter(scale.faults_end(), Event::FaultsEnd);
        calendar
    }

    pub(super) fn enter(&mut self, moment: Timestamp, event: Event) {
        let place = self.0.range((moment, 0)..).take_while(|(key, _)| key.0 == moment).count();
        self.0.insert((moment, place), event);
    }

    /// When the next event is.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.0.first_key_value().map(|(key, _)| key.0)
    }

    /// Takes the next event, if its time has come.
    pub(super) fn take(&mut self, now: Timestamp) -> Option<Event> {
        let entry = self.0.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }
}
