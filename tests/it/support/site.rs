//! A site: one object, and the controller's parts around it, without a watch.

use std::sync::Arc;

use sagemaker_simulator::{Options, Simulator};
use serde_json::{Value, json};
use spot_training_operator::api::v1alpha1::Object;
use spot_training_operator::controller::context::Context;
use spot_training_operator::controller::reconcile::reconcile;
use spot_training_operator::port::leadership::Alone;
use tokio::sync::mpsc;

use super::apiserver::ApiServer;
use super::apiserver::kinds::Key;
use super::context::context;
use super::crash::Crash;
use super::objects::manifest;
use super::simulated_sagemaker::Aws;
use super::virtual_clock::VirtualClock;
use super::weather::Weather;

/// An object whose job starts for half a minute, and the controller's parts around it.
pub(crate) struct Site {
    pub(crate) server: Arc<ApiServer>,
    pub(crate) aws: Arc<Aws>,
    pub(crate) context: Arc<Context>,
    pub(crate) key: Key,
}

impl Site {
    pub(crate) fn new() -> Self {
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
    pub(crate) fn object(&self) -> Value {
        self.server.get(&self.key).unwrap()
    }

    /// Reconciles a version of the object.
    pub(crate) async fn reconcile(&self, version: &Value) {
        let object: Object = serde_json::from_value(version.clone()).unwrap();
        reconcile(Arc::new(object), self.context.clone()).await.unwrap();
    }

    pub(crate) fn calls(&self, operation: &str) -> u64 {
        let calls = &self.aws.simulator.stats().calls;
        calls.get(operation).map_or(0, |outcomes| outcomes.values().sum())
    }
}
