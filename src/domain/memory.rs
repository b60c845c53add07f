//! What an object's status remembers: the public part in its own fields, the rest in the ledger.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::hold::Hold;
use super::intent::Intent;
use super::location::Location;
use super::observation::Metric;
use super::pool::Pool;
use super::vocabulary::{Reason, State};

/// Newest attempts that `status.attempts` lists.
pub const ATTEMPTS_LISTED: usize = 10;

/// Longest text of AWS's that is kept, in characters.
const TEXT_LIMIT: usize = 1024;

/// As much of a text as is kept.
#[must_use]
pub fn clip(text: &str) -> String {
    text.chars().take(TEXT_LIMIT).collect()
}

/// The whole of an object's status, in the core's terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The newest generation decided on.
    pub observed_generation: i64,
    /// Conditions, one per type.
    pub conditions: Vec<Condition>,
    /// One word for people.
    pub state: Option<State>,
    /// Where all of the object's jobs are, fixed with the first attempt.
    pub location: Option<Location>,
    /// The checkpoint prefix, fixed with the first attempt.
    pub checkpoint_uri: Option<String>,
    /// Number of the current attempt, 0 before the first.
    pub attempt: u32,
    /// Pool of the current attempt.
    pub pool: Option<Pool>,
    /// Instances of the current attempt.
    pub instance_count: Option<i32>,
    /// SageMaker's own words about the current attempt.
    pub job: JobMirror,
    /// The newest attempts, oldest first.
    pub attempts: Vec<AttemptRecord>,
    /// Times SageMaker took a spot instance away, over all attempts.
    pub interruptions: u32,
    /// Training seconds per instance, over all attempts that are over.
    pub training_seconds: i64,
    /// Billable seconds per instance, over all attempts that are over.
    pub billable_seconds: i64,
    /// S3 location of the model, on success.
    pub model_artifacts: Option<String>,
    /// Final metrics, on success.
    pub final_metrics: Vec<Metric>,
    /// First round in which the object was not suspended.
    pub start_time: Option<Timestamp>,
    /// When training succeeded or failed for good.
    pub completion_time: Option<Timestamp>,
    /// Since when the object is suspended.
    pub suspended_since: Option<Timestamp>,
    /// Seconds of suspension that are over.
    pub suspended_seconds: i64,
    /// When the next create is tried at the earliest.
    pub next_attempt_time: Option<Timestamp>,
    /// SageMaker's text about the last failed attempt.
    pub failure_reason: Option<String>,
    /// What `decide` needs and no other field says.
    pub ledger: Ledger,
}

/// SageMaker's own words about the current attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobMirror {
    /// `TrainingJobName`.
    pub name: Option<String>,
    /// `TrainingJobArn`.
    pub arn: Option<String>,
    /// `TrainingJobStatus`.
    pub status: Option<String>,
    /// `SecondaryStatus`.
    pub secondary: Option<String>,
    /// `StatusMessage` of the newest transition.
    pub message: Option<String>,
}

/// One line of `status.attempts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRecord {
    /// Its number.
    pub number: u32,
    /// Its `TrainingJobName`.
    pub job_name: String,
    /// Its pool.
    pub pool: Pool,
    /// When its intent was committed.
    pub start: Timestamp,
    /// When it was over.
    pub completion: Option<Timestamp>,
    /// How it ended; `None` while it goes on.
    pub reason: Option<Reason>,
    /// Why, in SageMaker's words.
    pub message: Option<String>,
    /// Training seconds per instance.
    pub training_seconds: Option<i64>,
    /// Billable seconds per instance.
    pub billable_seconds: Option<i64>,
    /// Times a spot instance was taken away.
    pub interruptions: u32,
}

/// The private part of the status: one JSON string, so that an older CRD never prunes it.
///
/// Members of a newer version survive a round trip through an older operator, those inside of other
/// members excepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// The attempt that is possibly live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// Why no attempt can be started now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// Why the current attempt cannot be looked at now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blind: Option<Hold>,
    /// Why the current attempt cannot be stopped now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unstoppable: Option<Hold>,
    /// The current attempt's number was refused by SageMaker for certain: the next try has it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub number_unused: bool,
    /// How the object ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

/// How an object ended, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// Training succeeded.
    Complete,
    /// Training failed, for this reason.
    Failed(Reason),
}

impl Ledger {
    /// What is in the way of following the current attempt.
    #[must_use]
    pub const fn obstacle(&self) -> Option<&Hold> {
        match &self.blind {
            Some(blind) => Some(blind),
            None => self.unstoppable.as_ref(),
        }
    }
}

impl Memory {
    /// The record of the attempt that is being made.
    pub fn current_record(&mut self) -> Option<&mut AttemptRecord> {
        let number = self.attempt;
        self.attempts.iter_mut().rev().find(|record| record.number == number)
    }
}
