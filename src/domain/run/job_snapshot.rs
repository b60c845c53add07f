//! A training job as it was last seen: what a run keeps of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Unknown, is_default};
use crate::domain::job::progress::JobPhase;
use crate::domain::job::secondary_status::SecondaryStatus;
use crate::domain::job::{Job, JobStatus};
use crate::domain::vocabulary::{Progress, Word};

/// A job as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSnapshot {
    /// `TrainingJobStatus`.
    pub status: String,
    /// `SecondaryStatus`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary: Option<String>,
    /// What the job is doing.
    pub phase: Word<Progress>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase_since: Option<Timestamp>,
    /// `CreationTime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// `LastModifiedTime`: what is older is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Timestamp>,
    /// Whether instances were granted at any time.
    #[serde(default)]
    pub has_started: bool,
    /// Times a spot instance was taken away.
    #[serde(default)]
    pub interruptions: u32,
    /// Seconds of earlier stretches in which it had its instances.
    #[serde(default)]
    pub busy_seconds: i64,
    /// Since when it has its instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_since: Option<Timestamp>,
    /// Seconds of earlier stretches in Training, without the work that may be lost.
    #[serde(default)]
    pub trained_seconds: i64,
    /// Since when it is in Training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_since: Option<Timestamp>,
    /// Seconds from its creation to its first instances.
    #[serde(default, skip_serializing_if = "is_default")]
    pub launch_seconds: i64,
    /// Seconds of the longest way from its instances to training.
    #[serde(default, skip_serializing_if = "is_default")]
    pub setup_seconds: i64,
    /// `TrainingJobArn`; kept by the public status alone.
    #[serde(skip)]
    pub arn: Option<String>,
    /// `StatusMessage` of the newest transition; kept by the public status alone.
    #[serde(skip)]
    pub message: Option<String>,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

impl JobSnapshot {
    /// What is kept of `job`, given what was known `before`: nothing is forgotten that was once true.
    /// A stretch of training that is cut short loses `lost_at_most` seconds.
    #[must_use]
    pub fn of(job: &Job, before: Option<&Self>, lost_at_most: i64) -> Self {
        let interruptions = before.map_or(0, |before| before.interruptions);
        Self {
            status: job.status.as_str().to_owned(),
            secondary: job.secondary.as_ref().map(|status| status.as_str().to_owned()),
            phase: job.phase().word(),
            phase_since: job.phase_since(),
            created: job.created.or_else(|| before.and_then(|before| before.created)),
            modified: job.modified,
            has_started: job.has_started() || before.is_some_and(|before| before.has_started),
            interruptions: job.interruptions().max(interruptions),
            busy_seconds: job.seconds_in(SecondaryStatus::shows_instances),
            busy_since: job.since(SecondaryStatus::shows_instances),
            trained_seconds: job.trained_seconds(lost_at_most),
            training_since: job.since(|status| *status == SecondaryStatus::Training),
            launch_seconds: job.launch_seconds(),
            setup_seconds: job.longest_setup(),
            arn: Some(job.arn.clone()).filter(|arn| !arn.is_empty()),
            message: job.message().map(str::to_owned),
            other: before.map(|before| before.other.clone()).unwrap_or_default(),
        }
    }

    /// What the job is doing.
    #[must_use]
    pub fn phase(&self) -> JobPhase {
        JobPhase::read(self.phase.as_str())
    }

    /// Whether the job waits for instances.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.secondary.as_deref().is_some_and(|word| SecondaryStatus::parse(word).waits())
    }

    /// `TrainingJobStatus`.
    #[must_use]
    pub fn status(&self) -> JobStatus {
        JobStatus::parse(&self.status)
    }

    /// `SecondaryStatus`.
    #[must_use]
    pub fn secondary(&self) -> Option<SecondaryStatus> {
        self.secondary.as_deref().map(SecondaryStatus::parse)
    }
}
