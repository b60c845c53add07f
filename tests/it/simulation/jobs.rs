//! The jobs that the simulator had, as it knows them exactly.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::scale::POLL_SLOW;
use crate::support::fixtures::context::FAST;
use crate::support::sagemaker::Aws;
use crate::support::sagemaker::json::moment;

/// A training job of an object.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) created: Timestamp,
    pub(super) ended: Option<Timestamp>,
    pub(super) status: String,
    pub(super) spot: bool,
    pub(super) training_seconds: i64,
    pub(super) billable_seconds: i64,
    /// Secondary statuses, and when each began.
    pub(super) phases: Vec<(String, Timestamp)>,
}

/// The jobs of each UID, oldest first.
pub(super) fn by_uid(aws: &Aws, now: Timestamp) -> BTreeMap<String, Vec<Job>> {
    let mut jobs: BTreeMap<String, Vec<Job>> = BTreeMap::new();
    for mut view in aws.simulator.jobs(now) {
        if let Some(uid) = view["Tags"]["spottraining.dev/uid"].as_str() {
            let uid = uid.to_owned();
            // As the operator sees it: what is absent there counts nowhere.
            aws.distortion.apply(&mut view);
            jobs.entry(uid).or_default().push(Job::read(&view));
        }
    }
    for list in jobs.values_mut() {
        list.sort_by_key(|job| job.created);
    }
    jobs
}

impl Job {
    fn read(view: &Value) -> Self {
        let text = |name: &str| view[name].as_str().unwrap().to_owned();
        let phases = view["SecondaryStatusTransitions"].as_array().unwrap();
        let phase = |phase: &Value| {
            let begin = moment(phase["StartTime"].as_f64().unwrap());
            (phase["Status"].as_str().unwrap().to_owned(), begin)
        };
        Self {
            name: text("TrainingJobName"),
            created: moment(view["CreationTime"].as_f64().unwrap()),
            ended: view["TrainingEndTime"].as_f64().map(moment),
            status: text("TrainingJobStatus"),
            spot: view["EnableManagedSpotTraining"] == true,
            training_seconds: view["TrainingTimeInSeconds"].as_i64().unwrap_or_default(),
            billable_seconds: view["BillableTimeInSeconds"].as_i64().unwrap_or_default(),
            phases: phases.iter().map(phase).collect(),
        }
    }

    pub(super) fn interruptions(&self) -> i64 {
        let taken = self.phases.iter().filter(|(status, _)| status == "Interrupted");
        i64::try_from(taken.count()).unwrap()
    }

    /// How long it lived, or has lived.
    pub(super) fn life(&self, now: Timestamp) -> SignedDuration {
        self.ended.unwrap_or(now).duration_since(self.created)
    }

    /// The most describes of this job until `end` by the law of polling: often while a phase is young
    /// (1 minute, Stopping 2), seldom after.
    pub(super) fn lawful_describes(&self, end: Timestamp) -> i64 {
        let ends = self.phases.iter().skip(1).map(|(_, begin)| *begin).chain([end]);
        let describes = self.phases.iter().zip(ends).map(|((status, begin), end)| {
            let length = end.duration_since(*begin).as_secs().max(0);
            let young = length.min(if status == "Stopping" { 120 } else { 60 });
            // Two more: the describe that finds the phase, and one under way at its end.
            young / FAST + (length - young) / (POLL_SLOW - 1) + 2
        });
        describes.sum()
    }
}
