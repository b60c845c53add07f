//! Uniform Progress: keep up with the straight line from no work at the start to all at the target.
//!
//! Wu et al., "Can't Be Late", NSDI'24, section 5.2.2. On on-demand, the rule stays while there is no
//! spot capacity, as the authors' simulator does.

use crate::engine::{Decision, Place, Rule, View};

/// The share of work left in time left at which the blind rule begins.
const BLIND_START: (i64, i64) = (9, 10);

/// Where the straight line begins. All in seconds.
#[derive(Clone, Copy)]
struct Line {
    now: i64,
    work_left: i64,
    time_left: i64,
}

impl Line {
    /// Whether the work done is at least what the line asks for `ahead` seconds from now.
    fn is_reached(&self, view: &View, ahead: i64) -> bool {
        let done = i128::from(self.work_left - view.work_left);
        let time = i128::from(view.now - self.now + ahead);
        done * i128::from(self.time_left) >= time * i128::from(self.work_left)
    }
}

/// The rule, with or without a view of spot capacity while on on-demand.
pub(crate) struct UniformProgress {
    sees: bool,
    line: Option<Line>,
}

impl UniformProgress {
    /// Sees spot capacity, and keeps to the line from the start.
    pub(crate) fn seeing() -> Self {
        Self { sees: true, line: None }
    }

    /// Waits like Greedy until little slack is left, and leaves on-demand without knowing what is there.
    pub(crate) fn blind() -> Self {
        Self { sees: false, line: None }
    }

    fn begins(&self, view: &View) -> bool {
        let (share, whole) = BLIND_START;
        self.sees || view.work_left * whole >= view.time_left * share
    }
}

impl Rule for UniformProgress {
    fn decide(&mut self, view: &View) -> Decision {
        if self.line.is_none() && self.begins(view) {
            let View { now, work_left, time_left, .. } = *view;
            self.line = Some(Line { now, work_left, time_left });
        }
        let reaches = |ahead| self.line.is_none_or(|line| line.is_reached(view, ahead));
        match view.place {
            Place::Queued if !view.fits() || !reaches(0) => Decision::StartOnDemand,
            Place::OnDemand
                if view.is_settled()
                    && view.fits()
                    && (view.capacity || !self.sees)
                    && reaches(2 * view.changeover) =>
            {
                Decision::QueueSpot
            }
            Place::Queued | Place::Spot | Place::OnDemand => Decision::Stay,
        }
    }
}
