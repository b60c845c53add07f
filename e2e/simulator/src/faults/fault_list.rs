//! The ordered faults and error answers, and which calls they strike.

use super::error_answer::ErrorAnswer;
use super::fault::{Fault, FaultKind};
use crate::draw;

/// A call as faults see it.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) operation: &'a str,
    pub(crate) region: &'a str,
    pub(crate) job: Option<&'a str>,
    /// The how-manieth call of this operation on this job it is, from 0.
    pub(crate) nth: u64,
}

/// Something that can strike a call.
#[derive(Debug)]
pub(crate) enum Ordered {
    Fault(Fault),
    Answer(ErrorAnswer),
}

/// The ordered faults and answers, first come first served.
#[derive(Debug, Default)]
pub(crate) struct FaultList(Vec<Armed>);

#[derive(Debug)]
struct Armed {
    ordered: Ordered,
    skipped: u64,
    struck: u64,
}

impl FaultList {
    pub(crate) fn add(&mut self, ordered: Ordered) {
        self.0.push(Armed { ordered, skipped: 0, struck: 0 });
    }

    pub(crate) fn clear_faults(&mut self) {
        self.0.retain(|armed| matches!(armed.ordered, Ordered::Answer(_)));
    }

    pub(crate) fn clear_answers(&mut self) {
        self.0.retain(|armed| matches!(armed.ordered, Ordered::Fault(_)));
    }

    /// What can still strike.
    pub(crate) fn loaded(&self) -> impl Iterator<Item = &Ordered> {
        self.0.iter().filter(|armed| armed.is_loaded()).map(|armed| &armed.ordered)
    }

    /// What strikes this call, if anything does. Counts.
    pub(crate) fn strike(&mut self, seed: u64, target: Target<'_>) -> Option<&Ordered> {
        self.0.iter_mut().find_map(|armed| armed.strike(seed, target))
    }
}

impl Armed {
    fn is_loaded(&self) -> bool {
        let count = self.ordered.selection().count;
        count == 0 || self.struck < count
    }

    fn strike(&mut self, seed: u64, target: Target<'_>) -> Option<&Ordered> {
        let selection = self.ordered.selection();
        if !self.is_loaded() || !selection.matches(seed, target) {
            return None;
        }
        if self.skipped < selection.skip {
            self.skipped += 1;
            return None;
        }
        self.struck += 1;
        Some(&self.ordered)
    }
}

/// The calls something is meant for.
struct Selection<'a> {
    operation: &'a str,
    region: Option<&'a str>,
    name_contains: Option<&'a str>,
    skip: u64,
    count: u64,
    chance: Option<(f64, FaultKind)>,
}

impl Ordered {
    fn selection(&self) -> Selection<'_> {
        match self {
            Self::Fault(fault) => Selection {
                operation: &fault.operation,
                region: fault.region.as_deref(),
                name_contains: fault.job_name_contains.as_deref(),
                skip: fault.skip,
                count: fault.count,
                chance: fault.probability.map(|share| (share, fault.kind)),
            },
            Self::Answer(answer) => Selection {
                operation: &answer.operation,
                region: answer.region.as_deref(),
                name_contains: answer.name.as_deref(),
                skip: answer.skip,
                count: answer.count,
                chance: None,
            },
        }
    }
}

impl Selection<'_> {
    fn matches(&self, seed: u64, target: Target<'_>) -> bool {
        let job = |part| target.job.is_some_and(|job| job.contains(part));
        (self.operation == "*" || self.operation == target.operation)
            && self.region.is_none_or(|region| region == target.region)
            && self.name_contains.is_none_or(job)
            && self.is_drawn(seed, target)
    }

    fn is_drawn(&self, seed: u64, target: Target<'_>) -> bool {
        self.chance.is_none_or(|(share, kind)| {
            let (nth, kind) = (target.nth.to_string(), format!("{kind:?}"));
            let purpose = [target.job.unwrap_or_default(), target.operation, &nth, &kind];
            draw::unit(seed, &purpose) < share
        })
    }
}
