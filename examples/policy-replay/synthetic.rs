//! Made-up traces in place of the public ones, which have no licence.
//!
//! Spot capacity comes and goes in runs. A run is short or long, each with an exponential length.

use clap::ValueEnum;

use crate::job::{count, float, whole};
use crate::random::Generator;
use crate::trace::Trace;

const GAP_SECONDS: i64 = 200;
const DAYS: i64 = 60;

/// The mean lengths of one kind of run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Runs {
    /// The mean of a short run in hours.
    pub(crate) short: f64,
    /// The mean of a long run in hours.
    pub(crate) long: f64,
    /// The probability that a run is long.
    pub(crate) long_share: f64,
}

impl Runs {
    fn ticks(&self, generator: &mut Generator) -> usize {
        let mean = if generator.draw() < self.long_share { self.long } else { self.short };
        let hours = -mean * (1.0 - generator.draw()).ln();
        count(whole(hours * 3600.0 / float(GAP_SECONDS))).max(1)
    }
}

/// Runs with capacity and runs without, by turns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Parameters {
    /// Runs with capacity.
    pub(crate) on: Runs,
    /// Runs without capacity.
    pub(crate) off: Runs,
}

impl Parameters {
    /// The trace that belongs to a seed: 60 days in ticks of 200 s, beginning with capacity.
    pub(crate) fn trace(&self, seed: u32) -> Trace {
        let length = count(DAYS * 86_400 / GAP_SECONDS);
        let mut generator = Generator::new(seed);
        let mut available = Vec::with_capacity(length);
        for (runs, on) in [(self.on, true), (self.off, false)].into_iter().cycle() {
            let end = (available.len() + runs.ticks(&mut generator)).min(length);
            available.resize(end, on);
            if end == length {
                break;
            }
        }
        Trace { gap_seconds: GAP_SECONDS, available }
    }
}

/// A kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Model {
    /// Capacity for a little more than half of the time.
    Mid,
    /// Capacity is rare.
    Low,
    /// Capacity is nearly always there.
    High,
    /// Capacity comes and goes quickly.
    Flappy,
}

impl Model {
    /// The parameters of the model.
    pub(crate) fn parameters(self) -> Parameters {
        let runs = |short, long, long_share| Runs { short, long, long_share };
        let (on, off) = match self {
            Self::Mid => (runs(0.4, 5.0, 0.3), runs(0.3, 4.0, 0.35)),
            Self::Low => (runs(0.3, 2.0, 0.3), runs(0.3, 8.0, 0.4)),
            Self::High => (runs(0.6, 12.0, 0.45), runs(0.3, 2.0, 0.3)),
            Self::Flappy => (runs(0.25, 2.0, 0.3), runs(0.2, 2.0, 0.3)),
        };
        Parameters { on, off }
    }
}

#[cfg(test)]
mod tests {
    use super::Model;
    use crate::job::{float, whole};

    #[test]
    fn the_share_with_capacity_is_as_published() {
        for (model, thousandths) in [
            (Model::Mid, [582, 557, 563]),
            (Model::Low, [227, 195, 220]),
            (Model::High, [901, 867, 880]),
            (Model::Flappy, [532, 491, 518]),
        ] {
            let shares = [1, 2, 3].map(|seed| {
                let available = model.parameters().trace(seed).available;
                assert_eq!(available.len(), 25_920);
                let on = available.iter().filter(|on| **on).count();
                whole(float(i64::try_from(on).unwrap()) / 25.92)
            });
            assert_eq!(shares, thousandths, "{model:?}");
        }
    }
}
