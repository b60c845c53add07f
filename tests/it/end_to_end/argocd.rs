//! What Argo CD says of real objects at every moment of their lives.
//!
//! With `UPDATE_TESTDATA=1` the objects become the health check's test data.

use std::fs;

use serde_json::{Value, json};
use spot_training_operator::yaml;

use super::support::Installation;
use crate::api::health::{Case, Cases, health, path};

/// Objects, what Argo CD says of them, and a word of its message.
const MOMENTS: [(&str, &str, &str); 10] = [
    ("progressing-no-status", "Progressing", "Waiting for the operator to observe the spec"),
    ("waiting-for-capacity", "Progressing", "waits for"),
    ("running", "Progressing", "is Training on"),
    ("interrupted", "Progressing", "took the spot instance away"),
    ("suspended", "Suspended", "spec.suspend is true"),
    ("stalled", "Degraded", "checkpointing is Enabled without a place"),
    ("failed", "Degraded", "AlgorithmError"),
    ("completed", "Healthy", "1 interruption"),
    ("deleting", "Progressing", "is being stopped"),
    (
        "progressing-spec-not-observed",
        "Progressing",
        "Waiting for the operator to observe the spec",
    ),
];

/// Brings an object to its moment.
async fn begin(site: &Installation, name: &str) {
    let workload = match name {
        "waiting-for-capacity" => json!({ "starting": 600 }),
        "interrupted" => json!({ "training": 9, "interruptAfter": [1], "gap": 600 }),
        "failed" => json!({ "end": "Failed", "failureReason": "AlgorithmError: , exit code: 1" }),
        "completed" | "progressing-spec-not-observed" => {
            json!({ "training": 2, "interruptAfter": [1] })
        }
        _ => json!({ "training": 600, "stopping": if name == "deleting" { 600 } else { 1 } }),
    };
    let mut manifest = site.manifest(name, &workload);
    if name == "stalled" {
        manifest["spec"]["template"].as_object_mut().unwrap().remove("checkpointConfig");
    }
    site.apply(&manifest).await;
}

fn trains(object: &Value) -> bool {
    object["status"]["secondaryStatus"] == "Training"
}

/// Waits until an object is at its moment, and brings it to its last step.
async fn reach(site: &mut Installation, name: &str) {
    match name {
        "waiting-for-capacity" => drop(site.state(name, "WaitingForCapacity").await),
        "interrupted" => drop(site.state(name, "Interrupted").await),
        "running" => drop(site.until(name, "training", trains).await),
        "suspended" => {
            site.until(name, "training", trains).await;
            site.merge(name, &json!({ "spec": { "suspend": true } })).await;
            site.state(name, "Suspended").await;
        }
        "stalled" => drop(site.condition(name, "Stalled", "CheckpointLocationMissing").await),
        "failed" => drop(site.state(name, "Failed").await),
        "deleting" => {
            site.until(name, "training", trains).await;
            site.begin_deletion(name).await;
            site.state(name, "Stopping").await;
        }
        _ => drop(site.state(name, "Completed").await),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn argocd_shows_every_stage_as_what_it_is() {
    let mut site = Installation::new("vision").await;
    let [(unseen, ..), seen @ .., (edited, ..)] = &MOMENTS;
    for (name, ..) in seen {
        begin(&site, name).await;
    }
    begin(&site, edited).await;
    for (name, ..) in seen {
        reach(&mut site, name).await;
    }
    reach(&mut site, edited).await;
    site.operator.terminate().await;
    begin(&site, unseen).await;
    site.merge(edited, &json!({ "spec": { "suspend": true } })).await;

    let mut tests = Vec::new();
    for (name, status, words) in MOMENTS {
        let text = site.kubectl(&["get", "stj", name, "--output=yaml"]).expect_ok();
        let object: Value = serde_saphyr::from_str(&text).unwrap();
        let shown = health(&object);
        assert_eq!(shown.status, status, "{name}: {shown:?}");
        assert!(shown.message.contains(words), "{name}: {shown:?}");
        let input_path = format!("testdata/{}.yaml", name.replace('-', "_"));
        if std::env::var_os("UPDATE_TESTDATA").is_some() {
            fs::write(path(&input_path), &text).unwrap();
        }
        tests.push(Case { health_status: shown, input_path });
    }
    if std::env::var_os("UPDATE_TESTDATA").is_some() {
        let cases = serde_json::to_value(Cases { tests }).unwrap();
        fs::write(path("health_test.yaml"), yaml::write(&cases).unwrap()).unwrap();
    }
}
