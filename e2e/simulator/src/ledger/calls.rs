//! The calls: the latest one by one, all of them as counts.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::Timestamp;
use serde::Serialize;

use crate::caller::Signature;
use crate::simulator::Delivery;

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// When it was executed or refused.
    pub time: Timestamp,
    /// The operation.
    pub operation: String,
    /// The region it was sent to.
    pub region: String,
    /// The access key id that signed it, if it is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub access_key: String,
    /// The job it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_name: Option<String>,
    /// `OK` or the error code; `lost-before`, `held-before` and `hung` if nothing was executed.
    pub outcome: &'static str,
    /// What the caller got of it: `normal`, `lost`, `slow` or `held`.
    pub delivery: &'static str,
}

impl Call {
    /// A call before its answer.
    pub(crate) fn sent(
        signature: Signature<'_>,
        operation: &str,
        job: Option<&str>,
        time: Timestamp,
    ) -> Self {
        Self {
            time,
            operation: operation.to_owned(),
            region: signature.caller.region.clone(),
            access_key: signature.access_key.to_owned(),
            job_name: job.map(str::to_owned),
            outcome: "OK",
            delivery: "normal",
        }
    }

    /// The call with its answer.
    pub(crate) fn answered(self, outcome: &'static str, delivery: Delivery) -> Self {
        let delivery = match delivery {
            Delivery::Normal => "normal",
            Delivery::Slow(_) => "slow",
            Delivery::Lost | Delivery::LostBefore => "lost",
            Delivery::Held(_) | Delivery::HeldBefore(_) | Delivery::Hung(_) => "held",
        };
        Self { outcome, delivery, ..self }
    }
}

/// How many calls are kept one by one.
const KEPT: usize = 10_000;

/// Numbers of calls by two keys, for example region and operation.
pub(crate) type Counts = BTreeMap<String, BTreeMap<String, u64>>;

#[derive(Debug, Default)]
pub(crate) struct Calls {
    latest: VecDeque<Call>,
    outcomes: BTreeMap<String, BTreeMap<&'static str, u64>>,
    by_region: Counts,
    by_access_key: Counts,
    /// Calls so far per operation and job.
    numbers: HashMap<String, HashMap<String, u64>>,
}

impl Calls {
    /// The number of this call among those of its operation on its job, from 0. Counts.
    pub(crate) fn number(&mut self, operation: &str, job: Option<&str>) -> u64 {
        let job = job.unwrap_or_default();
        let known = self.numbers.get_mut(operation).and_then(|jobs| jobs.get_mut(job));
        if let Some(next) = known {
            *next += 1;
            return *next - 1;
        }
        self.numbers.entry(operation.to_owned()).or_default().insert(job.to_owned(), 1);
        0
    }

    pub(crate) fn record(&mut self, call: Call) {
        match self.outcomes.get_mut(&call.operation) {
            Some(outcomes) => *outcomes.entry(call.outcome).or_default() += 1,
            None => drop(self.outcomes.insert(call.operation.clone(), [(call.outcome, 1)].into())),
        }
        count(&mut self.by_region, &call.region, &call.operation);
        if !call.access_key.is_empty() {
            count(&mut self.by_access_key, &call.access_key, &call.operation);
        }
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

    /// Calls per region and operation.
    pub(crate) fn by_region(&self) -> &Counts {
        &self.by_region
    }

    /// Calls per access key and operation.
    pub(crate) fn by_access_key(&self) -> &Counts {
        &self.by_access_key
    }
}

/// Counts without a new key for what is counted already: a simulation makes a million calls.
fn count(counts: &mut Counts, key: &str, operation: &str) {
    if let Some(known) = counts.get_mut(key).and_then(|counts| counts.get_mut(operation)) {
        *known += 1;
        return;
    }
    *counts.entry(key.to_owned()).or_default().entry(operation.to_owned()).or_default() += 1;
}
