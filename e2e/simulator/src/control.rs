//! Control of a simulator by tests and by people: faults, limits, interruptions, figures.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::interference::faults::Fault;
use crate::interference::holds::Hold;
use crate::ledger::calls::Call;
use crate::ledger::stats::{self, Stats};
use crate::lifecycle::order::What;
use crate::lifecycle::status::{Primary, Secondary};
use crate::moment::{Millis, moment};
use crate::operation::describe;
use crate::quota::Quota;
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
    /// Orders a fault.
    pub fn add_fault(&self, fault: Fault) {
        self.state().faults.add(fault);
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// The faults that can still strike.
    pub fn faults(&self) -> Vec<Fault> {
        self.state().faults.armed()
    }

    /// The withheld calls.
    pub fn held(&self) -> Vec<Hold> {
        self.state().holds.list().to_vec()
    }

    /// Releases the withheld calls; how many there were.
    pub fn release(&self) -> usize {
        self.state().holds.release()
    }

    /// Replaces the rate limits: calls per second, account and region by operation.
    pub fn set_limits(&self, per_second: BTreeMap<String, f64>) {
        self.state().rates.set(per_second);
    }

    /// Sets quotas by instance type; the others stay.
    pub fn set_quotas(&self, quotas: BTreeMap<String, Quota>) {
        self.state().quotas.by_type.extend(quotas);
    }

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

    /// Ends the training program of a job with its failure reason, or that of the job's script.
    ///
    /// # Errors
    /// If there is no such job, or it isn't training.
    pub fn fail(&self, job: &JobRef, now: Timestamp) -> Result<(), ControlError> {
        self.order(job, What::Fail(job.failure_reason.clone()), now)
    }

    fn order(&self, job: &JobRef, what: What, now: Timestamp) -> Result<(), ControlError> {
        let now = moment(now);
        let mut state = self.state();
        let caller = find(&state, job)?;
        let name = &job.training_job_name;
        let job =
            state.job_mut(&caller, name).map_err(|_| ControlError::NoSuchJob(name.clone()))?;
        let (status, secondary) = (job.timeline.primary(now), job.timeline.secondary(now));
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
        job.order(what, now);
        Ok(())
    }

    /// Figures since the start or the last reset.
    pub fn stats(&self) -> Stats {
        let state = self.state();
        let (uids, checkpoint_prefixes) =
            stats::of_jobs(state.jobs.values().flat_map(BTreeMap::values));
        Stats {
            calls: state.calls.outcomes().clone(),
            creates: state.creates.clone(),
            uids,
            checkpoint_prefixes,
        }
    }

    /// The latest 10,000 calls, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.latest().cloned().collect()
    }

    /// All jobs as Describe shows them, with `Account`, `Region` and `Tags`.
    pub fn jobs(&self, now: Timestamp) -> Vec<Value> {
        let state = self.state();
        let view = |caller: &Caller, job, now: Millis| {
            let mut view = describe::describe(job, now);
            view.insert("Account".into(), json!(caller.account));
            view.insert("Region".into(), json!(caller.region));
            view.insert("Tags".into(), json!(job.tags));
            Value::Object(view)
        };
        let jobs =
            state.jobs.iter().flat_map(|(caller, jobs)| jobs.values().map(move |j| (caller, j)));
        jobs.map(|(caller, job)| view(caller, job, moment(now))).collect()
    }

    /// Forgets jobs, figures, calls, faults, limits and quotas; releases what is held.
    pub fn reset(&self) {
        let mut state = self.state();
        state.holds.release();
        *state = State::new(state.options.clone());
    }
}

fn find(state: &State, job: &JobRef) -> Result<Caller, ControlError> {
    let name = &job.training_job_name;
    let fits = |wanted: &Option<String>, given: &str| wanted.as_ref().is_none_or(|w| w == given);
    let mut found = state.jobs.iter().filter(|(caller, jobs)| {
        jobs.contains_key(name)
            && fits(&job.account, &caller.account)
            && fits(&job.region, &caller.region)
    });
    match (found.next(), found.next()) {
        (None, _) => Err(ControlError::NoSuchJob(name.clone())),
        (Some((caller, _)), None) => Ok(caller.clone()),
        (Some(_), Some(_)) => Err(ControlError::Ambiguous(name.clone())),
    }
}
