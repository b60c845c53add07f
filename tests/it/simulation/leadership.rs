//! Leadership: two replicas that follow each other, and sometimes both believe to lead.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::{Clock, Leadership};

use super::scale::Scale;
use crate::support::clock::VirtualClock;
use crate::support::fixtures::objects::at;
use crate::support::random::Draws;

/// A stretch in which a replica believes to lead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    pub(super) replica: usize,
    pub(super) begin: Timestamp,
    pub(super) end: Timestamp,
}

/// All terms of a run; the last one has no end.
pub(super) fn terms(scale: &Scale) -> Vec<Term> {
    let mut draws = Draws::new(scale.seed, &["terms"]);
    let mut terms = Vec::new();
    let mut begin = at(0);
    for replica in [0, 1].into_iter().cycle() {
        let change = begin + SignedDuration::from_secs(draws.seconds(3600.0, 40.0 * 3600.0));
        if change >= scale.faults_end() || !scale.shared {
            terms.push(Term { replica, begin, end: Timestamp::MAX });
            break;
        }
        // Two thirds overlap, the others leave a gap.
        let overlap = SignedDuration::from_secs(draws.seconds(1.0, 90.0));
        let overlap = if draws.chance(0.66) { overlap } else { SignedDuration::ZERO - overlap };
        terms.push(Term { replica, begin, end: change + overlap });
        begin = change;
    }
    terms
}

/// What a replica believes.
#[derive(Clone, Debug)]
pub(super) struct Belief {
    pub(super) replica: usize,
    pub(super) terms: Arc<Vec<Term>>,
    pub(super) clock: VirtualClock,
}

impl Leadership for Belief {
    fn has_lapsed(&self) -> bool {
        false
    }

    fn is_leader(&self) -> bool {
        let now = self.clock.now();
        let mut own = self.terms.iter().filter(|term| term.replica == self.replica);
        own.any(|term| term.begin <= now && now < term.end)
    }
}
