//! AWS in memory: answers by host and operation, and counts what it was asked.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use jiff::{SignedDuration, Timestamp};
use spot_training_operator::aws::{Connection, SageMaker};
use spot_training_operator::domain::job::call_error::CallError;
use spot_training_operator::domain::job::location::Location;
use spot_training_operator::port::{Clock, CreateRequest, Moment, Stopping, TrainingService};
use tokio::time::Instant;

pub(super) const ACCOUNT: &str = "123456789012";
pub(super) const HOME: &str = "eu-west-1";

/// In every create request and in the credentials, and to be seen nowhere else.
pub(super) const SECRET: &str = "hunter2";

/// What a refusal of keys that are not known says, in every service.
pub(super) const UNKNOWN_KEY: &str = "The security token included in the request is invalid.";

/// A status and a body.
pub(super) type Answer = (u16, String);

type Answers = dyn Fn(&Request) -> Answer + Send + Sync;

/// A request: `STS` or the operation of SageMaker, and the region of its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) operation: String,
    pub(super) region: String,
    pub(super) access_key: String,
    /// The body, if it is JSON.
    pub(super) body: serde_json::Value,
}

/// AWS in memory.
#[derive(Clone)]
pub(super) struct Served {
    answers: Arc<Answers>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served").finish_non_exhaustive()
    }
}

impl Served {
    pub(super) fn new(answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self { answers: Arc::new(answers), requests: Arc::default() }
    }

    /// How often an operation was asked for in a region.
    pub(super) fn count(&self, operation: &str, region: &str) -> usize {
        let requests = self.requests.lock().unwrap();
        let asked = |request: &&Request| request.operation == operation && request.region == region;
        requests.iter().filter(asked).count()
    }

    /// How often anything was asked for.
    pub(super) fn total(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

impl HttpConnector for Served {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let host = request.uri().split('/').nth(2).unwrap();
        let mut labels = host.split('.');
        let service = labels.next().unwrap();
        let region = if service == "sts" { labels.next() } else { labels.nth(1) };
        let target = request.headers().get("x-amz-target").unwrap_or("SageMaker.STS");
        let signed = request.headers().get("authorization").unwrap();
        let (_, key) = signed.split_once("Credential=").unwrap();
        let request = Request {
            operation: target.trim_start_matches("SageMaker.").to_owned(),
            region: region.unwrap().to_owned(),
            access_key: key.split('/').next().unwrap().to_owned(),
            body: serde_json::from_slice(request.body().bytes().unwrap()).unwrap_or_default(),
        };
        let (status, body) = (self.answers)(&request);
        self.requests.lock().unwrap().push(request);
        let status = StatusCode::try_from(status).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
    }
}

impl HttpClient for Served {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// SageMaker's form of a refusal.
pub(super) fn refusal(code: &str, message: &str) -> Answer {
    (400, serde_json::json!({ "__type": code, "message": message }).to_string())
}

/// STS's form of a refusal.
pub(super) fn sts_refusal(code: &str, message: &str) -> Answer {
    (
        403,
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>{message}</Message></Error></ErrorResponse>"
        ),
    )
}

/// STS's answer: a session of the role `operator`.
pub(super) fn caller(account: &str) -> Answer {
    (
        200,
        format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult>\
             <Arn>arn:aws:sts::{account}:assumed-role/operator/session-7</Arn>\
             <UserId>AROA:session-7</UserId><Account>{account}</Account>\
             </GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    )
}

/// The ARN of the created job `x`.
pub(super) fn created(region: &str) -> Answer {
    let arn = format!("arn:aws:sagemaker:{region}:{ACCOUNT}:training-job/x");
    (200, serde_json::json!({ "TrainingJobArn": arn }).to_string())
}

/// Virtual time since an arbitrary moment.
#[derive(Debug)]
struct VirtualClock(Instant);

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let base: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        base + SignedDuration::try_from(self.0.elapsed()).unwrap()
    }

    fn moment(&self) -> Moment {
        Moment { monotonic: Instant::now().into_std(), wall: self.now() }
    }
}

/// A provider: a function of how often it was asked before.
#[derive(Clone)]
pub(super) struct Provider {
    provide: Arc<dyn Fn(usize) -> Option<Credentials> + Send + Sync>,
    takes: Duration,
    asked: Arc<AtomicUsize>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").finish_non_exhaustive()
    }
}

impl Provider {
    pub(super) fn new(
        provide: impl Fn(usize) -> Option<Credentials> + Send + Sync + 'static,
    ) -> Self {
        Self {
            provide: Arc::new(provide),
            takes: Duration::from_millis(100),
            asked: Arc::default(),
        }
    }

    /// With credentials that last for 12 hours.
    pub(super) fn lasting() -> Self {
        Self::new(|_| Some(credentials("AKIALASTING", 12 * 60)))
    }

    pub(super) fn taking(self, takes: Duration) -> Self {
        Self { takes, ..self }
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        future::ProvideCredentials::new(async move {
            tokio::time::sleep(self.takes).await;
            (self.provide)(number).ok_or_else(|| {
                aws_credential_types::provider::error::CredentialsError::provider_error(
                    "the token file is empty",
                )
            })
        })
    }
}

/// Credentials that end so many minutes after the beginning of virtual time.
pub(super) fn credentials(access_key: &str, minutes: i64) -> Credentials {
    let base: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let expiry = base + SignedDuration::from_mins(minutes);
    Credentials::new(access_key, SECRET, Some(SECRET.to_owned()), Some(expiry.into()), "test")
}

/// The adapter of an operator whose own region is `own`.
pub(super) async fn adapter_in(
    own: Option<&str>,
    served: &Served,
    provider: &Provider,
) -> SageMaker {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(provider.clone()));
    config.set_region(own.map(|own| Region::new(own.to_owned())));
    let connection = Connection {
        http_client: Some(SharedHttpClient::new(served.clone())),
        ..Connection::default()
    };
    SageMaker::new(config.build(), Arc::new(VirtualClock(Instant::now())), connection).await
}

pub(super) async fn adapter(served: &Served, provider: &Provider) -> SageMaker {
    adapter_in(Some(HOME), served, provider).await
}

pub(super) fn location(region: &str) -> Location {
    Location { region: region.to_owned(), account: ACCOUNT.to_owned() }
}

/// Creates the job `x` in that region.
pub(super) async fn create(adapter: &SageMaker, region: &str) -> Result<String, CallError> {
    let template = serde_json::from_value(serde_json::json!({
        "algorithmSpecification": { "trainingImage": "image", "trainingInputMode": "File" },
        "hyperParameters": { "token": SECRET },
        "roleArn": "arn:aws:iam::123456789012:role/training",
        "outputDataConfig": { "s3OutputPath": "s3://bucket/output" },
        "resourceConfig": { "instanceType": "ml.g5.xlarge", "instanceCount": 1 },
        "stoppingCondition": { "maxRuntimeInSeconds": 3600 },
    }))
    .unwrap();
    let request = CreateRequest {
        location: &location(region),
        job_name: "x",
        template: &template,
        spot: false,
        instance_type: "ml.g5.xlarge",
        stopping: Stopping { max_runtime: 3600, max_wait: None, max_pending: None },
        checkpoint_uri: None,
        tags: vec![("tag".to_owned(), SECRET.to_owned())],
    };
    adapter.create(&request).await
}
