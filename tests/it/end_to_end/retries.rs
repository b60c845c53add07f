//! Retries and limits, as a user applies them: the examples, with kubectl and on real parts.

use serde_json::{Value, json};

use super::support::{Installation, condition, uid};

fn failing(reason: &str) -> Value {
    json!({ "end": "Failed", "failureReason": reason })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_program_that_fails_is_tried_again_and_every_attempt_is_shown() {
    let site = Installation::new("retries").await;
    let mut manifest = site.example("retries.yaml", &failing("AlgorithmError: exit code: 1"));
    manifest["spec"]["backoffLimit"] = json!(1);
    site.apply(&manifest).await;
    let waiting = site.until("retries", "backing off", |object| {
        object["status"]["state"] == "Queued" && !object["status"]["nextAttemptTime"].is_null()
    });
    let waiting = waiting.await;
    assert_eq!(condition(&waiting, "Ready")["reason"], "BackingOff");
    let table = site.kubectl(&["get", "stj", "retries"]).expect_ok();
    assert!(table.contains("Queued") && table.contains("BackingOff"), "{table}");
    let object = site.state("retries", "Failed").await;
    let status = &object["status"];
    assert_eq!(condition(&object, "Failed")["reason"], "BackoffLimitExceeded");
    assert_eq!((&status["restarts"], &status["restartsCountTowardsLimit"]), (&json!(1), &json!(1)));
    let reasons: Vec<_> =
        status["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["reason"]).collect();
    assert_eq!(reasons, ["AlgorithmError", "AlgorithmError"]);
    let jobs = site.sagemaker.count("CreateTrainingJob");
    assert_eq!(jobs, 2);
    let message = condition(&object, "Failed")["message"].as_str().unwrap().to_owned();
    assert!(message.contains("    s3Uri: s3://my-bucket/checkpoints/retries/"), "{message}");
    let events = ["AttemptStarted", "AttemptFailed", "AttemptStarted", "Failed"];
    site.emits("retries", &events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_rule_ends_what_would_fail_again_and_a_wrong_pattern_is_said_before_anything_runs() {
    let site = Installation::new("failure-rules").await;
    let reason = "AlgorithmError: RuntimeError: CUDA out of memory, exit code: 1";
    let manifest = site.example("retries.yaml", &failing(reason));
    site.apply(&manifest).await;
    let object = site.state("retries", "Failed").await;
    assert_eq!(condition(&object, "Failed")["reason"], "AlgorithmError");
    assert_eq!(object["status"]["attempt"], 1);

    let mut wrong = manifest;
    wrong["metadata"]["name"] = json!("wrong");
    wrong["spec"]["failurePolicy"]["rules"][0]["onFailureMessagePatterns"] = json!(["CUDA ("]);
    site.apply(&wrong).await;
    let why = site.condition("wrong", "Stalled", "InvalidSpec").await;
    for part in ["rules[out-of-memory].onFailureMessagePatterns", "CUDA (", "unclosed group"] {
        assert!(why.contains(part), "{why}");
    }
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1);
    let edit = json!({ "spec": { "failurePolicy": null, "backoffLimit": 0 } });
    site.merge("wrong", &edit).await;
    site.state("wrong", "Failed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_deadline_stops_the_job_and_a_ttl_removes_the_object() {
    let site = Installation::new("limits").await;
    let mut manifest = site.example("limits.yaml", &json!({ "training": 600 }));
    manifest["spec"]["activeDeadlineSeconds"] = json!(4);
    manifest["spec"]["ttlSecondsAfterFinished"] = json!(2);
    let object = site.apply(&manifest).await;
    site.condition("limits", "Failed", "DeadlineExceeded").await;
    let job = site.sagemaker.job_of(uid(&object));
    assert_eq!(job["TrainingJobStatus"], "Stopped");
    site.gone("limits").await;
    assert_eq!(site.sagemaker.count("StopTrainingJob"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_training_budget_stops_the_job_when_it_is_used_up() {
    let site = Installation::new("budget").await;
    let mut manifest = site.example("limits.yaml", &json!({ "training": 600 }));
    manifest["spec"]["maxTrainingSeconds"] = json!(3);
    manifest["spec"].as_object_mut().unwrap().remove("ttlSecondsAfterFinished");
    site.apply(&manifest).await;
    site.condition("limits", "Failed", "TrainingBudgetExceeded").await;
    let object = site.object("limits").await;
    let trained = object["status"]["trainingSeconds"].as_i64().unwrap();
    assert!(trained >= 3, "{trained}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_object_that_a_tool_keeps_outlives_its_ttl_and_one_of_another_controller_is_left_alone()
{
    let site = Installation::new("kept").await;
    let mut manifest = site.manifest("kept", &json!({ "training": 2 }));
    manifest["metadata"]["labels"] = json!({ "kustomize.toolkit.fluxcd.io/name": "apps" });
    manifest["spec"]["ttlSecondsAfterFinished"] = json!(0);
    site.apply(&manifest).await;
    let mut foreign = site.manifest("foreign", &json!({}));
    foreign["spec"]["managedBy"] = json!("kueue.x-k8s.io/multikueue");
    site.apply(&foreign).await;
    site.emits("kept", &["AttemptStarted", "Completed", "TTLSkipped"]).await;
    assert_eq!(site.object("kept").await["status"]["state"], "Completed");
    site.kubectl(&["label", "stj", "kept", "kustomize.toolkit.fluxcd.io/name-"]).expect_ok();
    site.gone("kept").await;
    let foreign = site.object("foreign").await;
    assert_eq!(
        (&foreign["status"], &foreign["metadata"]["finalizers"]),
        (&Value::Null, &Value::Null)
    );
    let edit = r#"{"spec":{"managedBy":null}}"#;
    let refusal = site.kubectl(&["patch", "stj", "foreign", "--type=merge", "--patch", edit]);
    let refusal = refusal.expect_refused();
    assert!(
        refusal.contains("spec.managedBy") && refusal.contains("delete and re-apply"),
        "{refusal}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn rules_lead_to_on_demand_and_on_from_the_checkpoint() {
    let site = Installation::new("rules").await;
    let training = json!({ "training": 5, "continues": true });
    let mut long = site.example("long-training.yaml", &training);
    long["spec"]["template"]["stoppingCondition"] =
        json!({ "maxRuntimeInSeconds": 4, "maxWaitTimeInSeconds": 600 });
    site.apply(&long).await;
    let rare = json!({ "starting": 600, "onDemandStarting": 0.5, "training": 1 });
    let mut sent = site.example("fallback.yaml", &rare);
    sent["spec"]["template"]["stoppingCondition"] =
        json!({ "maxRuntimeInSeconds": 4, "maxWaitTimeInSeconds": 4 });
    sent["spec"]["failurePolicy"] = json!({ "rules": [{
        "name": "no-spot", "action": "FallBackToOnDemand", "onFailureReasons": ["SpotWaitExceeded"],
    }] });
    site.apply(&sent).await;

    let object = site.state("long-training", "Completed").await;
    let status = &object["status"];
    assert_eq!(status["attempts"][0]["reason"], "RuntimeExceeded");
    assert_eq!(
        (&status["attempt"], &status["restarts"], &status["restartsCountTowardsLimit"]),
        (&json!(2), &json!(1), &json!(0))
    );
    let jobs = site.sagemaker.jobs_of(uid(&object));
    assert_eq!(jobs[0]["CheckpointConfig"], jobs[1]["CheckpointConfig"]);

    let object = site.state("fallback", "Completed").await;
    let status = &object["status"];
    assert_eq!(status["attempts"][0]["reason"], "SpotWaitExceeded");
    assert_eq!(
        (&status["attempt"], &status["capacityType"], &status["instanceType"]),
        (&json!(2), &json!("OnDemand"), &json!("ml.g5.2xlarge"))
    );
    assert_eq!(status["restartsCountTowardsLimit"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn limits_that_are_edited_hold_from_then_on() {
    let site = Installation::new("edited-limits").await;
    let mut late = site.manifest("late", &json!({ "training": 20 }));
    late["spec"]["activeDeadlineSeconds"] = json!(20);
    site.apply(&late).await;
    let failing = site.example("retries.yaml", &failing("AlgorithmError: exit code: 1"));
    site.apply(&failing).await;
    site.state("late", "Running").await;
    site.edit("late", &json!({ "activeDeadlineSeconds": 600 })).expect_ok();
    let counted = |object: &Value| object["status"]["restartsCountTowardsLimit"] == 1;
    site.until("retries", "tried again", counted).await;
    // The attempt that was promised still comes.
    site.edit("retries", &json!({ "backoffLimit": 0 })).expect_ok();
    site.condition("retries", "Failed", "BackoffLimitExceeded").await;
    assert_eq!(site.object("retries").await["status"]["attempt"], 2);
    site.state("late", "Completed").await;
}
