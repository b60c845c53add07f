//! What the metrics say of attempts that ended.

use std::time::Duration;

use sagemaker_simulator::{Fault, FaultKind};
use serde_json::json;
use tokio::time::advance;

use crate::support::site::Site;

#[tokio::test(start_paused = true)]
async fn an_attempt_that_ended_is_counted_once_although_the_next_never_was() {
    let site = Site::new();
    let suspend = |suspend: bool| {
        site.server.merge(&site.key, json!({ "spec": { "suspend": suspend } })).unwrap();
    };
    site.reconcile(&site.object()).await;
    suspend(true);
    for _ in 0..2 {
        site.reconcile(&site.object()).await;
        advance(Duration::from_mins(5)).await;
    }
    assert_eq!(site.object()["status"]["state"], "Suspended");
    suspend(false);
    site.aws.simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::Denied));
    site.reconcile(&site.object()).await;
    assert_eq!(site.calls("CreateTrainingJob"), 2, "the second was refused");
    let metrics = site.context.metrics.text().unwrap();
    let counted = r#"spot_training_attempts_total{outcome="StoppedForSuspend"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
}
