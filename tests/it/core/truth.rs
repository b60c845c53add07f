//! A training job as it truly is: `SageMaker`'s side of the model.

use spot_training_operator::domain::job::{JobStatus, Owner};
use spot_training_operator::domain::situation::Seen;

use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::present;

/// A training job as it truly is.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) name: String,
    status: JobStatus,
    /// Each secondary status, and the second in which it began.
    path: Vec<(&'static str, i64)>,
}

impl Truth {
    pub(super) fn new(name: &str, now: i64) -> Self {
        let path = vec![("Starting", now)];
        Self { name: name.to_owned(), status: JobStatus::InProgress, path }
    }

    pub(super) fn is_live(&self) -> bool {
        !self.status.is_over()
    }

    pub(super) fn end(&mut self, status: JobStatus, secondary: &'static str, now: i64) {
        self.status = status;
        self.path.push((secondary, now));
    }

    pub(super) fn advance(&mut self, now: i64) {
        let (status, next) = match (&self.status, self.path.last().unwrap().0) {
            (JobStatus::Stopping, _) => (JobStatus::Stopped, "Stopped"),
            (_, "Starting") => (JobStatus::InProgress, "Downloading"),
            (_, "Downloading") => (JobStatus::InProgress, "Training"),
            (_, "Training") if self.path.len() < 6 => (JobStatus::InProgress, "Interrupted"),
            (_, "Training") => (JobStatus::InProgress, "Uploading"),
            (_, "Interrupted") => (JobStatus::InProgress, "Starting"),
            _ => (JobStatus::Completed, "Completed"),
        };
        self.end(status, next, now);
    }

    /// It is asked to stop; false if it is over, or stops already.
    pub(super) fn stop(&mut self, now: i64) -> bool {
        let runs = self.status == JobStatus::InProgress;
        if runs {
            self.end(JobStatus::Stopping, "Stopping", now);
        }
        runs
    }

    /// What a describe shows.
    pub(super) fn described(&self, verify_owner: bool) -> Seen {
        let (path, starts): (Vec<_>, Vec<_>) = self.path.iter().copied().unzip();
        let mut seen = job(self.status.clone(), &path, starts[0]);
        for (transition, start) in seen.transitions.iter_mut().zip(starts) {
            transition.start = Some(at(start));
        }
        seen.owner = if verify_owner { Owner::Ours } else { Owner::NotAsked };
        present(seen)
    }
}
