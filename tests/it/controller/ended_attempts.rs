//! What the metrics say of attempts that ended.

use std::time::Duration;

use sagemaker_simulator::{Fault, FaultKind};
use serde_json::json;
use tokio::time::advance;

use crate::support::fixtures::harness::Harness;

#[tokio::test(start_paused = true)]
async fn an_attempt_that_ended_is_counted_once_although_the_next_never_was() {
    let harness = Harness::new();
    let suspend = |suspend: bool| {
        harness.server.merge(&harness.key, json!({ "spec": { "suspend": suspend } })).unwrap();
    };
    harness.reconcile(&harness.object()).await;
    suspend(true);
    for _ in 0..2 {
        advance(Duration::from_mins(5)).await;
        harness.reconcile(&harness.object()).await;
    }
    assert_eq!(harness.object()["status"]["state"], "Suspended");
    suspend(false);
    harness.aws.simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::Denied));
    harness.reconcile(&harness.object()).await;
    assert_eq!(harness.calls("CreateTrainingJob"), 2, "the second was refused");
    let metrics = harness.context.metrics.text().unwrap();
    let counted = r#"spot_training_attempts_total{outcome="StoppedForSuspend"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
}
