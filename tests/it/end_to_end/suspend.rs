//! Suspending, resuming and editing.

use serde_json::{Value, json};

use super::support::{Installation, condition, uid};

fn suspend(suspend: bool) -> Value {
    json!({ "spec": { "suspend": suspend } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_suspended_job_stops_and_a_resumed_one_goes_on_in_a_new_attempt() {
    let site = Installation::new("suspend").await;
    site.run("bert", &json!({ "training": 4 })).await;
    site.state("bert", "Running").await;
    site.merge("bert", &suspend(true)).await;
    let object = site.state("bert", "Suspended").await;
    assert_eq!(condition(&object, "Suspended")["status"], "True");
    assert_eq!(object["status"]["attempts"][0]["outcome"], "Stopped");
    assert_eq!(object["status"]["attempts"][0]["reason"], "StoppedForSuspend");
    assert_eq!(site.sagemaker.job_of(uid(&object))["TrainingJobStatus"], "Stopped");

    site.merge("bert", &suspend(false)).await;
    let object = site.state("bert", "Completed").await;
    let status = &object["status"];
    assert_eq!(status["attempt"], 2);
    assert_eq!(condition(&object, "Suspended")["status"], "False");
    let jobs = site.sagemaker.jobs_of(uid(&object));
    assert_eq!(jobs.len(), 2);
    let sum = |member: &str| jobs.iter().map(|job| job[member].as_i64().unwrap_or(0)).sum::<i64>();
    assert_eq!(status["trainingSeconds"], sum("TrainingTimeInSeconds"));
    assert_eq!(status["billableSeconds"], sum("BillableTimeInSeconds"));
    assert_eq!(jobs[0]["CheckpointConfig"], jobs[1]["CheckpointConfig"]);
    assert_eq!(site.sagemaker.stats().uids[uid(&object)].most_concurrent, 1);
    let reasons =
        ["AttemptStarted", "Stopping", "Suspended", "Resumed", "AttemptStarted", "Completed"];
    site.emits("bert", &reasons).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_object_created_suspended_asks_nothing_of_aws() {
    let site = Installation::new("suspend-first").await;
    let mut manifest = site.manifest("bert", &json!({}));
    manifest["spec"]["suspend"] = json!(true);
    site.apply(&manifest).await;
    let object = site.state("bert", "Suspended").await;
    assert_eq!(object["status"]["startTime"], Value::Null);
    assert_eq!(object["metadata"]["finalizers"], Value::Null);
    assert!(site.sagemaker.calls().is_empty(), "{:?}", site.sagemaker.calls());
    site.merge("bert", &suspend(false)).await;
    site.state("bert", "Completed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_job_that_uploads_is_let_to_its_end() {
    let site = Installation::new("suspend-late").await;
    site.run("bert", &json!({ "uploading": 4 })).await;
    let uploads = |object: &Value| object["status"]["secondaryStatus"] == "Uploading";
    site.until("bert", "uploading", uploads).await;
    site.merge("bert", &suspend(true)).await;
    site.state("bert", "Completed").await;
    assert_eq!(site.sagemaker.count("StopTrainingJob"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_run_is_immutable_and_the_policy_is_not() {
    let site = Installation::new("edits").await;
    site.run("bert", &json!({ "training": 600 })).await;
    let before = site.state("bert", "Running").await;
    let remedy = "is one run and can't change: apply it under a new name, or delete and re-apply \
                  the object";
    for (field, change) in [
        ("template", json!({ "template": { "roleArn": "arn:aws:iam::123456789012:role/other" } })),
        ("template", json!({ "template": { "environment": { "A": "B" } } })),
        ("region", json!({ "region": "eu-west-2" })),
        ("region", json!({ "region": null })),
        ("checkpointing", json!({ "checkpointing": "Enabled" })),
    ] {
        let patch = json!({ "spec": change }).to_string();
        let patch = ["patch", "stj", "bert", "--type=merge", "--patch", &patch];
        let refusal = site.kubectl(&patch).expect_refused();
        assert!(refusal.contains(&format!("spec.{field} {remedy}")), "{refusal}");
    }

    let edit = json!({ "capacity": { "type": "OnDemand" }, "deletionPolicy": "Orphan" });
    let patch = json!({ "spec": edit }).to_string();
    site.kubectl(&["patch", "stj", "bert", "--type=merge", "--patch", &patch]).expect_ok();
    let seen = |object: &Value| object["status"]["observedGeneration"] == 2;
    let after = site.until("bert", "seen again", seen).await;
    // The running job is not disturbed by an edit of its capacity.
    assert_eq!(after["status"]["trainingJobName"], before["status"]["trainingJobName"]);
    assert_eq!(after["status"]["capacityType"], "Spot");
    assert_eq!(site.sagemaker.count("StopTrainingJob"), 0);
}
