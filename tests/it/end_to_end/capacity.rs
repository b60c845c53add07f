//! Capacity policies, as a user applies them: the examples, with kubectl and on real parts.

use serde_json::{Value, json};

use super::support::{Installation, condition, uid};

/// What an object's attempts ran on, and how they ended.
fn attempts(object: &Value) -> Vec<(String, String)> {
    let attempts = object["status"]["attempts"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |attempt: &Value| {
        let pool = format!("{} {}", text(&attempt["capacityType"]), text(&attempt["instanceType"]));
        (pool, text(&attempt["reason"]))
    };
    attempts.iter().map(of).collect()
}

/// Waits for spot capacity longer than any test, and not for on-demand.
fn on_demand_only() -> Value {
    json!({ "starting": 600, "onDemandStarting": 0.5, "training": 2 })
}

/// Waits for capacity longer than any test.
fn starving() -> Value {
    json!({ "starting": 600 })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_job_waits_changes_its_type_falls_back_and_finishes() {
    let site = Installation::new("fallback").await;
    let mut manifest = site.example("fallback.yaml", &on_demand_only());
    manifest["spec"]["capacity"]["fallbackInstanceTypes"] = json!(["ml.g6.4xlarge"]);
    manifest["spec"]["capacity"]["spotWaitSeconds"] = json!(4);
    site.apply(&manifest).await;
    let waiting = site.state("fallback", "WaitingForCapacity").await;
    let message = condition(&waiting, "Reconciling")["message"].as_str().unwrap().to_owned();
    assert!(message.contains("; tries spot ml.g6.4xlarge at "), "{message}");
    let object = site.state("fallback", "Completed").await;
    let expected = [
        ("Spot ml.g5.2xlarge", "StoppedForFallback"),
        ("Spot ml.g6.4xlarge", "StoppedForFallback"),
        ("OnDemand ml.g5.2xlarge", "Completed"),
    ];
    let expected = expected.map(|(pool, reason)| (pool.to_owned(), reason.to_owned()));
    assert_eq!(attempts(&object), expected);
    assert_eq!(object["status"]["restarts"], 0);
    let jobs = site.sagemaker.jobs_of(uid(&object));
    let name = &object["status"]["trainingJobName"];
    let job = jobs.iter().find(|job| job["TrainingJobName"] == *name).unwrap();
    assert_eq!(job["EnableManagedSpotTraining"], false);
    assert_eq!(job["StoppingCondition"]["MaxWaitTimeInSeconds"], Value::Null);
    assert_eq!(job["CheckpointConfig"]["S3Uri"], "s3://my-bucket/checkpoints/fallback/");
    site.emits(
        "fallback",
        &[
            "AttemptStarted",
            "Stopping",
            "FellBack",
            "AttemptStarted",
            "Stopping",
            "FellBack",
            "AttemptStarted",
            "Completed",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn spot_only_goes_round_and_is_never_on_demand() {
    let site = Installation::new("spot-only").await;
    let mut manifest = site.example("spot-only.yaml", &starving());
    manifest["spec"]["capacity"]["spotWaitSeconds"] = json!(2);
    site.apply(&manifest).await;
    let object = site.until("spot-only", "in its third attempt", |object| {
        object["status"]["attempt"] == 3 && object["status"]["state"] == "WaitingForCapacity"
    });
    let pools: Vec<_> = attempts(&object.await).into_iter().map(|(pool, _)| pool).collect();
    assert_eq!(pools, ["Spot ml.g5.2xlarge", "Spot ml.g5.4xlarge", "Spot ml.g5.2xlarge"]);
    site.delete("spot-only").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_target_is_met_on_demand_when_spot_does_not_come_in_time() {
    let site = Installation::new("target").await;
    for name in ["deadline", "balanced"] {
        let mut manifest = site.example(&format!("{name}.yaml"), &on_demand_only());
        manifest["spec"]["capacity"]["target"] = json!({
            "completeWithinSeconds": 20, "estimatedRuntimeSeconds": 10, "changeoverSeconds": 3,
        });
        site.apply(&manifest).await;
        let waiting = site.state(name, "WaitingForCapacity").await;
        let message = condition(&waiting, "Reconciling")["message"].as_str().unwrap().to_owned();
        assert!(message.contains("; tries on-demand ml.g5.2xlarge at "), "{message}");
        let completed = site.state(name, "Completed").await;
        assert_eq!(completed["status"]["capacityType"], "OnDemand", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_person_falls_back_by_an_edit_and_contradictions_are_refused() {
    let site = Installation::new("own-fallback").await;
    site.apply(&site.manifest("bert", &starving())).await;
    site.state("bert", "WaitingForCapacity").await;
    site.edit("bert", &json!({ "capacity": { "type": "OnDemand" } })).expect_ok();
    site.until("bert", "on demand", |object| {
        object["status"]["capacityType"] == "OnDemand" && object["status"]["attempt"] == 2
    })
    .await;
    let same = json!({ "fallbackInstanceTypes": ["ml.g5.2xlarge"], "spotWaitSeconds": 9 });
    let rows = [
        (json!({ "onDemandFallback": "AfterWait" }), "set spotWaitSeconds"),
        (json!({ "onDemandFallback": "AtDeadline" }), "set target"),
        (json!({ "onDemandFallback": "Balanced" }), "set target"),
        (same, "each other"),
    ];
    for (mut capacity, remedy) in rows {
        capacity["type"] = json!("Spot");
        let refusal = site.edit("bert", &json!({ "capacity": capacity })).expect_refused();
        assert!(refusal.contains(remedy) && refusal.contains("spec.capacity"), "{refusal}");
    }
    site.delete("bert").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn many_interruptions_lead_to_another_type_and_without_one_to_failure() {
    let site = Installation::new("interruptions").await;
    let taken = json!({ "training": 3, "interruptAfter": [2], "gap": 600, "continues": true });
    let mut manifest = site.example("fallback.yaml", &taken);
    manifest["spec"]["capacity"]["maxInterruptions"] = json!(1);
    site.apply(&manifest).await;
    let mut alone = site.manifest("alone", &taken);
    alone["spec"]["capacity"] = json!({ "maxInterruptions": 1 });
    site.apply(&alone).await;
    let object = site.state("fallback", "Completed").await;
    let expected =
        [("Spot ml.g5.2xlarge", "StoppedForFallback"), ("Spot ml.g5.4xlarge", "Completed")];
    let expected = expected.map(|(pool, reason)| (pool.to_owned(), reason.to_owned()));
    assert_eq!(attempts(&object), expected);
    assert_eq!(
        (&object["status"]["interruptions"], &object["status"]["restarts"]),
        (&json!(1), &json!(0))
    );
    let message = site.condition("alone", "Failed", "TooManyInterruptions").await;
    assert!(message.contains("    s3Uri: s3://bucket/checkpoints/"), "{message}");
    let jobs = site.sagemaker.jobs_of(uid(&site.object("alone").await));
    assert_eq!((jobs.len(), &jobs[0]["TrainingJobStatus"]), (1, &json!("Stopped")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_suspension_in_the_middle_of_a_fallback_holds_and_the_fallback_is_kept() {
    let site = Installation::new("suspended-fallback").await;
    let slow = json!({ "starting": 600, "stopping": 4 });
    let mut manifest = site.example("fallback.yaml", &slow);
    manifest["spec"]["capacity"]["spotWaitSeconds"] = json!(2);
    site.apply(&manifest).await;
    site.state("fallback", "Stopping").await;
    site.edit("fallback", &json!({ "suspend": true })).expect_ok();
    let object = site.state("fallback", "Suspended").await;
    let jobs = site.sagemaker.jobs_of(uid(&object));
    assert_eq!((jobs.len(), &jobs[0]["TrainingJobStatus"]), (1, &json!("Stopped")));
    site.edit("fallback", &json!({ "suspend": false })).expect_ok();
    let second = |object: &Value| object["status"]["attempt"] == 2;
    let object = site.until("fallback", "in its second attempt", second).await;
    assert_eq!(object["status"]["instanceType"], "ml.g5.4xlarge");
    site.delete("fallback").await;
    assert_eq!(site.sagemaker.stats().uids[uid(&object)].most_concurrent, 1);
}
