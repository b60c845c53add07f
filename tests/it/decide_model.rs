//! A model of the world around the core: requests that are lost, late or refused, and a process
//! that dies between any two steps. The truth is `SageMaker`'s, not the object's.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};
use spot_training_operator::domain::decision::{Effect, Wake};
use spot_training_operator::domain::observation::{
    JobStatus, Observation, Operation, Owner, RefusalKind,
};
use spot_training_operator::domain::vocabulary::ConditionType;

use crate::support::mischief::{Fate, Meanwhile, events, fates};
use crate::support::objects::{at, job};
use crate::support::world::{World, present, refused};

/// Lives of an object that are tried.
const LIVES: u32 = 1500;

/// A request may arrive this long after it was given up at the latest: less than the 90 s after
/// which the core concludes that none will come.
const LATEST_ARRIVAL: i64 = 60;

/// A training job as it truly is.
#[derive(Clone, Debug)]
struct Truth {
    name: String,
    status: JobStatus,
    path: Vec<&'static str>,
}

struct Life {
    world: World,
    seconds: i64,
    jobs: Vec<Truth>,
    /// A request under way: its name and the moment it arrives.
    under_way: Option<(String, i64)>,
    gone: bool,
    /// What the process saw last; a new process has seen nothing.
    seen: Observation,
}

impl Life {
    fn new() -> Self {
        let mut world = World::default();
        world.facts.has_finalizer = false;
        let seen = Observation::NotLooked;
        Self { world, seconds: 0, jobs: Vec::new(), under_way: None, gone: false, seen }
    }

    fn pass(&mut self, seconds: i64) {
        self.seconds += seconds;
        self.world.now = at(self.seconds);
        if let Some((name, arrival)) = self.under_way.clone()
            && arrival <= self.seconds
        {
            self.under_way = None;
            self.create(&name);
        }
    }

    fn create(&mut self, name: &str) -> bool {
        if self.jobs.iter().any(|job| job.name == name) {
            return false;
        }
        let path = vec!["Starting"];
        self.jobs.push(Truth { name: name.to_owned(), status: JobStatus::InProgress, path });
        true
    }

    fn live(&self) -> usize {
        self.jobs.iter().filter(|job| !job.status.is_over()).count()
    }

    fn last(&mut self) -> Option<&mut Truth> {
        self.jobs.last_mut().filter(|job| !job.status.is_over())
    }

    fn meanwhile(&mut self, what: Meanwhile) {
        match what {
            Meanwhile::Nothing => {}
            Meanwhile::Time(seconds) => self.pass(seconds),
            Meanwhile::Suspend(suspend) => self.world.edit(|plan| plan.suspend = suspend),
            Meanwhile::Delete => self.world.facts.deleting = true,
            Meanwhile::Advance => self.advance(),
            Meanwhile::Fail => self.end(JobStatus::Failed, "Failed"),
            Meanwhile::StoppedByPerson => self.end(JobStatus::Stopped, "Stopped"),
        }
        // Who lets go of an object with a finalizer-less deletion: the apiserver.
        self.gone |= self.world.facts.deleting && !self.world.facts.has_finalizer;
    }

    fn end(&mut self, status: JobStatus, secondary: &'static str) {
        if let Some(job) = self.last() {
            job.status = status;
            job.path.push(secondary);
        }
    }

    fn advance(&mut self) {
        let Some(job) = self.last() else { return };
        let (status, next) = match (&job.status, *job.path.last().unwrap()) {
            (JobStatus::Stopping, _) => (JobStatus::Stopped, "Stopped"),
            (_, "Starting") => (JobStatus::InProgress, "Downloading"),
            (_, "Downloading") => (JobStatus::InProgress, "Training"),
            (_, "Training") if job.path.len() < 6 => (JobStatus::InProgress, "Interrupted"),
            (_, "Training") => (JobStatus::InProgress, "Uploading"),
            (_, "Interrupted") => (JobStatus::InProgress, "Starting"),
            _ => (JobStatus::Completed, "Completed"),
        };
        job.status = status;
        job.path.push(next);
    }

    /// One step of the process.
    fn step(&mut self, fate: Fate) -> Wake {
        let before = self.world.clone();
        let seen = std::mem::replace(&mut self.seen, Observation::NotLooked);
        let step = self.world.step(&seen);
        if matches!(fate, Fate::DiesUncommitted) {
            self.world.memory = before.memory;
            return Wake::Retry;
        }
        if matches!(fate, Fate::DiesCommitted) {
            return Wake::Retry;
        }
        let Some(effect) = step.effect else { return step.wake };
        let next = self.perform(effect, fate);
        if !matches!(fate, Fate::DiesPerformed) {
            self.seen = next;
        }
        Wake::Retry
    }

    fn perform(&mut self, effect: Effect, fate: Fate) -> Observation {
        let lost = |operation| refused(operation, RefusalKind::Unavailable);
        match effect {
            Effect::AddFinalizer => {
                self.world.facts.has_finalizer = true;
                Observation::NotLooked
            }
            Effect::RemoveFinalizer => {
                self.world.facts.has_finalizer = false;
                Observation::NotLooked
            }
            Effect::Identify { .. } => Observation::Identified("123456789012".to_owned()),
            Effect::Create(attempt) => match fate {
                Fate::LostBefore => lost(Operation::Create),
                Fate::Late => {
                    self.under_way = Some((attempt.job_name, self.seconds + LATEST_ARRIVAL));
                    lost(Operation::Create)
                }
                Fate::Throttled => refused(Operation::Create, RefusalKind::Throttled),
                Fate::Invalid => refused(Operation::Create, RefusalKind::Invalid),
                _ => match (self.create(&attempt.job_name), fate) {
                    (_, Fate::LostAfter) => lost(Operation::Create),
                    (true, _) => Observation::Created("arn".to_owned()),
                    (false, _) => refused(Operation::Create, RefusalKind::NameInUse),
                },
            },
            Effect::Look { job_name, verify_owner, .. } => match fate {
                Fate::LostBefore | Fate::LostAfter | Fate::Late => lost(Operation::Describe),
                Fate::Throttled => refused(Operation::Describe, RefusalKind::Throttled),
                _ => self.describe(&job_name, verify_owner),
            },
            Effect::Stop { job_name, .. } => {
                if !matches!(fate, Fate::LostBefore | Fate::Throttled) {
                    let job = self.jobs.iter_mut().find(|job| job.name == job_name).unwrap();
                    if job.status != JobStatus::InProgress {
                        return refused(Operation::Stop, RefusalKind::AlreadyOver);
                    }
                    job.status = JobStatus::Stopping;
                    job.path.push("Stopping");
                }
                match fate {
                    Fate::LostBefore | Fate::LostAfter => lost(Operation::Stop),
                    Fate::Throttled => refused(Operation::Stop, RefusalKind::Throttled),
                    _ => Observation::StopAccepted,
                }
            }
        }
    }

    fn describe(&self, name: &str, verify_owner: bool) -> Observation {
        let Some(truth) = self.jobs.iter().find(|job| job.name == name) else {
            return Observation::Absent;
        };
        let mut seen = job(truth.status.clone(), &truth.path, 0);
        seen.owner = if verify_owner { Owner::Ours } else { Owner::NotAsked };
        present(seen)
    }

    fn holds(&self, kind: ConditionType) -> bool {
        self.world.condition(kind).is_some_and(|(status, _)| status)
    }

    /// What must be true of `SageMaker`, whatever the process has been through.
    fn invariants(&self) -> Result<(), TestCaseError> {
        prop_assert!(self.live() <= 1, "two live jobs: {:?}", self.jobs);
        let known = |name: &str| self.jobs.iter().any(|job| job.name == name);
        let comes = self.under_way.as_ref().is_some_and(|(name, _)| !known(name));
        let over = self.live() == 0 && !comes;
        prop_assert!(over || !self.gone, "a job outlives its object: {:?}", self.jobs);
        for kind in [ConditionType::Complete, ConditionType::Failed, ConditionType::Suspended] {
            let claims = self.holds(kind) && !self.world.facts.deleting;
            prop_assert!(over || !claims, "{kind} with {:?}", self.jobs);
        }
        Ok(())
    }

    /// Without faults, everything comes to its end.
    fn runs_to_its_end(&mut self) -> Result<(), TestCaseError> {
        if !self.world.facts.deleting {
            self.world.edit(|plan| plan.suspend = false);
        }
        for _ in 0..400 {
            if self.gone || (self.world.memory.ledger.end.is_some() && self.live() == 0) {
                return Ok(());
            }
            let wake = self.step(Fate::Well);
            let wait = match wake {
                Wake::At(at) => at.duration_since(self.world.now).as_secs().max(1),
                Wake::Follow => 5,
                Wake::Retry | Wake::OnChange => 0,
            };
            if wait > 0 {
                self.pass(wait);
                self.advance();
            }
            self.meanwhile(Meanwhile::Nothing);
            self.invariants()?;
        }
        prop_assert!(false, "no end: {:?} {:?}", self.world.memory, self.jobs);
        Ok(())
    }
}

#[test]
fn no_loss_delay_or_crash_makes_two_jobs_or_leaves_one_behind() {
    let mut runner = TestRunner::new_with_rng(
        Config { cases: LIVES, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let lives = prop::collection::vec((fates(), events()), 1..50);
    let result = runner.run(&lives, |history| {
        let mut life = Life::new();
        for (fate, meanwhile) in history {
            if life.gone {
                break;
            }
            life.step(fate);
            life.meanwhile(meanwhile);
            life.invariants()?;
        }
        life.runs_to_its_end()
    });
    result.unwrap();
}
