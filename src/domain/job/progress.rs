//! How far a job in progress is, by the history of its secondary statuses.
//!
//! `Starting` alone does not say whether SageMaker looks for the first instances, for others after
//! an interruption, or restarts the job after an error of its own; what came before it does.

use jiff::Timestamp;

use super::secondary_status::SecondaryStatus;
use super::{Job, Transition};
use crate::domain::vocabulary::{Progress, Vocabulary, Word};

/// What a job in progress is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobPhase {
    /// SageMaker looks for instances for the first time in this job.
    WaitingForCapacity,
    /// Downloading, training, uploading, or something newer than this operator.
    Running,
    /// A spot instance was taken away and SageMaker looks for another.
    Interrupted,
    /// SageMaker restarts the job after an error of its own.
    Restarting,
}

impl JobPhase {
    /// The phase as a word that can be stored.
    #[must_use]
    pub fn word(self) -> Word<Progress> {
        Word::Known(match self {
            Self::WaitingForCapacity => Progress::WaitingForCapacity,
            Self::Running => Progress::Training,
            Self::Interrupted => Progress::Interrupted,
            Self::Restarting => Progress::Restarting,
        })
    }

    /// The phase that a stored word says; a word that is not known is live, so it runs.
    #[must_use]
    pub fn read(word: &str) -> Self {
        match Progress::parse(word) {
            Some(Progress::WaitingForCapacity) => Self::WaitingForCapacity,
            Some(Progress::Interrupted) => Self::Interrupted,
            Some(Progress::Restarting) => Self::Restarting,
            Some(
                Progress::Creating
                | Progress::Training
                | Progress::Stopping
                | Progress::Suspended
                | Progress::Resumed
                | Progress::Completed
                | Progress::WaitingForFinalizers
                | Progress::TooLittleTime
                | Progress::TargetOver
                | Progress::AsExpected,
            )
            | None => Self::Running,
        }
    }
}

impl Job {
    /// What the job is doing, if it is in progress.
    #[must_use]
    pub fn phase(&self) -> JobPhase {
        match &self.secondary {
            Some(SecondaryStatus::Interrupted) => JobPhase::Interrupted,
            Some(SecondaryStatus::Restarting) => JobPhase::Restarting,
            Some(status) if status.waits() => phase_after(self.before_waiting()),
            None if self.transitions.is_empty() => JobPhase::WaitingForCapacity,
            Some(_) | None => JobPhase::Running,
        }
    }

    /// The newest transition that is not a wait for instances.
    fn before_waiting(&self) -> Option<&Transition> {
        self.transitions.iter().rev().find(|transition| !transition.status.waits())
    }

    /// Since when the job is in its phase: a wait counts from its beginning, not from its last
    /// sub-phase.
    #[must_use]
    pub fn phase_since(&self) -> Option<Timestamp> {
        let last = self.transitions.last()?;
        let waits = |transition: &Transition| {
            transition.status.waits()
                || matches!(
                    transition.status,
                    SecondaryStatus::Interrupted | SecondaryStatus::Restarting
                )
        };
        if !waits(last) {
            return last.start;
        }
        let wait = self.transitions.iter().rev().take_while(|transition| waits(transition));
        wait.filter_map(|transition| transition.start).last()
    }

    /// Whether instances were granted at any time.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.transitions.iter().any(|transition| {
            transition.status.shows_instances() || transition.status == SecondaryStatus::Interrupted
        })
    }

    /// Whether the job has its instances now.
    #[must_use]
    pub fn has_instances(&self) -> bool {
        self.secondary.as_ref().is_some_and(SecondaryStatus::shows_instances)
    }

    /// Whether a job that is over had its instances until it was stopped.
    #[must_use]
    pub fn ended_with_instances(&self) -> bool {
        let is_end =
            |status: &SecondaryStatus| status.is_over() || *status == SecondaryStatus::Stopping;
        let last = self.transitions.iter().rev().find(|last| !is_end(&last.status));
        last.is_some_and(|last| last.status.shows_instances())
    }

    /// Times a spot instance was taken away: there is no counter but the history (service model).
    #[must_use]
    pub fn interruptions(&self) -> u32 {
        let taken = |transition: &&Transition| transition.status == SecondaryStatus::Interrupted;
        u32::try_from(self.transitions.iter().filter(taken).count()).unwrap_or(u32::MAX)
    }

    /// Seconds of the stretches, but for the current one, in statuses of this kind.
    #[must_use]
    pub fn seconds_in(&self, kind: impl Fn(&SecondaryStatus) -> bool) -> i64 {
        self.stretches(kind).map(|(seconds, _)| seconds).fold(0, i64::saturating_add)
    }

    /// The stretches, but for the current one, in statuses of this kind: the seconds of each, and the
    /// status after it.
    fn stretches(
        &self,
        kind: impl Fn(&SecondaryStatus) -> bool,
    ) -> impl Iterator<Item = (i64, &SecondaryStatus)> {
        let pairs = self.transitions.iter().zip(self.transitions.iter().skip(1));
        let stretches = pairs.filter(move |(stretch, _)| kind(&stretch.status));
        stretches.filter_map(|(stretch, next)| {
            let (start, end) = stretch.start.zip(next.start)?;
            Some((end.duration_since(start).as_secs().max(0), &next.status))
        })
    }

    /// Seconds of training, but for the current stretch. One that did not come to its own end may have
    /// lost this much since its last checkpoint.
    #[must_use]
    pub fn trained_seconds(&self, lost_at_most: i64) -> i64 {
        let trains = |status: &SecondaryStatus| *status == SecondaryStatus::Training;
        let is_done = |status: &SecondaryStatus| {
            matches!(status, SecondaryStatus::Uploading | SecondaryStatus::Completed)
        };
        let kept = |(seconds, next): (i64, &SecondaryStatus)| {
            seconds - if is_done(next) { 0 } else { lost_at_most.min(seconds) }
        };
        self.stretches(trains).map(kept).fold(0, i64::saturating_add)
    }

    /// Seconds from its creation to its first instances; 0 before that.
    #[must_use]
    pub fn launch_seconds(&self) -> i64 {
        let first = self.transitions.iter().find(|transition| transition.status.shows_instances());
        let launched = self.created.zip(first.and_then(|first| first.start));
        launched.map_or(0, |(created, first)| first.duration_since(created).as_secs().max(0))
    }

    /// Seconds of the longest way from instances to training; 0 before the first.
    #[must_use]
    pub fn longest_setup(&self) -> i64 {
        let (mut since, mut longest) = (None, 0);
        for transition in &self.transitions {
            if transition.status == SecondaryStatus::Training {
                let way = since.take().zip(transition.start);
                longest = way
                    .map_or(0, |(since, end): (Timestamp, _)| end.duration_since(since).as_secs())
                    .max(longest);
            } else if transition.status.shows_instances() {
                since = since.or(transition.start);
            } else {
                since = None;
            }
        }
        longest
    }

    /// Since when the job is in its status, if that is of this kind.
    #[must_use]
    pub fn since(&self, kind: impl Fn(&SecondaryStatus) -> bool) -> Option<Timestamp> {
        self.transitions.last().filter(|last| kind(&last.status))?.start
    }

    /// SageMaker's message about the newest transition.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.transitions.last().and_then(|last| last.message.as_deref())
    }
}

/// Why SageMaker waits for instances, by what came before the wait.
fn phase_after(before: Option<&Transition>) -> JobPhase {
    let Some(before) = before.map(|before| &before.status) else {
        return JobPhase::WaitingForCapacity;
    };
    if *before == SecondaryStatus::Interrupted {
        JobPhase::Interrupted
    } else if before.shows_instances() || *before == SecondaryStatus::Restarting {
        // `RetryStrategy`: the job goes back to Starting (service model).
        JobPhase::Restarting
    } else {
        JobPhase::WaitingForCapacity
    }
}
