//! The training service: what the operator asks of `SageMaker` and STS.

use async_trait::async_trait;

use crate::api::v1alpha1::template::TrainingJobTemplate;
use crate::domain::location::Location;
use crate::domain::observation::{Job, Refusal};

/// `SageMaker` training jobs in every account and region that the operator's credentials reach.
///
/// Every call takes the location the object began in and is refused with `AccountChanged`, without
/// asking, when the credentials now belong to another account.
#[async_trait]
pub trait TrainingService: Send + Sync {
    /// A fingerprint of the credentials: it changes when they do.
    fn credentials(&self) -> u64;

    /// The account of the credentials in `region` (STS `GetCallerIdentity`).
    async fn account(&self, region: &str) -> Result<String, Refusal>;

    /// `CreateTrainingJob`, sent once, within a total time-out of 15 s; the job's ARN.
    async fn create(&self, request: &CreateRequest<'_>) -> Result<String, Refusal>;

    /// `DescribeTrainingJob`; `None` if there is no such job.
    async fn describe(&self, location: &Location, job_name: &str) -> Result<Option<Job>, Refusal>;

    /// The value of the tag `key` of the job `arn` (`ListTags`); `None` if it has no such tag.
    async fn tag(
        &self,
        location: &Location,
        arn: &str,
        key: &str,
    ) -> Result<Option<String>, Refusal>;

    /// `StopTrainingJob`.
    async fn stop(&self, location: &Location, job_name: &str) -> Result<(), Refusal>;
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
