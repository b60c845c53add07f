//! Everything the simulator remembers.

use std::collections::BTreeMap;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::interference::faults::Faults;
use crate::interference::holds::Holds;
use crate::interference::rates::Rates;
use crate::job::Job;
use crate::ledger::calls::Calls;
use crate::ledger::stats::Creates;
use crate::options::Options;
use crate::quota::Quotas;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) quotas: Quotas,
    pub(crate) faults: Faults,
    pub(crate) holds: Holds,
    pub(crate) rates: Rates,
    pub(crate) calls: Calls,
    pub(crate) creates: BTreeMap<String, Creates>,
    /// Names are unique per account and region, for ever.
    pub(crate) jobs: BTreeMap<Caller, BTreeMap<String, Job>>,
}

impl State {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            quotas: Quotas { default: options.default_quota, by_type: options.quotas.clone() },
            options,
            faults: Faults::default(),
            holds: Holds::default(),
            rates: Rates::default(),
            calls: Calls::default(),
            creates: BTreeMap::new(),
            jobs: BTreeMap::new(),
        }
    }

    pub(crate) fn jobs_of(&self, caller: &Caller) -> impl Iterator<Item = &Job> {
        self.jobs.get(caller).into_iter().flat_map(BTreeMap::values)
    }

    /// The job of that name.
    pub(crate) fn job(&self, caller: &Caller, name: &str) -> Result<&Job, ApiError> {
        let found = self.jobs.get(caller).and_then(|jobs| jobs.get(name));
        found.ok_or_else(ApiError::not_found)
    }

    /// The job of that name, to be changed.
    pub(crate) fn job_mut(&mut self, caller: &Caller, name: &str) -> Result<&mut Job, ApiError> {
        let found = self.jobs.get_mut(caller).and_then(|jobs| jobs.get_mut(name));
        found.ok_or_else(ApiError::not_found)
    }
}
