//! The attempts that are over: records for people, totals for programs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::job_snapshot::JobSnapshot;
use super::live_attempt::LiveAttempt;
use super::stop_request::STOP_GRACE;
use super::{Unknown, is_default};
use crate::domain::job::Job;
use crate::domain::spec::pool::Market;
use crate::domain::vocabulary::Word;

/// Newest attempts that are listed.
pub const ATTEMPTS_LISTED: usize = 10;

/// The attempts that are over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The newest of them.
    pub last: Option<PastAttempt>,
    /// Running totals: an attempt is added once, in the decision that ends it.
    pub totals: Totals,
    /// The newest attempts, oldest first; kept by the public status alone.
    pub records: Vec<AttemptRecord>,
}

/// The newest attempt that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PastAttempt {
    /// Its number.
    pub number: u32,
    /// Its instance type.
    pub instance_type: String,
    /// How its instances were paid for.
    pub market: Word<Market>,
    /// Its instances.
    pub instance_count: i32,
    /// Its job as it was last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobSnapshot>,
    /// Whether the totals of the attempts before it were incomplete.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_incomplete: bool,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

/// Sums, and extremes, over all attempts that are over. What SageMaker did not say is unknown, not
/// zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Times SageMaker took a spot instance away.
    #[serde(default)]
    pub interruptions: u32,
    /// Training seconds per instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_seconds: Option<i64>,
    /// Billable seconds per instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_seconds: Option<i64>,
    /// Seconds per instance for which attempts had their instances: as SageMaker counts them, or, where
    /// it does not say, as they were seen.
    #[serde(default)]
    pub used_seconds: i64,
    /// Seconds that attempts spent in Training, as they were seen, without the work that may be lost.
    #[serde(default)]
    pub trained_seconds: i64,
    /// Longest time from our request to stop a job to its end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub longest_stop: i64,
    /// Longest time from the creation of an on-demand job to its instances.
    #[serde(default, skip_serializing_if = "is_default")]
    pub longest_launch: i64,
    /// Longest time from a job's instances to its training.
    #[serde(default, skip_serializing_if = "is_default")]
    pub longest_setup: i64,
    /// An attempt trained and SageMaker said only in part how long, or what for: no savings can be
    /// told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

/// One line of `status.attempts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRecord {
    /// Its number.
    pub number: u32,
    /// Its `TrainingJobName`.
    pub job_name: String,
    /// Its instance type.
    pub instance_type: String,
    /// How its instances were paid for.
    pub market: String,
    /// When it was decided on.
    pub start: Timestamp,
    /// When it was over; `None` while it is possibly live.
    pub completion: Option<Timestamp>,
    /// How it ended, in one word of [`Outcome`](crate::domain::vocabulary::Outcome).
    pub outcome: Option<String>,
    /// Why, in one word.
    pub reason: Option<String>,
    /// Why, in SageMaker's words.
    pub message: Option<String>,
    /// Training seconds per instance.
    pub training_seconds: Option<i64>,
    /// Billable seconds per instance.
    pub billable_seconds: Option<i64>,
    /// Times a spot instance was taken away.
    pub interruptions: u32,
}

impl History {
    /// Adds an attempt that is over, with what is known of its job's accounting.
    pub fn add(&mut self, live: &LiveAttempt, record: AttemptRecord, job: Option<&Job>) {
        let totals = &mut self.totals;
        let was_incomplete = totals.incomplete;
        totals.interruptions = totals.interruptions.saturating_add(live.interruptions());
        self.totals.account(job, live.has_started());
        // A job that vanished had its instances until it was missed, for all that is known.
        let until = record.completion.filter(|_| job.is_none());
        let current = |since: Option<Timestamp>| {
            let stretch = since.zip(until).map(|(since, until)| until.duration_since(since));
            stretch.map_or(0, |stretch| stretch.as_secs().max(0))
        };
        let seen = live.job.as_ref();
        let seen = seen.map_or(0, |job| job.busy_seconds.saturating_add(current(job.busy_since)));
        let used = job.and_then(|job| job.training_seconds).unwrap_or(seen);
        self.totals.used_seconds = self.totals.used_seconds.saturating_add(used);
        let trained = live.job.as_ref().map_or(0, |job| job.trained_seconds);
        self.totals.trained_seconds = self.totals.trained_seconds.saturating_add(trained);
        self.totals.measure(live, record.completion);
        self.last = Some(PastAttempt {
            number: live.number,
            instance_type: live.instance_type.clone(),
            market: live.market.clone(),
            instance_count: live.instance_count,
            job: live.job.clone(),
            after_incomplete: was_incomplete,
            other: Unknown::new(),
        });
        self.records.push(record);
        let surplus = self.records.len().saturating_sub(ATTEMPTS_LISTED);
        self.records.drain(..surplus);
    }

    /// Fills in numbers of the newest attempt that were missing when it ended.
    pub fn complete(&mut self, job: &Job) {
        let after_incomplete = self.last.as_ref().is_some_and(|last| last.after_incomplete);
        let Some(record) = self.records.last_mut() else { return };
        let (Some(training), Some(billable)) = (job.training_seconds, job.billable_seconds) else {
            return;
        };
        let missing = |known: Option<i64>, now| if known.is_none() { now } else { 0 };
        let totals = &mut self.totals;
        add(&mut totals.training_seconds, missing(record.training_seconds, training));
        add(&mut totals.billable_seconds, missing(record.billable_seconds, billable));
        // What an earlier attempt did not say stays unknown.
        totals.incomplete &= after_incomplete;
        record.training_seconds = Some(training);
        record.billable_seconds = Some(billable);
    }
}

impl PastAttempt {
    /// Times its spot instance was taken away.
    #[must_use]
    pub fn interruptions(&self) -> u32 {
        self.job.as_ref().map_or(0, |job| job.interruptions)
    }
}

impl Totals {
    /// Keeps what the changes of instances of one attempt took.
    fn measure(&mut self, live: &LiveAttempt, end: Option<Timestamp>) {
        let stopped = live.stop.as_ref().filter(|stop| stop.accepted.is_some()).zip(end);
        let stop = stopped.map_or(0, |(stop, end)| end.duration_since(stop.sent).as_secs());
        // A longer one hung, and says nothing of the next one.
        if stop <= STOP_GRACE.as_secs() {
            self.longest_stop = self.longest_stop.max(stop);
        }
        let Some(job) = &live.job else { return };
        self.longest_setup = self.longest_setup.max(job.setup_seconds);
        if live.market == Market::OnDemand {
            self.longest_launch = self.longest_launch.max(job.launch_seconds);
        }
    }

    /// Adds the accounting of one attempt. One that never started trained nothing.
    fn account(&mut self, job: Option<&Job>, has_started: bool) {
        let training = job.and_then(|job| job.training_seconds);
        let billable = job.and_then(|job| job.billable_seconds);
        for (sum, seconds) in
            [(&mut self.training_seconds, training), (&mut self.billable_seconds, billable)]
        {
            if let Some(seconds) = seconds {
                add(sum, seconds);
            }
        }
        let trained = has_started || training.is_some() || billable.is_some();
        self.incomplete |= trained && (training.is_none() || billable.is_none());
    }
}

fn add(sum: &mut Option<i64>, seconds: i64) {
    *sum = Some(sum.unwrap_or(0).saturating_add(seconds));
}
