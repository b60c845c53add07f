//! The log of calls to AWS, job by job: how often, when last, and what changed something.

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::Timestamp;
use serde_json::Value;

/// A call that was executed or refused.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) time: Timestamp,
    pub(crate) operation: &'static str,
    pub(crate) body: &'a Value,
    pub(crate) outcome: &'static str,
    pub(crate) lost: bool,
}

/// The calls about one job.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct History {
    /// Times of `DescribeTrainingJob`.
    pub(crate) looks: Vec<Timestamp>,
    /// Looks that were refused, lost or slow.
    pub(crate) vain_looks: u64,
    /// All other calls: when, which, what came of it, whether the caller got to know.
    pub(crate) effects: Vec<(Timestamp, &'static str, &'static str, bool)>,
}

/// All calls, by training job.
#[derive(Debug, Default)]
pub(crate) struct CallLog(Mutex<BTreeMap<String, History>>);

impl CallLog {
    pub(crate) fn record(&self, entry: &Entry<'_>) {
        let named = entry.body["TrainingJobName"].as_str();
        let arn = entry.body["ResourceArn"].as_str();
        let job = named.or_else(|| arn?.rsplit('/').next()).unwrap_or_default();
        let mut log = self.0.lock().unwrap();
        let history = log.entry(job.to_owned()).or_default();
        if entry.operation == "DescribeTrainingJob" {
            history.looks.push(entry.time);
            history.vain_looks += u64::from(entry.outcome != "OK" || entry.lost);
        } else {
            history.effects.push((entry.time, entry.operation, entry.outcome, entry.lost));
        }
    }

    /// The calls so far, by job.
    pub(crate) fn histories(&self) -> BTreeMap<String, History> {
        self.0.lock().unwrap().clone()
    }
}
