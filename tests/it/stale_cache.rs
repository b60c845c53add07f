//! Reconciles of versions that are no longer the newest: the watch is behind.

use std::sync::Arc;
use std::time::Duration;

use sagemaker_simulator::{Options, Simulator};
use serde_json::{Value, json};
use spot_training_operator::api::v1alpha1::Object;
use spot_training_operator::controller::context::Context;
use spot_training_operator::controller::reconcile::reconcile;
use spot_training_operator::port::leadership::Alone;
use tokio::sync::mpsc;
use tokio::time::advance;

use crate::support::apiserver::ApiServer;
use crate::support::apiserver::kinds::Key;
use crate::support::context::context;
use crate::support::crash::Crash;
use crate::support::objects::manifest;
use crate::support::simulated_sagemaker::Aws;
use crate::support::virtual_clock::VirtualClock;
use crate::support::weather::Weather;

/// An object whose job starts for half a minute, and the controller's parts around it.
struct Site {
    server: Arc<ApiServer>,
    aws: Arc<Aws>,
    context: Arc<Context>,
    key: Key,
}

impl Site {
    fn new() -> Self {
        let clock = VirtualClock::new();
        let weather = Arc::new(Weather::new(1, false));
        weather.calm(true);
        let simulator = Simulator::new(Options::default());
        let aws = Arc::new(Aws::new(simulator, "123456789012", clock, weather));
        let server = ApiServer::new(1, clock);
        let crash = Crash::of("operator", mpsc::unbounded_channel().0);
        let (context, _) = context("operator", server.client(), &aws, Arc::new(Alone), crash);
        let mut manifest = manifest("vision", "bert");
        let script = json!({ "starting": 30, "training": 600 }).to_string();
        manifest["spec"]["template"]["hyperParameters"] = json!({ "simulator": script });
        server.create(manifest).unwrap();
        Self { server, aws, context, key: Key::job("vision", "bert") }
    }

    /// The object as the apiserver has it.
    fn object(&self) -> Value {
        self.server.get(&self.key).unwrap()
    }

    /// Reconciles a version of the object.
    async fn reconcile(&self, version: &Value) {
        let object: Object = serde_json::from_value(version.clone()).unwrap();
        reconcile(Arc::new(object), self.context.clone()).await.unwrap();
    }

    fn calls(&self, operation: &str) -> u64 {
        let calls = &self.aws.simulator.stats().calls;
        calls.get(operation).map_or(0, |outcomes| outcomes.values().sum())
    }
}

#[tokio::test(start_paused = true)]
async fn an_old_version_makes_no_second_job() {
    let site = Site::new();
    let old = site.object();
    site.reconcile(&old).await;
    site.reconcile(&old).await;
    advance(Duration::from_secs(6)).await;
    site.reconcile(&old).await;
    assert_eq!(site.calls("CreateTrainingJob"), 1);
    assert_eq!(site.object()["status"]["attempt"], 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_seen_is_shown_although_somebody_else_has_written() {
    let site = Site::new();
    site.reconcile(&site.object()).await;
    let cached = site.object();
    assert_eq!(cached["status"]["state"], "WaitingForCapacity");
    site.server.merge(&site.key, json!({ "metadata": { "labels": { "team": "a" } } })).unwrap();
    advance(Duration::from_secs(40)).await;
    site.reconcile(&cached).await;
    assert_eq!(site.object()["status"]["secondaryStatus"], "Downloading");
    assert_eq!(site.object()["metadata"]["labels"]["team"], "a");
    assert_eq!(site.calls("DescribeTrainingJob"), 1);
}
