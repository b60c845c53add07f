//! Seconds of training and seconds that are billed.

use super::plan::Plan;
use super::timeline::Timeline;
use crate::moment::Millis;

/// The two sums that Describe reports. A zero is not reported: the model's minimum is 1 \[M\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bill {
    /// `TrainingTimeInSeconds`: all runs, waiting and gaps excluded [?].
    pub(crate) training: i64,
    /// `BillableTimeInSeconds`: for spot scaled by the price ratio \[O\].
    pub(crate) billable: i64,
}

impl Bill {
    /// The sums at a moment, in seconds of the simulated service.
    pub(crate) fn at(timeline: &Timeline, plan: &Plan, now: Millis) -> Self {
        let used: Millis = timeline
            .runs
            .iter()
            .map(|run| (run.end.map_or(now, |end| end.min(now)) - run.start).max(0))
            .sum();
        let training = used * i64::from(plan.time_scale) / 1000;
        let billable =
            if plan.spot { training * plan.spot_millionths / 1_000_000 } else { training };
        Self { training, billable }
    }
}
