//! A training job as `DescribeTrainingJob` shows it.

use jiff::Timestamp;

use super::secondary_status::SecondaryStatus;

/// A training job as `DescribeTrainingJob` shows it. A number that is absent is unknown, not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// `TrainingJobArn`.
    pub arn: String,
    /// `TrainingJobStatus`.
    pub status: JobStatus,
    /// `SecondaryStatus`.
    pub secondary: Option<SecondaryStatus>,
    /// `FailureReason`; `None` where it is absent or blank.
    pub failure_reason: Option<String>,
    /// `SecondaryStatusTransitions`, oldest first.
    pub transitions: Vec<Transition>,
    /// `CreationTime`.
    pub created: Option<Timestamp>,
    /// `LastModifiedTime`.
    pub modified: Option<Timestamp>,
    /// `TrainingEndTime`.
    pub ended: Option<Timestamp>,
    /// `TrainingTimeInSeconds`, per instance.
    pub training_seconds: Option<i64>,
    /// `BillableTimeInSeconds`, per instance.
    pub billable_seconds: Option<i64>,
    /// `ModelArtifacts.S3ModelArtifacts`.
    pub model_artifacts: Option<String>,
    /// `FinalMetricDataList`.
    pub final_metrics: Vec<Metric>,
    /// Whose job it is, where `ListTags` was asked.
    pub owner: Owner,
}

/// Whose a training job is, by its UID tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// `ListTags` was not asked.
    #[default]
    NotAsked,
    /// It carries this object's UID tag.
    Ours,
    /// It carries another one, or none.
    Foreign,
}

/// A final metric of a training job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// `MetricName`.
    pub name: String,
    /// `Value`, as text because the Kubernetes API has no floats.
    pub value: String,
    /// `Timestamp`.
    pub timestamp: Option<Timestamp>,
}

/// `TrainingJobStatus`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum JobStatus {
    /// Live.
    #[default]
    InProgress,
    /// Over, with success.
    Completed,
    /// Over, with a failure.
    Failed,
    /// Live, being stopped.
    Stopping,
    /// Over, stopped.
    Stopped,
    /// Its record is being deleted: live until gone, unless the secondary status says otherwise.
    Deleting,
    /// A status newer than this operator: live.
    Other(String),
}

impl JobStatus {
    /// Reads SageMaker's word.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "InProgress" => Self::InProgress,
            "Completed" => Self::Completed,
            "Failed" => Self::Failed,
            "Stopping" => Self::Stopping,
            "Stopped" => Self::Stopped,
            "Deleting" => Self::Deleting,
            other => Self::Other(other.to_owned()),
        }
    }

    /// SageMaker's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Deleting => "Deleting",
            Self::Other(word) => word,
        }
    }

    /// Whether a job in this status is over.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Stopped)
    }
}

/// An entry of `SecondaryStatusTransitions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The secondary status entered.
    pub status: SecondaryStatus,
    /// When it was entered.
    pub start: Option<Timestamp>,
    /// `StatusMessage`.
    pub message: Option<String>,
}
