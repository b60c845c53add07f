//! Deletion at every moment of a job, by either policy, and ends that somebody else brings about.

use sagemaker_simulator::{Fault, FaultKind};
use serde_json::{Value, json};

use super::support::{Installation, SageMaker, condition, uid};

type Reached = fn(&Value) -> bool;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_live_job_is_stopped_at_every_moment_before_its_object_goes() {
    let site = Installation::new("delete-live").await;
    let moments: [(&str, Value, Reached); 4] = [
        ("waiting", json!({ "starting": 600 }), |o| o["status"]["state"] == "WaitingForCapacity"),
        ("training", json!({ "training": 600 }), |o| o["status"]["state"] == "Running"),
        ("interrupted", json!({ "training": 9, "interruptAfter": [1], "gap": 600 }), |o| {
            o["status"]["state"] == "Interrupted"
        }),
        ("uploading", json!({ "uploading": 6 }), |o| o["status"]["secondaryStatus"] == "Uploading"),
    ];
    for (name, workload, _) in &moments {
        site.run(name, workload).await;
    }
    let mut uids = Vec::new();
    for (name, _, reached) in &moments[..] {
        let object = site.until(name, "that far", reached).await;
        uids.push(uid(&object).to_owned());
        site.begin_deletion(name).await;
    }
    for ((name, ..), uid) in moments.iter().zip(&uids) {
        site.gone(name).await;
        let job = site.sagemaker.job_of(uid);
        assert_eq!(job["TrainingJobStatus"], "Stopped", "{name}");
        let job_name = job["TrainingJobName"].as_str().unwrap();
        assert_eq!(site.sagemaker.calls_of("StopTrainingJob", job_name), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_a_live_job_an_object_goes_at_once() {
    let site = Installation::new("delete-idle").await;
    site.run("finished", &json!({})).await;
    let mut manifest = site.manifest("suspended", &json!({}));
    manifest["spec"]["suspend"] = json!(true);
    site.apply(&manifest).await;
    let mut manifest = site.manifest("stalled", &json!({}));
    manifest["spec"]["template"].as_object_mut().unwrap().remove("checkpointConfig");
    site.apply(&manifest).await;
    site.state("finished", "Completed").await;
    site.state("suspended", "Suspended").await;
    let remedy = site.condition("stalled", "Stalled", "CheckpointLocationMissing").await;
    assert!(remedy.contains("apply it with spec.template.checkpointConfig.s3Uri"), "{remedy}");
    let names = ["finished", "suspended", "stalled"];
    let calls = site.sagemaker.calls().len();
    for name in names {
        site.delete(name).await;
    }
    assert_eq!(site.sagemaker.calls().len(), calls);
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_object_deleted_before_its_create_goes_without_aws_and_never_has_a_job() {
    let site = Installation::new("delete-early").await;
    site.sagemaker.add_fault(Fault::new("GetCallerIdentity", FaultKind::Hold));
    site.run("bert", &json!({})).await;
    site.sagemaker.holds("GetCallerIdentity").await;
    let protected = |object: &Value| object["metadata"]["finalizers"].is_array();
    site.until("bert", "protected", protected).await;
    site.delete("bert").await;
    assert_eq!(site.sagemaker.release(), 1, "AWS has not answered");
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 0);
}

/// The job that was made for an object in spite of its deletion is over.
fn over(site: &Installation, object: &Value) {
    let job = site.sagemaker.job_of(uid(object));
    assert_eq!(job["TrainingJobStatus"], "Stopped", "{object:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_object_deleted_while_its_create_is_under_way_leaves_no_job() {
    for (namespace, kind) in
        [("delete-executed", FaultKind::Hold), ("delete-sent", FaultKind::HoldBefore)]
    {
        let site = Installation::new(namespace).await;
        site.sagemaker.add_fault(Fault::new("CreateTrainingJob", kind));
        let object = site.run("bert", &json!({ "training": 600 })).await;
        site.sagemaker.holds("CreateTrainingJob").await;
        site.begin_deletion("bert").await;
        assert_eq!(site.sagemaker.release(), 1);
        site.gone("bert").await;
        over(&site, &object);
        assert_eq!(site.sagemaker.stats().uids[uid(&object)].creates, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_object_deleted_after_a_lost_reply_leaves_no_job() {
    let site = Installation::new("delete-lost").await;
    site.sagemaker.add_fault(Fault::new("CreateTrainingJob", FaultKind::Lost));
    site.sagemaker.add_fault(Fault::new("DescribeTrainingJob", FaultKind::Hold));
    let object = site.run("bert", &json!({ "training": 600 })).await;
    // It has begun to find out what became of the request.
    site.sagemaker.holds("DescribeTrainingJob").await;
    site.begin_deletion("bert").await;
    assert_eq!(site.sagemaker.release(), 1);
    site.gone("bert").await;
    over(&site, &object);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_object_deleted_while_it_waits_or_stops_goes() {
    let site = Installation::new("delete-waiting").await;
    let quota = Fault::new("CreateTrainingJob", FaultKind::Quota).on_job("delete-waiting-held-stj");
    site.sagemaker.add_fault(quota.count(0));
    site.run("held", &json!({})).await;
    let suspended = site.run("suspended", &json!({ "training": 600, "stopping": 3 })).await;
    // A limit of 0 never gives room.
    site.condition("held", "Stalled", "QuotaExceeded").await;
    site.delete("held").await;
    site.state("suspended", "Running").await;
    site.merge("suspended", &json!({ "spec": { "suspend": true } })).await;
    site.state("suspended", "Stopping").await;
    site.delete("suspended").await;
    over(&site, &suspended);
    assert_eq!(site.sagemaker.jobs(SageMaker::now()).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_orphan_is_left_running() {
    let site = Installation::new("delete-orphan").await;
    let mut manifest = site.manifest("bert", &json!({ "training": 600 }));
    manifest["spec"]["deletionPolicy"] = json!("Orphan");
    site.apply(&manifest).await;
    let object = site.state("bert", "Running").await;
    site.delete("bert").await;
    assert_eq!(site.sagemaker.count("StopTrainingJob"), 0);
    assert_eq!(site.sagemaker.job_of(uid(&object))["TrainingJobStatus"], "InProgress");
    site.emits("bert", &["AttemptStarted", "JobOrphaned"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_stop_that_aws_denies_holds_the_object_until_it_is_orphaned() {
    let site = Installation::new("delete-denied").await;
    site.run("bert", &json!({ "training": 600 })).await;
    site.state("bert", "Running").await;
    site.sagemaker.add_fault(Fault::new("StopTrainingJob", FaultKind::Denied).count(0));
    site.begin_deletion("bert").await;
    let way_out = site.condition("bert", "Reconciling", "AccessDenied").await;
    assert!(
        way_out.contains("leave the job running, set spec.deletionPolicy: Orphan"),
        "{way_out}"
    );
    assert_eq!(condition(&site.object("bert").await, "Stalled")["status"], "False");
    site.merge("bert", &json!({ "spec": { "deletionPolicy": "Orphan" } })).await;
    site.gone("bert").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_job_that_somebody_else_stops_has_failed() {
    let site = Installation::new("stopped").await;
    site.run("bert", &json!({ "training": 600 })).await;
    let object = site.state("bert", "Running").await;
    let name = &object["status"]["trainingJobName"];
    site.sagemaker.call("StopTrainingJob", &json!({ "TrainingJobName": name }));
    let object = site.state("bert", "Failed").await;
    assert_eq!(condition(&object, "Failed")["reason"], "StoppedExternally");
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1);
    let text = object["status"]["failureReason"].as_str().unwrap();
    assert!(text.contains("delete and re-apply"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_on_demand_job_runs_without_spot() {
    let site = Installation::new("on-demand").await;
    let mut manifest = site.manifest("bert", &json!({ "training": 2, "interruptAfter": [1] }));
    manifest["spec"]["capacity"] = json!({ "type": "OnDemand" });
    site.apply(&manifest).await;
    let object = site.state("bert", "Completed").await;
    let job = site.sagemaker.job_of(uid(&object));
    assert_eq!(job["EnableManagedSpotTraining"], false);
    assert_eq!(job["StoppingCondition"], json!({ "MaxRuntimeInSeconds": 86_400 }));
    let status = &object["status"];
    assert_eq!(status["capacityType"], "OnDemand");
    assert_eq!(status["interruptions"], 0);
    assert_eq!(status["trainingSeconds"], job["TrainingTimeInSeconds"]);
    assert_eq!(status["trainingSeconds"], status["billableSeconds"]);
    assert_eq!(status["savings"], Value::Null, "savings are those of spot");
}
