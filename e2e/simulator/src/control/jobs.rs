//! Orders to single jobs: interrupt, complete, fail, remove.

use jiff::Timestamp;
use serde::Deserialize;

use crate::caller::Caller;
use crate::lifecycle::order::What;
use crate::lifecycle::status::{Primary, Secondary};
use crate::moment::{Millis, moment};
use crate::simulator::Simulator;
use crate::state::State;

/// A job named by somebody who may not say in which account and region it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobRef {
    /// `TrainingJobName`.
    pub training_job_name: String,
    /// Needed if several accounts have a job of that name.
    pub account: Option<String>,
    /// Needed if several regions have a job of that name.
    pub region: Option<String>,
    /// Of `fail`: the failure reason.
    pub failure_reason: Option<String>,
}

impl JobRef {
    /// The only job of that name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { training_job_name: name.into(), ..Self::default() }
    }
}

/// Why an order to a job was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// No job matches.
    #[error("no training job {0}")]
    NoSuchJob(String),
    /// Several do.
    #[error("several training jobs {0}: name account and region")]
    Ambiguous(String),
    /// It is in no state for that.
    #[error("training job {name} is {status}/{secondary}, not InProgress/Training")]
    NotTraining {
        /// The job.
        name: String,
        /// Its primary status.
        status: &'static str,
        /// Its secondary status.
        secondary: &'static str,
    },
    /// Only spot instances are taken away.
    #[error("training job {0} doesn't use managed spot training")]
    NotSpot(String),
}

impl Simulator {
    /// Takes the spot instance from a job that is training.
    ///
    /// # Errors
    /// If there is no such job, or it isn't a spot job that is training.
    pub fn interrupt(&self, job: &JobRef, now: Timestamp) -> Result<(), ControlError> {
        self.order(job, What::Interrupt, now)
    }

    /// Ends the training program of a job with success.
    ///
    /// # Errors
    /// If there is no such job, or it isn't training.
    pub fn complete(&self, job: &JobRef, now: Timestamp) -> Result<(), ControlError> {
        self.order(job, What::Complete, now)
    }

    /// Ends the training program of a job with its failure reason, or that of the job's workload.
    ///
    /// # Errors
    /// If there is no such job, or it isn't training.
    pub fn fail(&self, job: &JobRef, now: Timestamp) -> Result<(), ControlError> {
        self.order(job, What::Fail(job.failure_reason.clone()), now)
    }

    /// Makes the record of a job in any state vanish at once, as if the job had never been: what
    /// `DeleteTrainingJob` does only to finished jobs, and later.
    ///
    /// # Errors
    /// If there is no such job.
    pub fn remove(&self, job: &JobRef, now: Timestamp) -> Result<(), ControlError> {
        let now = moment(now);
        let mut state = self.state();
        let caller = find(&state, job, now)?;
        state.jobs.remove(&caller, &job.training_job_name, now);
        Ok(())
    }

    /// When a training program last saved a checkpoint below `prefix`: they do so all the time.
    pub fn newest_checkpoint(
        &self,
        caller: &Caller,
        prefix: &str,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let (prefix, now) = (prefix.trim_end_matches('/'), moment(now));
        let state = self.state();
        let jobs = state.jobs.of(caller, now);
        let jobs = jobs.filter(|job| job.checkpoint_prefix() == Some(prefix));
        let newest = jobs.flat_map(|job| job.trained(now)).map(|(_, end)| end).max()?;
        Timestamp::from_millisecond(newest).ok()
    }

    fn order(&self, job: &JobRef, what: What, now: Timestamp) -> Result<(), ControlError> {
        let now = moment(now);
        let mut state = self.state();
        let caller = find(&state, job, now)?;
        let name = &job.training_job_name;
        let no_such_job = |_| ControlError::NoSuchJob(name.clone());
        let job = state.jobs.get(&caller, name, now).map_err(no_such_job)?;
        let (status, secondary) = (job.primary(now), job.timeline.secondary(now));
        if (status, secondary) != (Primary::InProgress, Secondary::Training) {
            return Err(ControlError::NotTraining {
                name: name.clone(),
                status: status.as_str(),
                secondary: secondary.as_str(),
            });
        }
        if what == What::Interrupt && !job.plan.spot {
            return Err(ControlError::NotSpot(name.clone()));
        }
        state.jobs.order(&caller, name, what, now);
        Ok(())
    }
}

fn find(state: &State, job: &JobRef, now: Millis) -> Result<Caller, ControlError> {
    let name = &job.training_job_name;
    let fits = |wanted: &Option<String>, given: &str| wanted.as_ref().is_none_or(|w| w == given);
    let mut found = state
        .jobs
        .places_of(name, now)
        .filter(|caller| fits(&job.account, &caller.account) && fits(&job.region, &caller.region));
    match (found.next(), found.next()) {
        (None, _) => Err(ControlError::NoSuchJob(name.clone())),
        (Some(caller), None) => Ok(caller.clone()),
        (Some(_), Some(_)) => Err(ControlError::Ambiguous(name.clone())),
    }
}
