//! The job that is replayed, and how one replay of it ended.

use crate::random::Generator;

/// A training job. Prices are relative: a second on spot costs 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Job {
    /// Seconds of computing that the job needs.
    pub(crate) work_seconds: i64,
    /// Seconds from the start to the target time.
    pub(crate) limit_seconds: i64,
    /// Seconds without progress, but billed, at each start on spot or on-demand.
    pub(crate) changeover_seconds: i64,
    /// Whether each start takes its own time, evenly from half of that to half as much again.
    pub(crate) changeover_varies: bool,
    /// The on-demand price divided by the spot price.
    pub(crate) price_ratio: f64,
}

/// What the changeovers of one replay take, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Changeovers {
    seconds: i64,
    draws: Option<Generator>,
}

impl Changeovers {
    /// The seconds that the next one takes.
    pub(crate) fn next(&mut self) -> i64 {
        let share = self.draws.as_mut().map_or(1.0, |draws| 0.5 + draws.draw());
        whole(float(self.seconds) * share)
    }
}

impl Job {
    /// The seconds that policies believe a changeover to take: the most that it can.
    pub(crate) fn believed_changeover(&self) -> i64 {
        if self.changeover_varies {
            self.changeover_seconds * 3 / 2
        } else {
            self.changeover_seconds
        }
    }

    /// The changeovers of one replay, the same for the same seed.
    pub(crate) fn changeovers(&self, seed: usize) -> Changeovers {
        let seed = u32::try_from(seed).unwrap_or_default();
        let draws = self.changeover_varies.then(|| Generator::new(seed));
        Changeovers { seconds: self.changeover_seconds, draws }
    }

    /// What `spot` and `on_demand` billed seconds cost, as a share of the work's on-demand price.
    pub(crate) fn cost(&self, spot: i64, on_demand: i64) -> f64 {
        let paid = float(spot) + float(on_demand) * self.price_ratio;
        paid / (float(self.work_seconds) * self.price_ratio)
    }

    /// The outcome of on-demand from the start, which is always possible.
    pub(crate) fn on_demand(&self, gap_seconds: i64) -> Outcome {
        let end = self.changeover_seconds + self.work_seconds;
        Outcome { cost: self.cost(0, end), missed: self.misses(end, gap_seconds) }
    }

    /// Whether an end after `seconds` is later than the target by more than one tick.
    pub(crate) fn misses(&self, seconds: i64, gap_seconds: i64) -> bool {
        seconds > self.limit_seconds + gap_seconds
    }

    /// The ticks until the target, the last one perhaps in part.
    pub(crate) fn limit_ticks(&self, gap_seconds: i64) -> usize {
        count(self.limit_seconds.saturating_add(gap_seconds - 1) / gap_seconds)
    }
}

/// How one replay ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// The cost as a share of the work's on-demand price.
    pub(crate) cost: f64,
    /// Whether the job was complete later than the target by more than one tick, or never.
    pub(crate) missed: bool,
}

/// Whole seconds as a float.
#[expect(clippy::cast_precision_loss, reason = "seconds of a job are far below 2^53")]
pub(crate) fn float(seconds: i64) -> f64 {
    seconds as f64
}

/// A share of whole things, or hours in seconds, rounded to the nearest whole number.
#[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
pub(crate) fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// A number of ticks or units; below 0 it is 0.
pub(crate) fn count(value: i64) -> usize {
    usize::try_from(value.max(0)).unwrap_or(usize::MAX)
}
