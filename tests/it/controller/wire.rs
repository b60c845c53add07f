//! On the wire: the AWS SDK against the simulator over HTTP. What each answer means, and that a
//! request says exactly what the object says.

use std::net::SocketAddr;
use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use sagemaker_simulator::{Fault, FaultKind, Options, Simulator, serve};
use spot_training_operator::aws::{Connection, SageMaker};
use spot_training_operator::controller::convert::plan::stopping;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{CallError, CallErrorKind};
use spot_training_operator::domain::job::location::Location;
use spot_training_operator::domain::job::secondary_status::SecondaryStatus;
use spot_training_operator::domain::spec::pool::Market;
use spot_training_operator::port::{CreateRequest, TrainingService};
use spot_training_operator::runtime::machine_clock::SystemClock;
use spot_training_operator::runtime::process_clock::ProcessClock;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::support::fixtures::objects::spec;

struct Wire {
    simulator: Arc<Simulator>,
    address: SocketAddr,
    _server: DropGuard,
}

impl Wire {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let simulator = Arc::new(Simulator::new(Options::default()));
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, simulator.clone(), stop.clone().cancelled_owned()));
        Self { simulator, address, _server: stop.drop_guard() }
    }

    async fn service(&self, access_key: &str) -> SageMaker {
        let credentials = Credentials::new(access_key, "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .endpoint_url(format!("http://{}", self.address))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let clock = Arc::new(ProcessClock::new(Arc::new(SystemClock)));
        SageMaker::new(config, clock, Connection::default()).await
    }
}

fn location(account: &str) -> Location {
    Location { region: "eu-west-1".to_owned(), account: account.to_owned() }
}

async fn create(service: &SageMaker, job_name: &str) -> Result<String, CallError> {
    let spec = spec();
    let request = CreateRequest {
        location: &location("123456789012"),
        job_name,
        template: &spec.template,
        spot: true,
        instance_type: "ml.g5.2xlarge",
        stopping: stopping(&spec, Market::Spot),
        checkpoint_uri: Some("s3://bucket/checkpoints"),
        tags: vec![("spottraining.dev/uid".to_owned(), "u-1".to_owned())],
    };
    service.create(&request).await
}

#[tokio::test]
async fn a_job_is_created_described_tagged_and_stopped() {
    let wire = Wire::new().await;
    let service = wire.service("test").await;
    let here = location("123456789012");
    assert_eq!(service.identity("eu-west-1").await.unwrap().account, "123456789012");
    assert_eq!(service.describe(&here, "job").await.unwrap(), None);
    let arn = create(&service, "job").await.unwrap();
    assert!(arn.ends_with(":training-job/job"), "{arn}");
    let job = service.describe(&here, "job").await.unwrap().unwrap();
    assert_eq!(job.status, JobStatus::InProgress);
    assert_eq!(job.secondary, Some(SecondaryStatus::Starting));
    let tag = service.tag(&here, &arn, "spottraining.dev/uid").await.unwrap();
    assert_eq!(tag.as_deref(), Some("u-1"));
    assert_eq!(service.tag(&here, &arn, "other").await.unwrap(), None);
    service.stop(&here, "job").await.unwrap();
    let again = service.stop(&here, "gone").await.unwrap_err();
    assert_eq!(again.kind, CallErrorKind::NotFound);
}

#[tokio::test]
async fn every_answer_of_aws_has_its_meaning() {
    let rows = [
        (FaultKind::Throttle, CallErrorKind::Throttled),
        (FaultKind::Error500, CallErrorKind::Unavailable),
        (FaultKind::Lost, CallErrorKind::Unavailable),
        (FaultKind::LostBefore, CallErrorKind::Unavailable),
        (FaultKind::Expired, CallErrorKind::Credentials),
        (FaultKind::InvalidCredentials, CallErrorKind::RegionNotEnabled),
        (FaultKind::Denied, CallErrorKind::AccessDenied),
    ];
    for (fault, kind) in rows {
        let wire = Wire::new().await;
        let service = wire.service("test").await;
        wire.simulator.add_fault(Fault::new("CreateTrainingJob", fault));
        let refusal = create(&service, "job").await.unwrap_err();
        assert_eq!(refusal.kind, kind, "{fault:?}: {}", refusal.message);
        let sent = wire.simulator.stats().calls["CreateTrainingJob"].values().sum::<u64>();
        assert_eq!(sent, 1, "{fault:?}: a create is sent once");
    }
}

#[tokio::test]
async fn a_quota_refusal_names_its_numbers() {
    let wire = Wire::new().await;
    let service = wire.service("test").await;
    wire.simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::Quota));
    let refusal = create(&service, "job").await.unwrap_err();
    let CallErrorKind::Quota(Some(numbers)) = refusal.kind else { panic!("{refusal:?}") };
    assert!(numbers.delta > 0, "{numbers:?}");
}

#[tokio::test]
async fn a_name_in_use_is_told_from_a_bad_request() {
    let wire = Wire::new().await;
    let service = wire.service("test").await;
    create(&service, "job").await.unwrap();
    assert_eq!(create(&service, "job").await.unwrap_err().kind, CallErrorKind::NameInUse);
    let invalid = create(&service, "not_valid").await.unwrap_err();
    assert_eq!(invalid.kind, CallErrorKind::Invalid);
    assert!(invalid.message.contains("trainingJobName"), "{}", invalid.message);
}

#[tokio::test]
async fn another_account_is_noticed_before_anything_is_asked() {
    let wire = Wire::new().await;
    let service = wire.service("AKIASIM210987654321").await;
    service.identity("eu-west-1").await.unwrap();
    let refusal = create(&service, "job").await.unwrap_err();
    assert_eq!(refusal.kind, CallErrorKind::AccountChanged);
    assert!(refusal.message.contains("123456789012") && refusal.message.contains("210987654321"));
    assert!(!wire.simulator.stats().calls.contains_key("CreateTrainingJob"));
    let other = wire.service("test").await;
    other.refresh_credentials().await;
    assert_ne!(service.access_key(), other.access_key());
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_unavailable() {
    let wire = Wire::new().await;
    let service = wire.service("test").await;
    service.identity("eu-west-1").await.unwrap();
    drop(wire);
    let gone = async {
        loop {
            let answer = service.describe(&location("123456789012"), "job").await;
            if let Err(refusal) = answer {
                return refusal;
            }
        }
    };
    assert_eq!(gone.await.kind, CallErrorKind::Unavailable);
}
