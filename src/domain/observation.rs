//! What was seen of SageMaker in this round.

use jiff::Timestamp;

/// The result of the last effect, or of nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// SageMaker was not asked in this round.
    NotLooked,
    /// The account behind the operator's credentials (STS `GetCallerIdentity`).
    Identified(String),
    /// `CreateTrainingJob` was accepted; the job's ARN.
    Created(String),
    /// `StopTrainingJob` was accepted.
    StopAccepted,
    /// There is no training job of that name.
    Absent,
    /// The training job as SageMaker describes it.
    Present(Box<Job>),
    /// AWS refused, or did not answer.
    Refused(Operation, Refusal),
}

impl Observation {
    /// The refusal, if AWS refused or did not answer.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(_, refusal) => Some(refusal),
            Self::NotLooked
            | Self::Identified(_)
            | Self::Created(_)
            | Self::StopAccepted
            | Self::Absent
            | Self::Present(_) => None,
        }
    }
}

/// A call to AWS that can be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// STS `GetCallerIdentity`.
    Identify,
    /// `CreateTrainingJob`.
    Create,
    /// `DescribeTrainingJob`, and `ListTags` where the owner is in question.
    Describe,
    /// `StopTrainingJob`.
    Stop,
}

impl Operation {
    /// The API's name of the call.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "GetCallerIdentity",
            Self::Create => "CreateTrainingJob",
            Self::Describe => "DescribeTrainingJob",
            Self::Stop => "StopTrainingJob",
        }
    }
}

/// Why AWS did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// AWS's own words.
    pub message: String,
    /// When to ask again at the earliest, where that is known.
    pub retry_at: Option<Timestamp>,
}

/// Kinds of refusal: one for each row of the life cycle's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// Create: the name is taken (`ResourceInUse`).
    NameInUse,
    /// Create: an instance quota is used up (`ResourceLimitExceeded`).
    Quota,
    /// Create: the instance type does not exist in this region.
    NotInRegion,
    /// Create: permissions that may still be propagating.
    AccessPropagating,
    /// The request is invalid (`ValidationException`).
    Invalid,
    /// `AccessDeniedException`.
    AccessDenied,
    /// No credentials, or expired or invalid ones.
    Credentials,
    /// The credentials belong to another account than the object's; nothing was asked.
    AccountChanged,
    /// Stop: the job is already stopping or over.
    AlreadyOver,
    /// `ThrottlingException`: certainly not executed.
    Throttled,
    /// 5xx, time-out, lost reply: perhaps executed.
    Unavailable,
}

impl RefusalKind {
    /// Passes by itself: asked again with back-off, shown to nobody.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }
}

/// A training job as `DescribeTrainingJob` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// `TrainingJobArn`.
    pub arn: String,
    /// `TrainingJobStatus`.
    pub status: JobStatus,
    /// `SecondaryStatus`.
    pub secondary: String,
    /// `FailureReason`.
    pub failure_reason: Option<String>,
    /// `SecondaryStatusTransitions`, oldest first.
    pub transitions: Vec<Transition>,
    /// `CreationTime`.
    pub created: Timestamp,
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
    /// Being deleted: live until gone.
    Deleting,
    /// A status newer than this operator: live.
    Unknown(String),
}

impl JobStatus {
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
            Self::Unknown(word) => word,
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
    pub status: String,
    /// When it was entered.
    pub start: Timestamp,
    /// `StatusMessage`.
    pub message: Option<String>,
}
