//! A job's whole life as data, and what of it is visible at a moment.

use super::status::{Primary, Secondary};
use crate::moment::Millis;

/// All transitions of a job, past and to come. Whatever begins after "now" is not visible yet.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    pub(crate) transitions: Vec<Transition>,
    /// Stretches that are billed: from a Downloading to the loss or the release of the instances.
    pub(crate) runs: Vec<Run>,
    /// Since when the primary status is Stopping.
    pub(crate) stopping: Option<Millis>,
    pub(crate) end: Option<Ended>,
}

/// An entry of `SecondaryStatusTransitions`.
#[derive(Debug)]
pub(crate) struct Transition {
    pub(crate) status: Secondary,
    pub(crate) start: Millis,
    /// None: without end.
    pub(crate) end: Option<Millis>,
    pub(crate) text: Text,
}

/// `StatusMessage`, which may change in place.
#[derive(Debug)]
pub(crate) enum Text {
    Fixed(&'static str),
    /// Each text for the given time, the last one to the end.
    Steps(&'static [&'static str], Millis),
    /// Round and round, each text for the given time.
    Cycle(&'static [&'static str], Millis),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) start: Millis,
    /// None: without end.
    pub(crate) end: Option<Millis>,
}

#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) at: Millis,
    pub(crate) status: Primary,
    pub(crate) failure_reason: Option<String>,
}

impl Timeline {
    /// The end, if it has come.
    pub(crate) fn ended(&self, now: Millis) -> Option<&Ended> {
        self.end.as_ref().filter(|end| end.at <= now)
    }

    /// The transitions that have begun.
    pub(crate) fn visible(&self, now: Millis) -> &[Transition] {
        let count = self.transitions.partition_point(|transition| transition.start <= now);
        self.transitions.get(..count).unwrap_or_default()
    }

    pub(crate) fn primary(&self, now: Millis) -> Primary {
        match self.ended(now) {
            Some(end) => end.status,
            None if self.stopping.is_some_and(|since| since <= now) => Primary::Stopping,
            None => Primary::InProgress,
        }
    }

    pub(crate) fn secondary(&self, now: Millis) -> Secondary {
        self.visible(now).last().map_or(Secondary::Starting, |transition| transition.status)
    }

    /// When a status last changed ("when the status was last modified" \[M\]); a text that changes
    /// in place doesn't count [?].
    pub(crate) fn last_modified(&self, now: Millis) -> Option<Millis> {
        if let Some(end) = self.ended(now) {
            return Some(end.at);
        }
        let entered = self.visible(now).last().map(|transition| transition.start);
        entered.max(self.stopping.filter(|since| *since <= now))
    }

    /// When instances were first used: the start of the first Downloading \[R\].
    pub(crate) fn training_start(&self, now: Millis) -> Option<Millis> {
        self.runs.first().map(|run| run.start).filter(|start| *start <= now)
    }
}

impl Transition {
    /// The text at a moment; the last one once the transition is over.
    pub(crate) fn message(&self, now: Millis) -> &'static str {
        let last_moment = self.end.map_or(now, |end| now.min(end - 1));
        let age = (last_moment - self.start).max(0);
        let (texts, step) = match &self.text {
            Text::Fixed(text) => return text,
            Text::Steps(texts, pace) => (
                texts,
                usize::try_from(age / (*pace).max(1)).unwrap_or_default().min(texts.len() - 1),
            ),
            Text::Cycle(texts, pace) => {
                (texts, usize::try_from(age / (*pace).max(1)).unwrap_or_default() % texts.len())
            }
        };
        texts.get(step).copied().unwrap_or_default()
    }
}
