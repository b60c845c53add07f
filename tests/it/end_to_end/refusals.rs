//! What AWS refuses: what the object says, what is asked again, and that it heals.

use std::collections::BTreeMap;

use sagemaker_simulator::{Fault, FaultKind, Quota};
use serde_json::{Value, json};
use spot_training_operator::domain::job::name::job_name;

use super::support::{Installation, Kubernetes, Launch, condition, uid};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_name_that_is_taken_stalls_the_object_and_is_left_alone() {
    let site = Installation::new("name-taken").await;
    let mut manifest = site.manifest("bert", &json!({ "training": 600 }));
    manifest["spec"]["suspend"] = json!(true);
    let object = site.apply(&manifest).await;
    let name = job_name("name-taken", "bert", uid(&object), 1);
    let template = &manifest["spec"]["template"];
    let foreign = json!({
        "TrainingJobName": name,
        "AlgorithmSpecification": { "TrainingImage": "image", "TrainingInputMode": "File" },
        "RoleArn": template["roleArn"],
        "HyperParameters": template["hyperParameters"],
        "OutputDataConfig": { "S3OutputPath": "s3://bucket/models" },
        "ResourceConfig": {
            "InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50,
        },
        "StoppingCondition": { "MaxRuntimeInSeconds": 3600 },
        "Tags": [{ "Key": "spottraining.dev/uid", "Value": "somebody-else" }],
    });
    site.sagemaker.call("CreateTrainingJob", &foreign);

    site.merge("bert", &json!({ "spec": { "suspend": false } })).await;
    let message = site.condition("bert", "Stalled", "NameTaken").await;
    assert!(message.contains(&name) && message.contains("under a new name"), "{message}");
    site.run("other", &json!({ "training": 3 })).await;
    site.state("other", "Completed").await;
    let creates = site.sagemaker.stats().creates[&name];
    assert_eq!(creates.accepted, 1);
    assert!((2..=3).contains(&creates.calls), "a storm of creates: {creates:?}");
    site.delete("bert").await;
    let foreign = site.sagemaker.job_of("somebody-else");
    assert_eq!(foreign["TrainingJobStatus"], "InProgress");
    assert_eq!(site.sagemaker.count("StopTrainingJob"), 0);
}

/// The object says `reason` and needs nobody; its message has `words`.
async fn reconciles_for(site: &Installation, name: &str, reason: &str, words: &str) -> Value {
    let message = site.condition(name, "Reconciling", reason).await;
    assert!(message.contains(words), "{name}: {message}");
    let object = site.object(name).await;
    assert_eq!(condition(&object, "Stalled")["status"], "False", "{name}");
    object
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn refusals_of_permission_are_said_and_heal() {
    let site = Installation::new("refused").await;
    let create = |kind, name: &str| {
        Fault::new("CreateTrainingJob", kind).count(0).on_job(format!("refused-{name}"))
    };
    site.sagemaker.add_fault(create(FaultKind::Expired, "expired"));
    site.sagemaker.add_fault(create(FaultKind::Denied, "denied"));
    let denied = Fault::new("DescribeTrainingJob", FaultKind::Denied).count(0);
    site.run("unseen", &json!({ "training": 600 })).await;
    let running = site.state("unseen", "Running").await;
    site.sagemaker.add_fault(denied.on_job("refused-unseen"));
    for name in ["expired", "denied"] {
        site.run(name, &json!({})).await;
    }
    let mut manifest = site.manifest("role", &json!({}));
    manifest["spec"]["template"]["roleArn"] = json!("arn:aws:iam::123456789012:role/not-assumable");
    site.apply(&manifest).await;

    let pending = reconciles_for(&site, "expired", "CredentialsInvalid", "expired").await;
    assert_eq!(pending["status"]["state"], "Pending");
    assert!(pending["status"]["nextAttemptTime"].is_string());
    reconciles_for(&site, "denied", "AccessDenied", "not authorized").await;
    reconciles_for(&site, "role", "AccessPropagating", "Could not assume role").await;
    // A job that cannot be described keeps its state: it runs, as far as anybody knows.
    let object = reconciles_for(&site, "unseen", "AccessDenied", "not authorized").await;
    assert_eq!(object["status"]["state"], "Running");
    assert_eq!(object["status"]["secondaryStatus"], running["status"]["secondaryStatus"]);

    // Trouble is in the plain table.
    let table = site.kubectl(&["get", "stj"]).expect_ok();
    for row in [
        "unseen Running AccessDenied",
        "denied Pending AccessDenied",
        "role Pending AccessPropagating",
    ] {
        let shows =
            |line: &str| line.split_whitespace().take(3).collect::<Vec<_>>().join(" ") == row;
        assert!(table.lines().any(shows), "no row {row}: {table}");
    }

    // Field report 20: one line of the log and one Event for each new blocker.
    for (name, call) in [("denied", "CreateTrainingJob"), ("unseen", "DescribeTrainingJob")] {
        let words = ["WARN", &format!("refused/{name}"), call, "AccessDenied", "next try at"];
        let log = site.operator.log();
        let says = |line: &&str| words.iter().all(|word| line.contains(word));
        assert_eq!(log.lines().filter(says).count(), 1, "{name}: {words:?}");
    }
    site.emits("denied", &["AccessDenied"]).await;

    site.sagemaker.clear_faults();
    let still_running = |object: &Value| condition(object, "Reconciling")["reason"] == "Training";
    site.until("unseen", "seen again", still_running).await;
    for name in ["expired", "denied"] {
        let object = site.state(name, "Completed").await;
        // A create that AWS refused for certain uses up no attempt.
        assert_eq!(object["status"]["attempt"], 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_credentials_the_operator_runs_and_says_so() {
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let bare = |launch| keys.into_iter().fold(launch, Launch::without);
    let mut site = Installation::with(Kubernetes::shared(), "no-credentials", bare).await;
    site.run("bert", &json!({})).await;
    reconciles_for(&site, "bert", "CredentialsInvalid", "the operator has no AWS credentials")
        .await;
    assert!(site.sagemaker.calls().is_empty());

    site.launch =
        keys.into_iter().fold(site.launch.clone(), |launch, key| launch.variable(key, "given"));
    site.operator.terminate().await;
    site.restart().await;
    site.state("bert", "Completed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_used_up_quota_is_waited_for_with_one_probe() {
    let site = Installation::new("quota").await;
    let spot = |count| {
        let quota = Quota { spot: Some(count), on_demand: None };
        site.sagemaker.set_quotas(BTreeMap::from([("ml.g5.2xlarge".to_owned(), quota)]));
    };
    spot(1);
    site.run("holder", &json!({ "training": 600 })).await;
    site.state("holder", "Running").await;
    site.run("first", &json!({})).await;
    reconciles_for(&site, "first", "QuotaExceeded", "ml.g5.2xlarge for spot training job").await;
    site.run("second", &json!({})).await;
    reconciles_for(&site, "second", "QuotaExceeded", "quota of spot ml.g5.2xlarge").await;
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 2, "the second waits for the first");
    site.emits("first", &["QuotaExceeded"]).await;
    spot(3);
    site.state("first", "Completed").await;
    site.state("second", "Completed").await;
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 4);
}
