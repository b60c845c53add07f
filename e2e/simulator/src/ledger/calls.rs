//! The calls: the latest one by one, all of them as counts.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::Timestamp;
use serde::Serialize;

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// When it was executed or refused.
    pub time: Timestamp,
    /// The operation.
    pub operation: String,
    /// The job it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_name: Option<String>,
    /// `OK` or the error code; `lost-before` and `held-before` if nothing was executed.
    pub outcome: &'static str,
    /// What the caller got of it: `normal`, `lost`, `slow` or `held`.
    pub delivery: &'static str,
}

/// How many calls are kept one by one.
const KEPT: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Calls {
    latest: VecDeque<Call>,
    outcomes: BTreeMap<String, BTreeMap<&'static str, u64>>,
    /// Calls so far per operation and job.
    numbers: HashMap<(String, String), u64>,
}

impl Calls {
    /// The number of this call among those of its operation on its job, from 0. Counts.
    pub(crate) fn number(&mut self, operation: &str, job: Option<&str>) -> u64 {
        let key = (operation.to_owned(), job.unwrap_or_default().to_owned());
        let next = self.numbers.entry(key).or_default();
        let number = *next;
        *next += 1;
        number
    }

    pub(crate) fn record(&mut self, call: Call) {
        let outcomes = self.outcomes.entry(call.operation.clone()).or_default();
        *outcomes.entry(call.outcome).or_default() += 1;
        if self.latest.len() == KEPT {
            self.latest.pop_front();
        }
        self.latest.push_back(call);
    }

    pub(crate) fn latest(&self) -> impl Iterator<Item = &Call> {
        self.latest.iter()
    }

    /// Calls per operation and outcome.
    pub(crate) fn outcomes(&self) -> &BTreeMap<String, BTreeMap<&'static str, u64>> {
        &self.outcomes
    }
}
