//! The training service: what the operator asks of `SageMaker` and STS.

use async_trait::async_trait;

use crate::api::v1alpha1::template::TrainingJobTemplate;
use crate::domain::job::Job;
use crate::domain::job::call_error::CallError;
use crate::domain::job::location::Location;

/// `SageMaker` training jobs in every region that the operator's credentials reach.
///
/// Every call about a job takes the location the object began in and is refused with
/// `AccountChanged`, without asking, when the credentials are known to belong to another account.
/// Texts in answers and errors are cleaned: no control characters but `\n` and `\t`, no characters
/// that reorder text, and no longer than the status may hold.
#[async_trait]
pub trait TrainingService: Send + Sync {
    /// A fingerprint of the access key; it changes when the key does, and is 0 without one. Cheap.
    fn access_key(&self) -> u64;

    /// Fetches the credentials again if they are due, so that `access_key` is up to date.
    async fn refresh_credentials(&self);

    /// Whose credentials these are (STS `GetCallerIdentity`), asked in the operator's own region,
    /// else in `region`. Asks each time it is called.
    async fn identity(&self, region: &str) -> Result<CallerIdentity, CallError>;

    /// `CreateTrainingJob`, sent once, within a total time-out of 15 s; the job's ARN.
    async fn create(&self, request: &CreateRequest<'_>) -> Result<String, CallError>;

    /// `DescribeTrainingJob`; `None` if there is no such job.
    async fn describe(&self, location: &Location, job_name: &str)
    -> Result<Option<Job>, CallError>;

    /// The value of the tag `key` of the job `arn` (`ListTags`); `None` if it has no such tag.
    async fn tag(
        &self,
        location: &Location,
        arn: &str,
        key: &str,
    ) -> Result<Option<String>, CallError>;

    /// `StopTrainingJob`.
    async fn stop(&self, location: &Location, job_name: &str) -> Result<(), CallError>;

    /// `StopTrainingJob` with whatever account the credentials have now: for a job that was created
    /// in another account than the one the object began in.
    async fn stop_stray(&self, region: &str, job_name: &str) -> Result<(), CallError>;
}

/// Whose credentials the operator has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The 12-digit account id.
    pub account: String,
    /// Account and role, or user, without the session's name: the same for every access key.
    pub principal: String,
}

/// A `CreateTrainingJob` request: the template, and what the operator derives beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateRequest<'a> {
    /// Where to create.
    pub location: &'a Location,
    /// `TrainingJobName`.
    pub job_name: &'a str,
    /// The members that the user wrote.
    pub template: &'a TrainingJobTemplate,
    /// `EnableManagedSpotTraining`.
    pub spot: bool,
    /// `ResourceConfig.InstanceType`.
    pub instance_type: &'a str,
    /// `StoppingCondition`.
    pub stopping: Stopping,
    /// `CheckpointConfig.S3Uri`.
    pub checkpoint_uri: Option<&'a str>,
    /// `Tags`, the template's and the operator's.
    pub tags: Vec<(String, String)>,
}

/// `StoppingCondition` with the derived values, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopping {
    /// `MaxRuntimeInSeconds`.
    pub max_runtime: i32,
    /// `MaxWaitTimeInSeconds`; `SageMaker` takes it with spot only.
    pub max_wait: Option<i32>,
    /// `MaxPendingTimeInSeconds`.
    pub max_pending: Option<i32>,
}
