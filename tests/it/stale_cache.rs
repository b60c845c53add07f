//! Reconciles of versions that are no longer the newest: the watch is behind.

use std::time::Duration;

use serde_json::json;
use tokio::time::advance;

use crate::support::site::Site;

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
