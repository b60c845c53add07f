//! Where the clock of the process learns the time of third parties.

use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use axum::Router;
use http::Uri;
use jiff::Timestamp;
use kube::Config;
use spot_training_operator::aws::{Connection, SageMaker, TlsSettings};
use spot_training_operator::port::{Clock, TrainingService};
use spot_training_operator::runtime::apiserver::client;
use spot_training_operator::runtime::process_clock::ProcessClock;
use tokio::net::TcpListener;

use super::machine::Machine;
use super::support::Authority;

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const MOMENT: &str = "1994-11-06T08:49:37Z";

/// A server that knows nothing but the date.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(async || ([("Date", DATE)], "{}"));
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    url
}

#[tokio::test]
async fn an_answer_of_the_apiserver_confirms_the_wall_clock() {
    let _installed = Authority::new();
    let machine = Arc::new(Machine::at(MOMENT));
    let clock = Arc::new(ProcessClock::new(machine.clone()));
    let uri: Uri = server().await.parse().unwrap();
    let client = client(Config::new(uri), &clock).unwrap();
    let ask = async || {
        let request = http::Request::get("/").body(Vec::new()).unwrap();
        client.request_text(request).await.unwrap();
    };
    ask().await;
    machine.set(-7 * 3600);
    ask().await;
    assert_eq!(clock.now().to_string(), MOMENT, "the wall clock is not confirmed");
    machine.set(7 * 3600 - 7);
    ask().await;
    assert_eq!(clock.now(), machine.wall());
    assert_eq!(clock.now().to_string(), "1994-11-06T08:49:30Z");
}

#[tokio::test]
async fn an_answer_of_aws_gives_its_date() {
    let credentials = Credentials::new("key", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(server().await)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let clock = ProcessClock::new(Arc::new(Machine::at(MOMENT)));
    let dates: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = dates.clone();
    let on_date = move |date: Timestamp| seen.lock().unwrap().push(date.to_string());
    let connection = Connection::new(&TlsSettings::default(), on_date).unwrap();
    let service = SageMaker::new(config, Arc::new(clock), connection).await;
    // The answer is none of STS, and yet it has a date.
    service.identity("eu-west-1").await.unwrap_err();
    assert_eq!(*dates.lock().unwrap(), [MOMENT]);
}
