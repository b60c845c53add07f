//! Steps of a machine's wall clock, forward and back. True time, and the time of timers, does not
//! step.

use jiff::{SignedDuration, Timestamp};

use super::hazards::Hazard;
use super::scale::Scale;
use crate::support::fixtures::objects::at;
use crate::support::random::Draws;

/// A step of the clock of a replica's machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockStep {
    pub(super) replica: usize,
    pub(super) at: Timestamp,
    pub(super) by: SignedDuration,
}

/// All steps of a run: every day or two one by minutes or hours, and some hours later back.
pub(super) fn clock_steps(scale: &Scale) -> Vec<ClockStep> {
    if !scale.has(Hazard::ClockSteps) {
        return Vec::new();
    }
    let mut draws = Draws::new(scale.seed, &["clock steps"]);
    let mut steps = Vec::new();
    let mut now = at(0);
    loop {
        let begin = now + SignedDuration::from_secs(draws.seconds(6.0 * 3600.0, 48.0 * 3600.0));
        now = begin + SignedDuration::from_secs(draws.seconds(600.0, 10.0 * 3600.0));
        let by = SignedDuration::from_secs(draws.seconds(120.0, 12.0 * 3600.0));
        let by = if draws.chance(0.5) { by } else { SignedDuration::ZERO - by };
        let replica = draws.below(2);
        if now >= scale.faults_end() {
            return steps;
        }
        steps.push(ClockStep { replica, at: begin, by });
        steps.push(ClockStep { replica, at: now, by: SignedDuration::ZERO - by });
    }
}
