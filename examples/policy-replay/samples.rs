//! Where in the traces the replayed jobs start.

use crate::job::{Job, count, float, whole};
use crate::random::Generator;
use crate::trace::Trace;

/// Which ticks are starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sampling {
    /// So many random starts in each trace.
    Random {
        /// The starts in one trace.
        samples: u32,
        /// The seed of the generator.
        seed: u32,
    },
    /// Every so many ticks, from the first tick on.
    Every {
        /// The distance of two starts.
        ticks: usize,
    },
}

/// One start in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample<'a> {
    /// The length of a tick in seconds.
    pub(crate) gap_seconds: i64,
    /// The availability from the start on.
    pub(crate) available: &'a [bool],
}

/// No start leaves the job its whole time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name} has {length} ticks of {gap_seconds} s, and the job needs {needed} until its target; \
     use a longer trace, fewer --job-hours or a larger --job-fraction"
)]
pub(crate) struct TooShort {
    name: String,
    length: usize,
    gap_seconds: i64,
    needed: usize,
}

/// The starts in all named traces, such that each job's target lies inside its trace.
pub(crate) fn choose<'a>(
    sampling: Sampling,
    job: &Job,
    traces: &'a [(String, Trace)],
) -> Result<Vec<Sample<'a>>, TooShort> {
    let mut chosen = Vec::new();
    let mut generator = match sampling {
        Sampling::Random { seed, .. } => Generator::new(seed),
        Sampling::Every { .. } => Generator::new(0),
    };
    for (name, Trace { gap_seconds, available }) in traces {
        let needed = job.limit_ticks(*gap_seconds).saturating_add(2);
        let starts = available.len().saturating_sub(needed - 1);
        if starts == 0 {
            let (name, length) = (name.clone(), available.len());
            return Err(TooShort { name, length, gap_seconds: *gap_seconds, needed });
        }
        let sample = |start: usize| Sample {
            gap_seconds: *gap_seconds,
            available: available.get(start..).unwrap_or_default(),
        };
        match sampling {
            Sampling::Random { samples, .. } => {
                chosen.extend((0..samples).map(|_| sample(pick(starts, &mut generator))));
            }
            Sampling::Every { ticks } => chosen.extend((0..starts).step_by(ticks).map(sample)),
        }
    }
    Ok(chosen)
}

fn pick(starts: usize, generator: &mut Generator) -> usize {
    let starts = i64::try_from(starts).map_or(0.0, float);
    count(whole((starts * generator.draw()).floor()))
}

#[cfg(test)]
mod tests {
    use super::{Sampling, choose};
    use crate::job::Job;
    use crate::trace::Trace;

    const JOB: Job = Job {
        work_seconds: 1000,
        limit_seconds: 1500,
        changeover_seconds: 0,
        changeover_varies: false,
        price_ratio: 2.0,
    };

    fn traces(length: usize) -> [(String, Trace); 1] {
        [("zone".to_owned(), Trace { gap_seconds: 600, available: vec![true; length] })]
    }

    fn lengths(sampling: Sampling, length: usize) -> Vec<usize> {
        let traces = traces(length);
        let samples = choose(sampling, &JOB, &traces).unwrap();
        samples.iter().map(|sample| sample.available.len()).collect()
    }

    #[test]
    fn each_start_leaves_the_time_until_the_target_and_one_tick_more() {
        assert_eq!(lengths(Sampling::Every { ticks: 2 }, 9), [9, 7, 5]);
        assert_eq!(lengths(Sampling::Every { ticks: 2 }, 5), [5]);
        let mut random = lengths(Sampling::Random { samples: 200, seed: 1 }, 9);
        random.sort_unstable();
        random.dedup();
        assert_eq!(random, [5, 6, 7, 8, 9]);
    }

    #[test]
    fn a_trace_shorter_than_the_limit_is_an_error() {
        let error = choose(Sampling::Every { ticks: 1 }, &JOB, &traces(4)).unwrap_err();
        assert!(error.to_string().starts_with("zone has 4 ticks of 600 s, and the job needs 5"));
    }
}
