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
pub(crate) struct CallHistory {
    /// Times of `DescribeTrainingJob`.
    pub(crate) describes: Vec<Timestamp>,
    /// Those that were refused or lost.
    pub(crate) failed_describes: u64,
    /// All other calls: when, which, what came of it, whether the caller got to know.
    pub(crate) effects: Vec<(Timestamp, &'static str, &'static str, bool)>,
}

/// A call that changes something, as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) time: Timestamp,
    /// The how-manieth process it was that sent it.
    pub(crate) process: u64,
    pub(crate) region: String,
    pub(crate) operation: &'static str,
    pub(crate) job: String,
}

/// All calls: as they arrived, by training job, and as they were sent.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    by_job: Mutex<BTreeMap<String, CallHistory>>,
    sent: Mutex<Vec<Sent>>,
}

impl CallLog {
    pub(crate) fn record(&self, entry: &Entry<'_>) {
        let named = entry.body["TrainingJobName"].as_str();
        let arn = entry.body["ResourceArn"].as_str();
        let job = named.or_else(|| arn?.rsplit('/').next()).unwrap_or_default();
        let mut log = self.by_job.lock().unwrap();
        let history = log.entry(job.to_owned()).or_default();
        if entry.operation == "DescribeTrainingJob" {
            history.describes.push(entry.time);
            history.failed_describes += u64::from(entry.outcome != "OK" || entry.lost);
        } else {
            history.effects.push((entry.time, entry.operation, entry.outcome, entry.lost));
        }
    }

    /// A call leaves.
    pub(crate) fn send(&self, sent: Sent) {
        self.sent.lock().unwrap().push(sent);
    }

    /// Calls that change something, in the order in which they were sent.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// The calls so far, by job.
    pub(crate) fn histories(&self) -> BTreeMap<String, CallHistory> {
        self.by_job.lock().unwrap().clone()
    }
}
