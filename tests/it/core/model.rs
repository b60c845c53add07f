//! A model of what surrounds the core: requests that are lost, late or refused, and a process that
//! dies between any two steps. The truth is `SageMaker`'s, not the object's.

use jiff::SignedDuration;
use proptest::prelude::*;
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::job::checkpoint::NewestCheckpoint;
use spot_training_operator::domain::situation::{Answer, Seen};
use spot_training_operator::domain::spec::capacity::CapacityPlan;
use spot_training_operator::domain::spec::plan::Limits;
use spot_training_operator::domain::vocabulary::ConditionType;

use super::happenings::{capacities, set_capacity};
use super::truth::Truth;
use crate::support::faults::FaultKind;
use crate::support::faults::strategy::faults;
use crate::support::fixtures::objects::at;
use crate::support::fixtures::world::{World, absent, created, nothing, refused, stop_accepted};
use crate::support::random::check;

/// Lives of an object that are tried.
const LIVES: u32 = 1500;

/// A request may arrive this long after it was given up at the latest: less than the 90 s after
/// which the core concludes that none will come.
const LATEST_ARRIVAL: i64 = 60;

/// What somebody else does between two steps.
#[derive(Clone, Copy, Debug)]
enum Meanwhile {
    Nothing,
    Time(i64),
    Suspend(bool),
    Delete,
    Advance,
    Fail,
    StoppedByPerson,
}

fn meanwhile() -> impl Strategy<Value = Meanwhile> {
    prop_oneof![
        4 => Just(Meanwhile::Nothing),
        4 => (1..50_i64).prop_map(Meanwhile::Time),
        1 => any::<bool>().prop_map(Meanwhile::Suspend),
        1 => Just(Meanwhile::Delete),
        4 => Just(Meanwhile::Advance),
        1 => Just(Meanwhile::Fail),
        1 => Just(Meanwhile::StoppedByPerson),
    ]
}

/// What an object asks for.
type Setting = ((CapacityPlan, usize), Limits, Option<i64>);

fn settings() -> impl Strategy<Value = Setting> {
    let limits = (prop::option::of(300..2000_i64), prop::option::of(5..60_i64)).prop_map(
        |(active_deadline_seconds, max_training_seconds)| Limits {
            active_deadline_seconds,
            max_training_seconds,
        },
    );
    (capacities(), limits, prop::option::of(0..100_i64))
}

struct Life {
    world: World,
    seconds: i64,
    jobs: Vec<Truth>,
    /// A request under way: its name and the moment it arrives.
    under_way: Option<(String, i64)>,
    gone: bool,
    /// What the process saw last; a new process has seen nothing.
    seen: Seen,
}

impl Life {
    fn new(((capacity, types), limits, ttl_seconds): Setting) -> Self {
        let mut world = World::default();
        world.facts.has_finalizer = false;
        set_capacity(&mut world, capacity, types);
        world.edit(|plan| {
            plan.limits = limits;
            plan.ttl_seconds = ttl_seconds;
            plan.backoff_limit = 1;
        });
        let seen = nothing();
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
        self.jobs.push(Truth::new(name, self.seconds));
        true
    }

    fn live(&self) -> usize {
        self.jobs.iter().filter(|job| job.is_live()).count()
    }

    fn last(&mut self) -> Option<&mut Truth> {
        self.jobs.last_mut().filter(|job| job.is_live())
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
        // The apiserver removes a deleted object that has no finalizer.
        self.gone |= self.world.facts.deleting && !self.world.facts.has_finalizer;
    }

    fn end(&mut self, status: JobStatus, secondary: &'static str) {
        let now = self.seconds;
        if let Some(job) = self.last() {
            job.end(status, secondary, now);
        }
    }

    fn advance(&mut self) {
        let now = self.seconds;
        if let Some(job) = self.last() {
            job.advance(now);
        }
    }

    /// One step of the process.
    fn step(&mut self, fault: Option<FaultKind>) -> Wake {
        let before = self.world.clone();
        let seen = std::mem::replace(&mut self.seen, nothing());
        let step = self.world.step(&seen);
        if fault == Some(FaultKind::CrashBeforeCommit) {
            self.world.run = before.run;
            self.world.view = before.view;
            self.world.restart();
            return Wake::Backoff;
        }
        if fault == Some(FaultKind::CrashBefore) {
            self.world.restart();
            return Wake::Backoff;
        }
        let Some(effect) = step.effect else { return step.wake };
        let next = self.perform(effect, seen, fault);
        if fault == Some(FaultKind::CrashAfter) {
            self.world.restart();
        } else {
            self.seen = next;
        }
        Wake::Backoff
    }

    fn perform(&mut self, effect: Effect, seen: Seen, fault: Option<FaultKind>) -> Seen {
        let lost = |call| refused(call, CallErrorKind::Unavailable);
        match effect {
            Effect::AddFinalizer => {
                self.world.facts.has_finalizer = true;
                nothing()
            }
            Effect::RemoveFinalizer => {
                self.world.facts.has_finalizer = false;
                nothing()
            }
            Effect::DeleteObject => {
                self.world.facts.deleting = true;
                nothing()
            }
            Effect::FindSuccessor { .. } => unreachable!("it was looked for"),
            Effect::FindCheckpoint { .. } => {
                let newest = NewestCheckpoint::Written(self.world.now);
                let answer = Some(Answer::Checkpoint(newest));
                Seen { checkpoint: Some(newest), answer, ..seen }
            }
            Effect::Create(attempt) => match fault {
                Some(FaultKind::LostBefore) => lost(Call::Create),
                Some(FaultKind::Late) => {
                    self.under_way = Some((attempt.job_name, self.seconds + LATEST_ARRIVAL));
                    lost(Call::Create)
                }
                Some(FaultKind::Throttle) => refused(Call::Create, CallErrorKind::Throttled),
                Some(FaultKind::Invalid) => refused(Call::Create, CallErrorKind::Invalid),
                _ => match (self.create(&attempt.job_name), fault) {
                    (_, Some(FaultKind::Lost)) => lost(Call::Create),
                    (true, _) => created(),
                    (false, _) => refused(Call::Create, CallErrorKind::NameInUse),
                },
            },
            Effect::Describe { job_name, verify_owner, .. } => match fault {
                Some(FaultKind::LostBefore | FaultKind::Lost | FaultKind::Late) => {
                    lost(Call::Describe)
                }
                Some(FaultKind::Throttle) => refused(Call::Describe, CallErrorKind::Throttled),
                _ => self.describe(&job_name, verify_owner),
            },
            Effect::Stop { job_name, .. } => {
                if !matches!(fault, Some(FaultKind::LostBefore | FaultKind::Throttle)) {
                    let job = self.jobs.iter_mut().find(|job| job.name == job_name).unwrap();
                    if !job.stop(self.seconds) {
                        return refused(Call::Stop, CallErrorKind::AlreadyOver);
                    }
                }
                match fault {
                    Some(FaultKind::LostBefore | FaultKind::Lost) => lost(Call::Stop),
                    Some(FaultKind::Throttle) => refused(Call::Stop, CallErrorKind::Throttled),
                    _ => stop_accepted(),
                }
            }
        }
    }

    fn describe(&self, name: &str, verify_owner: bool) -> Seen {
        let truth = self.jobs.iter().find(|job| job.name == name);
        truth.map_or_else(absent, |job| job.described(verify_owner))
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
            self.world.edit(|plan| {
                plan.suspend = false;
                // Each job is interrupted once, and instances come at each look.
                plan.capacity.spot_wait = Some(SignedDuration::from_hours(1));
                plan.capacity.max_interruptions = None;
            });
        }
        for _ in 0..400 {
            if self.gone || (self.world.run.end().is_some() && self.live() == 0) {
                return Ok(());
            }
            let wake = self.step(None);
            let wait = match wake {
                Wake::At(at) => at.duration_since(self.world.now).as_secs().max(1),
                Wake::Backoff | Wake::OnChange | Wake::InTurn(..) => 0,
            };
            if wait > 0 {
                self.pass(wait);
                self.advance();
            }
            self.meanwhile(Meanwhile::Nothing);
            self.invariants()?;
        }
        prop_assert!(false, "no end: {:?} {:?}", self.world.run, self.jobs);
        Ok(())
    }
}

#[test]
fn no_loss_delay_or_crash_makes_two_jobs_or_leaves_one_behind() {
    let lives = (settings(), prop::collection::vec((faults(), meanwhile()), 1..50));
    check("lives of an object", LIVES, &lives, |(setting, history)| {
        let mut life = Life::new(setting);
        for (fault, meanwhile) in history {
            if life.gone {
                break;
            }
            life.step(fault);
            life.meanwhile(meanwhile);
            life.invariants()?;
        }
        life.runs_to_its_end()
    });
}
