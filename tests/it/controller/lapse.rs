//! A leader whose clock has stepped past its last renewal: it does nothing, and forgets nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kube::runtime::controller::Action;
use serde_json::json;
use spot_training_operator::port::Leadership;

use crate::support::apiserver::kinds::Key;
use crate::support::fixtures::harness::Harness;
use crate::support::fixtures::objects::manifest;

/// A leadership that lapses and is renewed.
#[derive(Default)]
struct Lapsing(AtomicBool);

impl Leadership for Lapsing {
    fn is_leader(&self) -> bool {
        !self.has_lapsed()
    }

    fn has_lapsed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_comes_back_after_a_lapse() {
    let leadership = Arc::new(Lapsing::default());
    let harness = Harness::led_by(leadership.clone());
    leadership.0.store(true, Ordering::Relaxed);
    let action = harness.reconcile(&harness.object()).await;
    assert_eq!(action, Action::requeue(Duration::from_secs(2)));
    assert_eq!(harness.calls("CreateTrainingJob"), 0);
    leadership.0.store(false, Ordering::Relaxed);
    harness.reconcile(&harness.object()).await;
    assert_eq!(harness.calls("CreateTrainingJob"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_live_job_keeps_its_prefix_through_a_lapse_of_a_new_leader() {
    let leadership = Arc::new(Lapsing::default());
    let harness = Harness::led_by(leadership.clone());
    harness.reconcile(&harness.object()).await;
    let object = harness.object();
    let prefix = object["status"]["checkpoint"]["s3Uri"].clone();
    // A process that has not decided on the object yet, and knows its prefix from the cache.
    harness.context.sessions.forget(object["metadata"]["uid"].as_str().unwrap());
    leadership.0.store(true, Ordering::Relaxed);
    harness.reconcile(&object).await;
    leadership.0.store(false, Ordering::Relaxed);

    let mut other = manifest("vision", "other");
    other["spec"]["template"]["checkpointConfig"] = json!({ "s3Uri": prefix });
    harness.server.create(other).unwrap();
    let other = Key::job("vision", "other");
    harness.reconcile(&harness.server.get(&other).unwrap()).await;
    assert_eq!(harness.calls("CreateTrainingJob"), 1);
    assert_eq!(harness.server.get(&other).unwrap()["status"]["state"], "Queued");
}
