//! The phase of an object: derived from its run, shown as state and conditions.

use super::Subject;
use crate::domain::job::JobStatus;
use crate::domain::job::progress::JobPhase;
use crate::domain::run::job_snapshot::JobSnapshot;
use crate::domain::run::{Activity, End};
use crate::domain::vocabulary::{Blocker, FailureClass, Limit, Progress, State, StopReason, Word};

/// Where an object is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// About to create, or creating, a training job.
    Creating,
    /// No attempt can start; the run says why.
    Blocked,
    /// SageMaker waits for instances for the first time in this attempt.
    Waiting,
    /// Downloading, training or uploading.
    Active,
    /// A spot instance was taken away and SageMaker waits for another.
    Interrupted,
    /// SageMaker restarts the job after an error of its own.
    Restarting,
    /// The job is being stopped.
    Stopping,
    /// Suspended, and nothing runs.
    Suspended,
    /// Our part is done; finalizers of others hold the deleted object.
    Leaving,
    /// Training succeeded.
    Completed,
    /// Training failed.
    Failed(Word<FailureClass>),
    /// A limit of the spec was exceeded.
    Exceeded(Limit),
}

impl Phase {
    /// The phase of an object.
    #[must_use]
    pub fn of(subject: &Subject<'_>) -> Self {
        let (run, spec, object) = (subject.run, subject.spec, subject.object);
        let live = match &run.activity {
            Activity::Ended(End::Completed) => return Self::Completed,
            Activity::Ended(End::Failed(class)) => return Self::Failed(class.clone()),
            Activity::Ended(End::Exceeded(limit)) => return Self::Exceeded(*limit),
            Activity::Live(live) if run.uid == object.uid => live,
            Activity::Live(_) => return Self::Blocked,
            Activity::Idle if object.deleting => return Self::Leaving,
            Activity::Idle if run.blocked.is_some() && run.uid != object.uid => {
                return Self::Blocked;
            }
            Activity::Idle if spec.suspend() => return Self::Suspended,
            Activity::Idle if run.blocked.is_some() => return Self::Blocked,
            Activity::Idle => return Self::Creating,
        };
        // The wish to suspend can be withdrawn before SageMaker has accepted the stop.
        let stops = live.stop.as_ref().is_some_and(|stop| {
            let wished = stop.why != StopReason::StoppedForSuspend || spec.suspend();
            stop.accepted.is_some() || wished
        });
        let job = live.job.as_ref();
        if stops || job.is_some_and(|job| job.status() == JobStatus::Stopping) {
            return Self::Stopping;
        }
        if !live.is_acknowledged() {
            return if run.blocked.is_some() { Self::Blocked } else { Self::Creating };
        }
        match job.map_or(JobPhase::WaitingForCapacity, JobSnapshot::phase) {
            JobPhase::WaitingForCapacity => Self::Waiting,
            JobPhase::Running => Self::Active,
            JobPhase::Interrupted => Self::Interrupted,
            JobPhase::Restarting => Self::Restarting,
        }
    }

    /// The phase in one word for people.
    #[must_use]
    pub fn state(&self, subject: &Subject<'_>) -> State {
        match self {
            Self::Creating => State::Pending,
            Self::Blocked => subject.run.blocked.as_ref().map_or(State::Pending, |blocked| {
                let queued = blocked.waits_for_others() || blocked.blocker == Blocker::BackingOff;
                match (blocked.stalled, queued) {
                    (true, _) => State::Stalled,
                    (false, true) => State::Queued,
                    (false, false) => State::Pending,
                }
            }),
            Self::Waiting => State::WaitingForCapacity,
            Self::Active | Self::Restarting => State::Running,
            Self::Interrupted => State::Interrupted,
            Self::Stopping | Self::Leaving => State::Stopping,
            Self::Suspended => State::Suspended,
            Self::Completed => State::Completed,
            Self::Failed(_) | Self::Exceeded(_) => State::Failed,
        }
    }

    /// Why, in one word.
    #[must_use]
    pub fn reason(&self, subject: &Subject<'_>) -> String {
        let progress = match self {
            Self::Blocked => {
                let blocked = subject.run.blocked.as_ref();
                return blocked.map_or_else(
                    || Progress::Creating.to_string(),
                    |blocked| blocked.blocker.to_string(),
                );
            }
            Self::Failed(class) => return class.to_string(),
            Self::Exceeded(limit) => return limit.to_string(),
            Self::Creating => Progress::Creating,
            Self::Waiting => Progress::WaitingForCapacity,
            Self::Active => Progress::Training,
            Self::Interrupted => Progress::Interrupted,
            Self::Restarting => Progress::Restarting,
            Self::Stopping => Progress::Stopping,
            Self::Suspended => Progress::Suspended,
            Self::Leaving if subject.object.other_finalizers.is_empty() => Progress::Stopping,
            Self::Leaving => Progress::WaitingForFinalizers,
            Self::Completed => Progress::Completed,
        };
        progress.to_string()
    }
}
