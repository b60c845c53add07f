//! Reconciles of versions that are no longer the newest: the watch is behind.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::advance;

use crate::support::fixtures::harness::Harness;

#[tokio::test(start_paused = true)]
async fn an_old_version_makes_no_second_job() {
    let harness = Harness::new();
    let old = harness.object();
    harness.reconcile(&old).await;
    harness.reconcile(&old).await;
    advance(Duration::from_secs(6)).await;
    harness.reconcile(&old).await;
    assert_eq!(harness.calls("CreateTrainingJob"), 1);
    assert_eq!(harness.object()["status"]["attempt"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_version_before_our_own_write_asks_nothing_of_aws() {
    let harness = Harness::new();
    let versions = Arc::new(Mutex::new(vec![harness.object()]));
    let written = versions.clone();
    harness.server.observe(Box::new(move |_, write| {
        written.lock().unwrap().push(Value::clone(&write.object));
    }));
    harness.reconcile(&harness.object()).await;
    let versions = versions.lock().unwrap().clone();
    let intended = |object: &Value| {
        object["status"]["attempt"] == 1 && object["status"]["trainingJobArn"].is_null()
    };
    assert!(versions.iter().any(intended));
    for version in &versions {
        harness.reconcile(version).await;
    }
    assert_eq!(harness.calls("CreateTrainingJob"), 1);
    assert_eq!(harness.calls("DescribeTrainingJob"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_seen_is_shown_although_somebody_else_has_written() {
    let harness = Harness::new();
    harness.reconcile(&harness.object()).await;
    let cached = harness.object();
    assert_eq!(cached["status"]["state"], "WaitingForCapacity");
    harness
        .server
        .merge(&harness.key, json!({ "metadata": { "labels": { "team": "a" } } }))
        .unwrap();
    advance(Duration::from_secs(40)).await;
    harness.reconcile(&cached).await;
    assert_eq!(harness.object()["status"]["secondaryStatus"], "Downloading");
    assert_eq!(harness.object()["metadata"]["labels"]["team"], "a");
    assert_eq!(harness.calls("DescribeTrainingJob"), 1);
}
