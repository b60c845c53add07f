//! Replays all samples under all policies on all cores.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;

use crate::job::{Job, Outcome, float};
use crate::policy::{Policy, replay};
use crate::samples::Sample;

/// How one policy did on all samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    /// The policy.
    pub(crate) policy: Policy,
    /// The mean cost as a share of the work's on-demand price.
    pub(crate) cost: f64,
    /// The jobs that missed their target.
    pub(crate) missed: u32,
    /// The jobs in all.
    pub(crate) samples: u32,
}

/// Compares policies on the same samples.
pub(crate) fn compare(policies: &[Policy], job: &Job, samples: &[Sample<'_>]) -> Vec<Standing> {
    let outcomes = outcomes(policies, job, samples);
    policies.iter().zip(outcomes).map(|(policy, outcomes)| standing(*policy, &outcomes)).collect()
}

/// The outcomes by policy. Each core takes a share of the samples.
fn outcomes(policies: &[Policy], job: &Job, samples: &[Sample<'_>]) -> Vec<Vec<Outcome>> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = samples.len().div_ceil(cores).max(1);
    let replay_all = |policy: Policy, samples: &[Sample<'_>]| -> Vec<Outcome> {
        let one = |sample: &Sample<'_>| replay(policy, job, sample.available, sample.gap_seconds);
        samples.iter().map(one).collect()
    };
    thread::scope(|scope| {
        let workers: Vec<_> = samples
            .chunks(share)
            .map(|samples| {
                scope.spawn(move || {
                    policies.iter().map(|policy| replay_all(*policy, samples)).collect()
                })
            })
            .collect();
        let mut all = vec![Vec::with_capacity(samples.len()); policies.len()];
        for worker in workers {
            let part: Vec<Vec<Outcome>> =
                worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            all.iter_mut().zip(part).for_each(|(all, part)| all.extend(part));
        }
        all
    })
}

fn standing(policy: Policy, outcomes: &[Outcome]) -> Standing {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let samples = number(outcomes.len());
    let missed = number(outcomes.iter().filter(|outcome| outcome.missed).count());
    let sum: f64 = outcomes.iter().map(|outcome| outcome.cost).sum();
    Standing { policy, cost: sum / float(i64::from(samples)), missed, samples }
}
