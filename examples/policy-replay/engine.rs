//! Runs one job tick by tick under a rule, and adds up what it costs.
//!
//! A queued spot job starts by itself when there is capacity, and a spot job that runs is left only by
//! an interruption. Every start pays the changeover at the price of what it starts. On-demand is
//! always available. Billing stops at the moment of completion.

use crate::job::{Changeovers, Job, Outcome};

/// Where the job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Waiting for spot capacity, unbilled.
    Queued,
    /// On spot.
    Spot,
    /// On on-demand.
    OnDemand,
}

/// What a rule knows at the beginning of a tick. Times are in seconds, `now` since the job's start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) now: i64,
    /// The time until the next decision.
    pub(crate) step: i64,
    pub(crate) work_left: i64,
    pub(crate) time_left: i64,
    pub(crate) changeover: i64,
    pub(crate) place: Place,
    /// When the job came to its place: the beginning of the wait or of the changeover.
    pub(crate) since: i64,
    /// When its changeover is over.
    pub(crate) settled_at: i64,
    /// Whether there is spot capacity. Only a rule with a probe may look at it while on on-demand.
    pub(crate) capacity: bool,
}

impl View {
    /// The time that the job can still lose.
    pub(crate) fn slack(&self) -> i64 {
        self.time_left - self.work_left
    }

    /// Whether no changeover is going on.
    pub(crate) fn is_settled(&self) -> bool {
        self.now >= self.settled_at
    }

    /// Whether two changeovers still fit after a wait until the next decision: the safety net is
    /// where they do not.
    pub(crate) fn fits(&self) -> bool {
        self.slack() - self.step >= 2 * self.changeover
    }
}

/// What a rule wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Stay in the place.
    Stay,
    /// Stop the on-demand job and queue a spot job.
    QueueSpot,
    /// Withdraw the queued spot job and start on on-demand.
    StartOnDemand,
}

/// A capacity policy: it is asked at every tick.
pub(crate) trait Rule {
    /// Decides what happens during the tick that begins.
    fn decide(&mut self, view: &View) -> Decision;
}

/// Replays a job from the first tick of `available` until it is complete.
///
/// After the last tick there is no spot capacity any more. A job that still waits for it then has
/// missed its target, and costs what it has been billed.
pub(crate) fn run(rule: &mut dyn Rule, job: &Job, available: &[bool], gap_seconds: i64) -> Outcome {
    let mut run = Run::new(job, gap_seconds, available.len());
    let mut ticks = available.iter().copied();
    loop {
        let tick = ticks.next();
        run.begin_tick(rule, tick.unwrap_or(false));
        if tick.is_none() && run.place == Place::Queued {
            return Outcome { cost: job.cost(run.spot, run.on_demand), missed: true };
        }
        run.pass_tick();
        if run.work_left == 0 {
            let missed = job.misses(run.now, gap_seconds);
            return Outcome { cost: job.cost(run.spot, run.on_demand), missed };
        }
    }
}

struct Run<'a> {
    job: &'a Job,
    gap: i64,
    now: i64,
    place: Place,
    since: i64,
    settled_at: i64,
    changeovers: Changeovers,
    work_left: i64,
    /// Billed seconds.
    spot: i64,
    on_demand: i64,
}

impl<'a> Run<'a> {
    fn new(job: &'a Job, gap: i64, seed: usize) -> Self {
        let work_left = job.work_seconds;
        Self {
            job,
            gap,
            now: 0,
            place: Place::Queued,
            since: 0,
            settled_at: 0,
            changeovers: job.changeovers(seed),
            work_left,
            spot: 0,
            on_demand: 0,
        }
    }

    fn begin_tick(&mut self, rule: &mut dyn Rule, capacity: bool) {
        if self.place == Place::Spot && !capacity {
            self.enter(Place::Queued);
        }
        self.start_queued(capacity);
        match (rule.decide(&self.view(capacity)), self.place) {
            (Decision::StartOnDemand, Place::Queued) => self.enter(Place::OnDemand),
            (Decision::QueueSpot, Place::OnDemand) => {
                self.enter(Place::Queued);
                self.start_queued(capacity);
            }
            (Decision::Stay | Decision::StartOnDemand | Decision::QueueSpot, _) => {}
        }
    }

    fn start_queued(&mut self, capacity: bool) {
        if self.place == Place::Queued && capacity {
            self.enter(Place::Spot);
        }
    }

    fn enter(&mut self, place: Place) {
        self.place = place;
        self.since = self.now;
        self.settled_at = match place {
            Place::Queued => self.now,
            Place::Spot | Place::OnDemand => self.now + self.changeovers.next(),
        };
    }

    fn pass_tick(&mut self) {
        let changeover = (self.settled_at - self.now).clamp(0, self.gap);
        let work = self.work_left.min(self.gap - changeover);
        let (bill, time) = match self.place {
            Place::Queued => {
                self.now += self.gap;
                return;
            }
            Place::Spot => (&mut self.spot, changeover + work),
            Place::OnDemand => (&mut self.on_demand, changeover + work),
        };
        *bill += time;
        self.work_left -= work;
        self.now += if self.work_left == 0 { time } else { self.gap };
    }

    fn view(&self, capacity: bool) -> View {
        View {
            now: self.now,
            step: self.gap,
            work_left: self.work_left,
            time_left: self.job.limit_seconds - self.now,
            changeover: self.job.believed_changeover(),
            place: self.place,
            since: self.since,
            settled_at: self.settled_at,
            capacity,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Place, Run};
    use crate::job::Job;

    /// What a job costs that is at `places`, tick by tick, or nothing if there is no such way through
    /// `available`, or if it does not complete the job.
    pub(crate) fn cost_of(
        job: &Job,
        places: &[Place],
        available: &[bool],
        gap: i64,
    ) -> Option<f64> {
        let mut run = Run::new(job, gap, 0);
        for (place, capacity) in places.iter().zip(available) {
            if *place == Place::Spot && !capacity {
                return None;
            }
            if *place != run.place {
                run.enter(*place);
            }
            run.pass_tick();
            if run.work_left == 0 {
                return Some(job.cost(run.spot, run.on_demand));
            }
        }
        None
    }
}
