//! SageMaker's two statuses of a training job.

/// `TrainingJobStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Primary {
    InProgress,
    Completed,
    Failed,
    Stopping,
    Stopped,
    /// The record of a finished job is being deleted \[M\].
    Deleting,
}

impl Primary {
    /// As the API spells it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Deleting => "Deleting",
        }
    }
}

/// `SecondaryStatus`: those that the documented life cycle passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secondary {
    Starting,
    /// On-demand accelerated types that await capacity \[D\].
    Pending,
    Downloading,
    Training,
    Interrupted,
    /// Between the runs of a job that `RetryStrategy` starts again [?].
    Restarting,
    Uploading,
    Stopping,
    Completed,
    Failed,
    Stopped,
    MaxRuntimeExceeded,
    MaxWaitTimeExceeded,
}

impl Secondary {
    /// As the API spells it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "Starting",
            Self::Pending => "Pending",
            Self::Downloading => "Downloading",
            Self::Training => "Training",
            Self::Interrupted => "Interrupted",
            Self::Restarting => "Restarting",
            Self::Uploading => "Uploading",
            Self::Stopping => "Stopping",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
            Self::MaxRuntimeExceeded => "MaxRuntimeExceeded",
            Self::MaxWaitTimeExceeded => "MaxWaitTimeExceeded",
        }
    }
}
