//! The command line.

use std::path::PathBuf;
use std::slice;

use clap::{Parser, ValueEnum, value_parser};

use crate::job::{Job, whole};
use crate::policy::{DEFAULT_NAMES, Policy};
use crate::samples::Sampling;
use crate::synthetic::{Model, Parameters, Runs};
use crate::trace::{Trace, TraceError};

/// The seeds of the synthetic traces.
const SEEDS: [u32; 3] = [1, 2, 3];
/// The most hours that an option takes: longer than SageMaker runs any job.
const MOST_HOURS: f64 = 10_000.0;

/// Finds the capacity policy that is cheapest on a history of spot availability.
#[derive(Debug, Parser)]
#[command(name = "policy-replay", allow_negative_numbers = true)]
pub(crate) struct Arguments {
    /// Trace files. Without one, synthetic traces are made.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "model")]
    trace: Vec<PathBuf>,
    /// The model of the synthetic traces; all four if absent.
    #[arg(long, value_enum)]
    model: Option<Model>,
    /// Synthetic traces of your own: the mean hours of short and of long runs with capacity, the share
    /// of the long ones, and the same of runs without. The model mid is 0.4 5 0.3 0.3 4 0.35.
    #[arg(long, num_args = 6, conflicts_with_all = ["trace", "model"])]
    #[arg(value_names = ["SHORT", "LONG", "SHARE", "SHORT", "LONG", "SHARE"])]
    runs: Option<Vec<f64>>,
    /// The hours of computing that the job needs.
    #[arg(long, value_name = "HOURS", default_value_t = 48.0)]
    job_hours: f64,
    /// The job's hours divided by the hours from its start to its target.
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    job_fraction: f64,
    /// The hours without progress at each start on spot or on-demand.
    #[arg(long, value_name = "HOURS", default_value_t = 0.2)]
    changeover_hours: f64,
    /// Each start takes from half of --changeover-hours to half as much again, and the policies believe
    /// the most.
    #[arg(long)]
    changeover_varies: bool,
    /// The on-demand price divided by the spot price.
    #[arg(long, value_name = "RATIO", default_value_t = 3.145)]
    price_ratio: f64,
    /// The random starts in each trace.
    #[arg(long, default_value_t = 300, value_parser = value_parser!(u32).range(1..))]
    samples: u32,
    /// The seed of the random starts.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Start a job every so many ticks instead of at random.
    #[arg(long, value_name = "TICKS", value_parser = value_parser!(u16).range(1..))]
    #[arg(conflicts_with_all = ["samples", "seed"])]
    every: Option<u16>,
    /// A policy to replay; may be given more than once.
    #[arg(long, value_name = "NAME", default_values = DEFAULT_NAMES)]
    policy: Vec<Policy>,
    /// The form of the result.
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    output: Output,
}

/// The form of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// A table for people.
    Table,
    /// One JSON array.
    Json,
}

/// A number that makes no sense.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadNumber {
    #[error("--job-hours must be above 0 and at most {MOST_HOURS}")]
    JobHours,
    #[error(
        "--job-fraction must be above 0 and at most 1: \
         the job's hours divided by the hours until its target, for example 0.8"
    )]
    JobFraction,
    #[error("--changeover-hours must be from 0 to {MOST_HOURS}, for example 0.2 for 12 minutes")]
    ChangeoverHours,
    #[error("--price-ratio must be above 1: the on-demand price divided by the spot price")]
    PriceRatio,
    #[error("--runs takes hours above 0 and at most {MOST_HOURS}, and shares from 0 to 1")]
    Runs,
}

impl Arguments {
    /// The job that is replayed.
    pub(crate) fn job(&self) -> Result<Job, BadNumber> {
        let seconds = |hours: f64| whole(hours * 3600.0);
        let checks = [
            (self.job_hours <= MOST_HOURS && seconds(self.job_hours) > 0, BadNumber::JobHours),
            (self.job_fraction > 0.0 && self.job_fraction <= 1.0, BadNumber::JobFraction),
            ((0.0..=MOST_HOURS).contains(&self.changeover_hours), BadNumber::ChangeoverHours),
            (self.price_ratio > 1.0 && self.price_ratio.is_finite(), BadNumber::PriceRatio),
        ];
        let runs = self.runs.iter().flat_map(|runs| runs.chunks_exact(3));
        let runs = runs.filter_map(|numbers| <[f64; 3]>::try_from(numbers).ok());
        let good = runs.map(|[short, long, share]| {
            [short, long].iter().all(|hours| *hours > 0.0 && *hours <= MOST_HOURS)
                && (0.0..=1.0).contains(&share)
        });
        let mut checks = checks.into_iter().chain(good.map(|good| (good, BadNumber::Runs)));
        match checks.find(|(good, _)| !good) {
            Some((_, error)) => Err(error),
            None => Ok(Job {
                work_seconds: seconds(self.job_hours),
                limit_seconds: seconds(self.job_hours / self.job_fraction),
                changeover_seconds: seconds(self.changeover_hours),
                changeover_varies: self.changeover_varies,
                price_ratio: self.price_ratio,
            }),
        }
    }

    /// The traces, each with a name.
    pub(crate) fn traces(&self) -> Result<Vec<(String, Trace)>, TraceError> {
        if self.trace.is_empty() {
            let models = self.model.as_ref().map_or_else(Model::value_variants, slice::from_ref);
            let models = models.iter().map(|model| (format!("{model:?}"), model.parameters()));
            let own = self.own_parameters().map(|own| ("of --runs".to_owned(), own));
            let sources = own.map_or_else(|| models.collect(), |own| vec![own]);
            let made = |(name, parameters): &(String, Parameters)| {
                SEEDS.map(|seed| {
                    (format!("the synthetic trace {name} {seed}"), parameters.trace(seed))
                })
            };
            return Ok(sources.iter().flat_map(made).collect());
        }
        let read = |path: &PathBuf| Ok((path.display().to_string(), Trace::read(path)?));
        self.trace.iter().map(read).collect()
    }

    /// The parameters of `--runs`.
    fn own_parameters(&self) -> Option<Parameters> {
        let numbers = <[f64; 6]>::try_from(self.runs.clone()?).ok()?;
        let [short, long, long_share, ..] = numbers;
        let on = Runs { short, long, long_share };
        let [.., short, long, long_share] = numbers;
        Some(Parameters { on, off: Runs { short, long, long_share } })
    }

    /// Where the jobs start.
    pub(crate) fn sampling(&self) -> Sampling {
        let Self { samples, seed, .. } = *self;
        self.every.map_or(Sampling::Random { samples, seed }, |ticks| Sampling::Every {
            ticks: ticks.into(),
        })
    }

    /// The policies to compare.
    pub(crate) fn policies(&self) -> &[Policy] {
        &self.policy
    }

    /// The form of the result.
    pub(crate) fn output(&self) -> Output {
        self.output
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Arguments, BadNumber};
    use crate::job::Job;

    fn arguments(given: &[&str]) -> Arguments {
        Arguments::try_parse_from([&["policy-replay"], given].concat()).unwrap()
    }

    #[test]
    fn the_defaults_are_the_published_setting() {
        let expected = Job {
            work_seconds: 172_800,
            limit_seconds: 216_000,
            changeover_seconds: 720,
            changeover_varies: false,
            price_ratio: 3.145,
        };
        assert_eq!(arguments(&[]).job(), Ok(expected));
    }

    #[test]
    fn bad_numbers_are_refused() {
        for (option, value, error) in [
            ("--job-hours", "0", BadNumber::JobHours),
            ("--job-hours", "inf", BadNumber::JobHours),
            ("--job-fraction", "1.1", BadNumber::JobFraction),
            ("--job-fraction", "NaN", BadNumber::JobFraction),
            ("--changeover-hours", "-0.1", BadNumber::ChangeoverHours),
            ("--price-ratio", "1", BadNumber::PriceRatio),
        ] {
            assert_eq!(arguments(&[option, value]).job(), Err(error), "{option} {value}");
        }
        for runs in ["0 5 .3 .3 4 .35", "1 5 .3 .3 4 1.35", "1 5 .3 .3 NaN .35"] {
            let given: Vec<_> = std::iter::once("--runs").chain(runs.split(' ')).collect();
            assert_eq!(arguments(&given).job(), Err(BadNumber::Runs), "{runs}");
        }
    }

    #[test]
    fn runs_of_ones_own_are_the_model_with_the_same_numbers() {
        let own = arguments(&["--runs", "0.4", "5", "0.3", "0.3", "4", "0.35"]);
        let (own, mid) = (own.traces().unwrap(), arguments(&["--model", "mid"]).traces().unwrap());
        let traces = |traces: Vec<(String, _)>| -> Vec<_> {
            traces.into_iter().map(|(_, trace)| trace).collect()
        };
        assert_eq!(traces(own), traces(mid));
    }
}
