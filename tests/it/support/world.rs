//! A world for the core alone: one object, one clock, and a `SageMaker` that is told what to say.

use jiff::Timestamp;
use spot_training_operator::domain::decide;
use spot_training_operator::domain::decision::{Effect, Note, Wake};
use spot_training_operator::domain::memory::Memory;
use spot_training_operator::domain::observation::{
    Job, Observation, Operation, Refusal, RefusalKind,
};
use spot_training_operator::domain::plan::{Desired, Plan};
use spot_training_operator::domain::situation::{ObjectFacts, Situation};
use spot_training_operator::domain::vocabulary::{ConditionType, EventReason, Reason, State};

use super::objects::{at, facts, plan};

/// One object and what it has come to.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) facts: ObjectFacts,
    pub(crate) desired: Desired,
    pub(crate) memory: Memory,
    pub(crate) next_look: Timestamp,
    pub(crate) failing_since: Option<Timestamp>,
    pub(crate) credentials: u64,
}

/// What a step shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) effect: Option<Effect>,
    pub(crate) notes: Vec<Note>,
    pub(crate) wake: Wake,
    pub(crate) changed: bool,
}

impl Default for World {
    fn default() -> Self {
        Self {
            now: at(0),
            facts: facts(),
            desired: Desired::Plan(plan()),
            memory: Memory::default(),
            next_look: Timestamp::MIN,
            failing_since: None,
            credentials: 7,
        }
    }
}

impl World {
    /// A world in which attempt 1 is acknowledged at second 0.
    pub(crate) fn created() -> Self {
        let mut world = Self::default();
        world.step(&Observation::NotLooked);
        world.step(&Observation::Identified("123456789012".to_owned()));
        world.step(&Observation::Created("arn".to_owned()));
        world
    }

    /// A world in which the intent of attempt 1 is committed at second 0 and not answered.
    pub(crate) fn intended() -> Self {
        let mut world = Self::default();
        world.step(&Observation::NotLooked);
        world.step(&Observation::Identified("123456789012".to_owned()));
        world
    }

    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Plan)) {
        if let Desired::Plan(plan) = &mut self.desired {
            change(plan);
            self.facts.generation += 1;
        }
    }

    /// Decides on an observation and remembers what the decision says.
    pub(crate) fn step(&mut self, seen: &Observation) -> Step {
        let before = self.memory.clone();
        let situation = Situation {
            now: self.now,
            object: &self.facts,
            desired: &self.desired,
            memory: &before,
            seen,
            next_look: self.next_look,
            failing_since: self.failing_since,
            credentials: self.credentials,
        };
        let decision = decide(&situation);
        let step = Step {
            effect: decision.effect.clone(),
            notes: decision.notes.clone(),
            wake: decision.wake,
            changed: *decision.memory != before,
        };
        self.memory = decision.memory.into_owned();
        step
    }

    pub(crate) fn condition(&self, kind: ConditionType) -> Option<(bool, Reason)> {
        let condition = self.memory.conditions.iter().find(|condition| condition.kind == kind)?;
        Some((condition.status, condition.reason))
    }

    pub(crate) fn state(&self) -> State {
        self.memory.state.unwrap()
    }
}

/// A job that is there.
pub(crate) fn present(job: Job) -> Observation {
    Observation::Present(Box::new(job))
}

/// A refusal of `operation`.
pub(crate) fn refused(operation: Operation, kind: RefusalKind) -> Observation {
    let message = "AWS says no".to_owned();
    Observation::Refused(operation, Refusal { kind, message, retry_at: None })
}

/// The reasons of notes.
pub(crate) fn reasons(step: &Step) -> Vec<EventReason> {
    step.notes.iter().map(|note| note.reason).collect()
}
