//! A training job as `DescribeTrainingJob` shows it: the history of its secondary statuses.

use jiff::Timestamp;
use spot_training_operator::domain::job::secondary_status::SecondaryStatus;
use spot_training_operator::domain::job::{Job, JobStatus, Owner, Transition};
use spot_training_operator::domain::spec::pool::Market;

use crate::engine::{Place, View};
use crate::operator::moment;

/// A training job of the operator.
pub(crate) struct TrainingJob {
    /// Its name.
    pub(crate) name: String,
    /// How its instances are paid for.
    pub(crate) market: Market,
    status: JobStatus,
    created: Timestamp,
    transitions: Vec<Transition>,
}

impl TrainingJob {
    /// A job that waits for its instances.
    pub(crate) fn new(name: String, market: Market, created: Timestamp) -> Self {
        let mut job =
            Self { name, market, status: JobStatus::InProgress, created, transitions: Vec::new() };
        job.enter(SecondaryStatus::Starting, created);
        job
    }

    /// Takes in where the job is now; whether that is something new.
    pub(crate) fn follow(&mut self, view: &View) -> bool {
        let known = self.transitions.len();
        let has_instances =
            self.transitions.last().is_some_and(|last| last.status.shows_instances());
        match view.place {
            Place::Queued if has_instances => {
                self.enter(SecondaryStatus::Interrupted, moment(view.since));
            }
            Place::Spot | Place::OnDemand => self.run(view, has_instances),
            Place::Queued => {}
        }
        self.transitions.len() != known
    }

    fn run(&mut self, view: &View, has_instances: bool) {
        if !has_instances {
            self.enter(SecondaryStatus::Downloading, moment(view.since));
        }
        let trains =
            self.transitions.last().is_some_and(|last| last.status == SecondaryStatus::Training);
        if view.is_settled() && !trains {
            self.enter(SecondaryStatus::Training, moment(view.settled_at));
        }
    }

    /// Ends the job: how long a stop takes is a part of the changeover.
    pub(crate) fn stop(&mut self, now: Timestamp) {
        self.status = JobStatus::Stopped;
        self.enter(SecondaryStatus::Stopping, now);
        self.enter(SecondaryStatus::Stopped, now);
    }

    /// What `DescribeTrainingJob` says of it.
    pub(crate) fn described(&self) -> Job {
        let last = self.transitions.last();
        Job {
            status: self.status.clone(),
            secondary: last.map(|last| last.status.clone()),
            created: Some(self.created),
            ended: last.filter(|_| self.status.is_over()).and_then(|last| last.start),
            transitions: self.transitions.clone(),
            owner: Owner::Ours,
            ..Job::default()
        }
    }

    fn enter(&mut self, status: SecondaryStatus, start: Timestamp) {
        self.transitions.push(Transition { status, start: Some(start), message: None });
    }
}
