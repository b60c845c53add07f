//! Leadership: two replicas that follow each other, and sometimes both believe to lead.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::{Clock, Leadership};

use super::scale::Scale;
use crate::support::draw::Dice;
use crate::support::objects::at;
use crate::support::virtual_clock::VirtualClock;

/// A stretch in which a replica believes to lead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tenure {
    pub(super) replica: usize,
    pub(super) begin: Timestamp,
    pub(super) end: Timestamp,
}

/// All tenures of a run; the last one lasts for ever.
pub(super) fn tenures(scale: &Scale) -> Vec<Tenure> {
    let mut dice = Dice::new(scale.seed, &["tenures"]);
    let mut tenures = Vec::new();
    let mut begin = at(0);
    for replica in [0, 1].into_iter().cycle() {
        let change = begin + SignedDuration::from_secs(dice.seconds(3600.0, 40.0 * 3600.0));
        if change >= scale.calm() || !scale.shared {
            tenures.push(Tenure { replica, begin, end: Timestamp::MAX });
            break;
        }
        // Two thirds overlap, the others leave a gap.
        let overlap = SignedDuration::from_secs(dice.seconds(1.0, 90.0));
        let overlap = if dice.chance(0.66) { overlap } else { SignedDuration::ZERO - overlap };
        tenures.push(Tenure { replica, begin, end: change + overlap });
        begin = change;
    }
    tenures
}

/// What a replica believes.
#[derive(Clone, Debug)]
pub(super) struct Belief {
    pub(super) replica: usize,
    pub(super) tenures: Arc<Vec<Tenure>>,
    pub(super) clock: VirtualClock,
}

impl Leadership for Belief {
    fn is_leader(&self) -> bool {
        let now = self.clock.now();
        let mut own = self.tenures.iter().filter(|tenure| tenure.replica == self.replica);
        own.any(|tenure| tenure.begin <= now && now < tenure.end)
    }
}
