//! The situation: everything one decision is made from.

use jiff::{SignedDuration, Timestamp};

use super::admission::{Admission, Rooms};
use super::job::Job;
use super::job::call_error::{Call, CallError};
use super::job::checkpoint::NewestCheckpoint;
use super::run::Run;
use super::spec::plan::ParsedSpec;

/// What is known of one object at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The moment of the decision.
    pub now: Timestamp,
    /// Kubernetes' facts of the object.
    pub object: &'a ObjectFacts,
    /// What its spec asks for.
    pub spec: &'a ParsedSpec,
    /// What is going on, as it was last committed.
    pub run: &'a Run,
    /// What was observed in this reconcile.
    pub seen: &'a Seen,
    /// What AWS's rates and quotas, and other objects, allow.
    pub admission: &'a Admission,
    /// When the job was polled, and is polled next.
    pub polled: Polled,
    /// Since when no call about this object was answered, in this process.
    pub unanswered_since: Option<Timestamp>,
    /// Monotonic times.
    pub elapsed: Elapsed,
}

impl<'a> Situation<'a> {
    /// What is known of the pools of the plan.
    #[must_use]
    pub fn rooms(&self) -> Rooms<'a> {
        let pools = self.spec.plan().map_or(&[][..], |plan| &plan.pools);
        Rooms::new(pools, &self.admission.pools)
    }
}

/// Kubernetes' facts of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectFacts {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.generation`.
    pub generation: i64,
    /// Whether `metadata.deletionTimestamp` is set.
    pub deleting: bool,
    /// Whether our finalizer is on the object.
    pub has_finalizer: bool,
    /// Finalizers of others.
    pub other_finalizers: Vec<String>,
    /// The label or annotation that says that another tool keeps the object: it would apply it again
    /// when it is gone.
    pub kept_by: Option<&'static str>,
}

/// All that was observed in this reconcile. A later observation never hides an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What the newest poll of a job found.
    pub job: Option<Sighting>,
    /// Whether the next attempt has a job of this object already, if it was looked for.
    pub successor: Option<bool>,
    /// The newest checkpoint, if it was looked for.
    pub checkpoint: Option<NewestCheckpoint>,
    /// What came of the last effect, if it was a call that is answered.
    pub answer: Option<Answer>,
}

/// What a poll of a job found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The name that was asked for.
    pub job_name: String,
    /// The job; `None` if there is none of that name.
    pub job: Option<Box<Job>>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `CreateTrainingJob` was accepted; the job's ARN.
    Created(String),
    /// `StopTrainingJob` was accepted.
    StopAccepted,
    /// Whether the next attempt has a job of this object already.
    Successor(bool),
    /// What is known of the newest checkpoint.
    Checkpoint(NewestCheckpoint),
    /// The call was refused, or not answered.
    Failed(Call, CallError),
}

impl Seen {
    /// Takes in what an effect showed.
    pub fn answered(&mut self, answer: Option<Answer>) {
        if matches!(answer, Some(Answer::Created(_) | Answer::Failed(Call::Create, _))) {
            // Whatever was found before the request says nothing about the job now.
            self.job = None;
        }
        match answer {
            Some(Answer::Checkpoint(newest)) => self.checkpoint = Some(newest),
            Some(Answer::Successor(found)) => self.successor = Some(found),
            Some(Answer::Created(_) | Answer::StopAccepted | Answer::Failed(..)) | None => {}
        }
        self.answer = answer;
    }

    /// The call that failed, and why.
    #[must_use]
    pub const fn failure(&self) -> Option<(Call, &CallError)> {
        match &self.answer {
            Some(Answer::Failed(call, error)) => Some((*call, error)),
            Some(
                Answer::Created(_)
                | Answer::StopAccepted
                | Answer::Successor(_)
                | Answer::Checkpoint(_),
            )
            | None => None,
        }
    }
}

/// When a job was polled, and is polled next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polled {
    /// The last poll by this process.
    pub last: Option<Timestamp>,
    /// The next one; in the past if it is due.
    pub next: Timestamp,
}

/// Times by the monotonic clock, counted in this process alone: each is what has passed at least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elapsed {
    /// Since the newest create request was committed.
    pub request: SignedDuration,
    /// Since the job was first found absent.
    pub absent: SignedDuration,
    /// Since the job is known to be stopping.
    pub stopping: SignedDuration,
}
