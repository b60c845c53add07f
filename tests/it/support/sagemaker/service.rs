//! The training service of one process: the port over the simulator, independent of the SDK adapter.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use sagemaker_simulator::Delivery;
use serde_json::{Value, json};
use spot_training_operator::domain::job::Job;
use spot_training_operator::domain::job::call_error::{CallError, CallErrorKind, QuotaNumbers};
use spot_training_operator::domain::job::location::Location;
use spot_training_operator::port::{CallerIdentity, Clock, CreateRequest, TrainingService};
use tokio::time::{sleep, timeout};

use super::Aws;
use super::call_log::{Entry, Sent};
use super::json::{create_body, job, text};
use crate::support::faults::shares::{SAGEMAKER_READS, SAGEMAKER_WRITES};
use crate::support::faults::{Crash, FaultKind};

/// Every call ends within this time (the port's contract for creates).
const TIMEOUT: Duration = Duration::from_secs(15);

/// A request may be under way for this long: less than the law of *possibly live* waits.
const LATEST: Duration = Duration::from_secs(75);

/// The training service of one process.
pub(crate) struct SimulatedSageMaker {
    aws: Arc<Aws>,
    crash: Crash,
    process: u64,
}

impl SimulatedSageMaker {
    pub(crate) fn new(aws: Arc<Aws>, crash: Crash) -> Self {
        let process = aws.processes.fetch_add(1, Ordering::Relaxed);
        Self { aws, crash, process }
    }

    async fn call(
        &self,
        region: &str,
        operation: &'static str,
        body: Value,
    ) -> Result<Value, CallError> {
        let named = ["TrainingJobName", "ResourceArn"].iter().find_map(|name| body[*name].as_str());
        let object = named.unwrap_or(region).to_owned();
        let reads = matches!(operation, "DescribeTrainingJob" | "ListTags" | "GetCallerIdentity");
        let shares = if reads { SAGEMAKER_READS } else { SAGEMAKER_WRITES };
        let passage = self.aws.faults.inject(&object, operation, shares, LATEST);
        if passage.fault == Some(FaultKind::CrashBefore) {
            return self.crash.now().await;
        }
        if !reads {
            self.aws.log.send(Sent {
                time: self.aws.clock.now(),
                process: self.process,
                region: region.to_owned(),
                operation,
                job: object.clone(),
            });
        }
        let regional = self.aws.faults.of_region(region);
        if regional.is_some() {
            self.aws.log.record(&Entry {
                time: self.aws.clock.now(),
                operation,
                body: &body,
                outcome: "region",
                lost: true,
            });
        }
        if let Some(error) = trouble(regional.or(passage.fault), passage.there).await {
            return Err(error);
        }
        let (aws, region) = (self.aws.clone(), region.to_owned());
        // Not the caller's: it arrives even if the caller is gone by then.
        let arrival = tokio::spawn(async move {
            sleep(passage.there * 5 + passage.lateness()).await;
            aws.handle(&aws.caller(&region), operation, &body)
        });
        let reply = async {
            let answer = arrival.await.unwrap();
            if passage.fault == Some(FaultKind::CrashAfter) {
                return self.crash.now().await;
            }
            match answer.delivery {
                Delivery::Normal => {}
                Delivery::Slow(wait) => sleep(wait).await,
                Delivery::Lost | Delivery::LostBefore => {
                    return Err(unavailable("connection closed"));
                }
                Delivery::Held(_) | Delivery::HeldBefore(_) | Delivery::Hung(_) => {
                    std::future::pending::<()>().await;
                }
            }
            sleep(passage.back * 5).await;
            answer.reply.map_err(|error| {
                let kind = kind(error.code, error.status, &error.message);
                let message = self.aws.distortion.refusal(&object, &error.message);
                CallError::new(kind, text(&message))
            })
        };
        timeout(TIMEOUT, reply).await.unwrap_or_else(|_| Err(unavailable("no answer in time")))
    }

    /// Refuses a location whose account is not that of the credentials.
    fn same_account(&self, location: &Location) -> Result<(), CallError> {
        if self.aws.caller(&location.region).account == location.account {
            return Ok(());
        }
        let message = "the credentials are another account's".to_owned();
        Err(CallError::new(CallErrorKind::AccountChanged, message))
    }

    async fn stop_named(&self, region: &str, job_name: &str) -> Result<(), CallError> {
        let body = json!({ "TrainingJobName": job_name });
        self.call(region, "StopTrainingJob", body).await.map(|_| ())
    }
}

#[async_trait]
impl TrainingService for SimulatedSageMaker {
    fn access_key(&self) -> u64 {
        self.aws.fingerprint.load(Ordering::Relaxed)
    }

    async fn refresh_credentials(&self) {}

    async fn identity(&self, region: &str) -> Result<CallerIdentity, CallError> {
        let reply = self.call(region, "GetCallerIdentity", json!({})).await?;
        let account = reply["Account"].as_str().unwrap().to_owned();
        Ok(CallerIdentity { principal: format!("{account}:role/operator"), account })
    }

    async fn create(&self, request: &CreateRequest<'_>) -> Result<String, CallError> {
        self.same_account(request.location)?;
        let body = create_body(request);
        let reply = self.call(&request.location.region, "CreateTrainingJob", body).await?;
        Ok(reply["TrainingJobArn"].as_str().unwrap().to_owned())
    }

    async fn describe(
        &self,
        location: &Location,
        job_name: &str,
    ) -> Result<Option<Job>, CallError> {
        self.same_account(location)?;
        let body = json!({ "TrainingJobName": job_name });
        match self.call(&location.region, "DescribeTrainingJob", body).await {
            Ok(mut reply) => {
                self.aws.distortion.apply(&mut reply);
                Ok(Some(job(reply)))
            }
            Err(error) if error.kind == CallErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn tag(
        &self,
        location: &Location,
        arn: &str,
        key: &str,
    ) -> Result<Option<String>, CallError> {
        self.same_account(location)?;
        let reply = self.call(&location.region, "ListTags", json!({ "ResourceArn": arn })).await?;
        let tags = reply["Tags"].as_array().unwrap();
        let tag = tags.iter().find(|tag| tag["Key"] == key);
        Ok(tag.map(|tag| tag["Value"].as_str().unwrap().to_owned()))
    }

    async fn stop(&self, location: &Location, job_name: &str) -> Result<(), CallError> {
        self.same_account(location)?;
        self.stop_named(&location.region, job_name).await
    }

    async fn stop_stray(&self, region: &str, job_name: &str) -> Result<(), CallError> {
        self.stop_named(region, job_name).await
    }
}

/// A `ValidationException` of Describe, Stop and `ListTags` (AWS's own controllers match it too).
const UNKNOWN_JOB: &str = "Requested resource not found";

/// What becomes of a call that arrives nowhere.
async fn trouble(fault: Option<FaultKind>, there: Duration) -> Option<CallError> {
    match fault {
        Some(FaultKind::Hang) => {
            sleep(TIMEOUT).await;
            Some(unavailable("no answer in time"))
        }
        Some(FaultKind::InvalidCredentials) => {
            sleep(there * 5).await;
            let message = "The security token included in the request is invalid.".to_owned();
            Some(CallError::new(CallErrorKind::Credentials, message))
        }
        _ => None,
    }
}

fn unavailable(message: &str) -> CallError {
    CallError::new(CallErrorKind::Unavailable, message.to_owned())
}

fn kind(code: &str, http_status: u16, message: &str) -> CallErrorKind {
    match code {
        "ResourceInUse" => CallErrorKind::NameInUse,
        "ResourceLimitExceeded" if message.contains("not available in this region") => {
            CallErrorKind::PoolUnusable
        }
        "ResourceLimitExceeded" => CallErrorKind::Quota(quota_numbers(message)),
        "ValidationException" if message.starts_with("Could not assume role") => {
            CallErrorKind::AccessPropagating
        }
        "ValidationException" if message.starts_with("No S3 objects found") => {
            CallErrorKind::InputMissing
        }
        "ValidationException" if message.contains("because the training job is in status") => {
            CallErrorKind::AlreadyOver
        }
        "ValidationException" if message.starts_with(UNKNOWN_JOB) => CallErrorKind::NotFound,
        "ValidationException" => CallErrorKind::Invalid,
        "AccessDeniedException" => CallErrorKind::AccessDenied,
        "ExpiredTokenException" | "UnrecognizedClientException" => CallErrorKind::Credentials,
        "ThrottlingException" => CallErrorKind::Throttled,
        _ if http_status >= 500 => CallErrorKind::Unavailable,
        other => panic!("the simulator answered {other}: {message}"),
    }
}

/// The limit and the delta of "… is 2 Instances, with current utilization of 1 Instances and a
/// request delta of 4 Instances".
fn quota_numbers(message: &str) -> Option<QuotaNumbers> {
    let number = |text: &str| text.split(' ').next()?.parse().ok();
    let (_, rest) = message.split_once("' is ")?;
    let (_, delta) = rest.split_once("a request delta of ")?;
    Some(QuotaNumbers { limit: number(rest)?, delta: number(delta)? })
}
