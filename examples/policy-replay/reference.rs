//! The policies to compare with. They run on ticks, without the operator's code.

use crate::engine::{self, Decision, Place, Rule, View};
use crate::job::{Job, Outcome, whole};
use crate::progress::UniformProgress;

/// A policy that the operator does not have, or has in its own form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ReferencePolicy {
    /// On-demand from the start.
    OnDemand,
    /// Spot, and on-demand when the safety net says so.
    Greedy,
    /// On-demand for good after a wait for capacity.
    Wait {
        /// The longest wait.
        hours: f64,
    },
    /// Uniform Progress for a job that cannot see spot capacity while on on-demand.
    BlindUniformProgress,
    /// Uniform Progress with a probe that always shows spot capacity.
    UniformProgress,
}

/// Replays a job under a reference policy.
pub(crate) fn replay(
    policy: ReferencePolicy,
    job: &Job,
    available: &[bool],
    gap_seconds: i64,
) -> Outcome {
    let run = |rule: &mut dyn Rule| engine::run(rule, job, available, gap_seconds);
    match policy {
        ReferencePolicy::OnDemand => job.on_demand(gap_seconds),
        ReferencePolicy::Greedy => run(&mut Greedy),
        ReferencePolicy::Wait { hours } => run(&mut Wait::new(hours)),
        ReferencePolicy::BlindUniformProgress => run(&mut UniformProgress::blind()),
        ReferencePolicy::UniformProgress => run(&mut UniformProgress::seeing()),
    }
}

/// Waits for spot until the safety net, then stays on on-demand to the end.
pub(crate) struct Greedy;

impl Rule for Greedy {
    fn decide(&mut self, view: &View) -> Decision {
        match view.place {
            Place::Queued if !view.fits() => Decision::StartOnDemand,
            Place::Queued | Place::Spot | Place::OnDemand => Decision::Stay,
        }
    }
}

/// Waits for spot at most so long at a time, then stays on on-demand to the end.
pub(crate) struct Wait {
    seconds: i64,
}

impl Wait {
    /// Each wait is at most so long.
    pub(crate) fn new(hours: f64) -> Self {
        Self { seconds: whole(hours * 3600.0) }
    }
}

impl Rule for Wait {
    fn decide(&mut self, view: &View) -> Decision {
        let over = view.now - view.since >= self.seconds;
        match view.place {
            Place::Queued if over || !view.fits() => Decision::StartOnDemand,
            Place::Queued | Place::Spot | Place::OnDemand => Decision::Stay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ReferencePolicy, replay};
    use crate::job::Job;

    const JOB: Job = Job {
        work_seconds: 6000,
        limit_seconds: 12_000,
        changeover_seconds: 720,
        changeover_varies: false,
        price_ratio: 3.0,
    };

    fn cost(policy: ReferencePolicy, available: &[bool]) -> f64 {
        let outcome = replay(policy, &JOB, available, 600);
        assert!(!outcome.missed);
        outcome.cost * 18_000.0
    }

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-6, "{left} is not {right}");
    }

    #[test]
    fn the_changeover_is_billed_and_the_last_tick_in_part() {
        close(cost(ReferencePolicy::Greedy, &[true; 20]), 6720.0);
        close(cost(ReferencePolicy::OnDemand, &[true; 20]), 3.0 * 6720.0);
    }

    #[test]
    fn an_interruption_keeps_the_progress_and_pays_the_changeover_again() {
        let mut available = [true; 20];
        if let Some(tick) = available.get_mut(2) {
            *tick = false;
        }
        close(cost(ReferencePolicy::Greedy, &available), 6000.0 + 2.0 * 720.0);
    }

    #[test]
    fn a_wait_ends_on_on_demand_for_good() {
        let mut available = [false; 20];
        available.iter_mut().skip(2).for_each(|tick| *tick = true);
        let policy = ReferencePolicy::Wait { hours: 1.0 / 6.0 };
        close(cost(policy, &available), 3.0 * 6720.0);
        close(cost(ReferencePolicy::Wait { hours: 1.0 }, &available), 6720.0);
    }

    #[test]
    fn the_safety_net_keeps_the_target() {
        for policy in [ReferencePolicy::BlindUniformProgress, ReferencePolicy::UniformProgress] {
            close(cost(policy, &[false; 22]), 3.0 * 6720.0);
        }
        close(cost(ReferencePolicy::Greedy, &[false; 22]), 3.0 * 6720.0);
    }
}
