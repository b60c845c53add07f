//! The life of a training job, as kubectl shows it, from `apply` to the end.

use serde_json::{Value, json};

use super::support::{Installation, condition, uid};

/// Two runs of 1 s downloading and 1 s training, 1 s uploading; 2 of the 5 are billed.
fn interrupted() -> Value {
    json!({
        "downloading": 1, "training": 2, "uploading": 1, "interruptAfter": [1], "gap": 2,
        "spotRatio": 0.4,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_interrupted_job_succeeds_with_the_right_totals() {
    let site = Installation::new("life-success").await;
    site.run("bert", &interrupted()).await;
    let object = site.state("bert", "Completed").await;
    let status = &object["status"];

    let job = site.sagemaker.job_of(uid(&object));
    assert_eq!(job["TrainingJobStatus"], "Completed");
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1);
    let expected = json!({
        "state": "Completed", "capacityType": "Spot", "instanceType": "ml.g5.2xlarge",
        "instanceCount": 1, "attempt": 1, "interruptions": 1, "region": "eu-west-1",
        "accountId": "123456789012", "observedGeneration": 1,
        "trainingSeconds": 5, "billableSeconds": 2, "savings": "60.0%",
        "trainingJobName": job["TrainingJobName"], "trainingJobArn": job["TrainingJobArn"],
        "trainingJobStatus": "Completed", "secondaryStatus": "Completed",
        "checkpoint": { "s3Uri": "s3://bucket/checkpoints/life-success/bert/" },
        "modelArtifacts": { "s3ModelArtifacts": job["ModelArtifacts"]["S3ModelArtifacts"] },
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(status[field], *value, "{field}");
    }
    assert_eq!(status["trainingSeconds"], job["TrainingTimeInSeconds"]);
    assert_eq!(status["billableSeconds"], job["BillableTimeInSeconds"]);
    assert_eq!(job["CheckpointConfig"]["S3Uri"], status["checkpoint"]["s3Uri"]);
    let [attempt] = status["attempts"].as_array().unwrap().as_slice() else {
        panic!("{status:#}");
    };
    assert_eq!(attempt["outcome"], "Completed");
    assert_eq!(attempt["interruptions"], 1);
    for (kind, value) in
        [("Complete", "True"), ("Ready", "True"), ("Reconciling", "False"), ("Stalled", "False")]
    {
        assert_eq!(condition(&object, kind)["status"], value, "{kind}");
    }
    assert_eq!(condition(&object, "Failed"), Value::Null);
    let last = site.until("bert", "released", |object| object["metadata"]["finalizers"].is_null());
    assert_eq!(last.await["status"], *status);
    shown_by_kubectl(&site).await;
}

async fn shown_by_kubectl(site: &Installation) {
    let table = site.kubectl(&["get", "stj", "bert"]).expect_ok();
    let rows: Vec<Vec<_>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    let header = [
        "NAME",
        "STATE",
        "REASON",
        "CAPACITY",
        "INSTANCE",
        "ATTEMPT",
        "INTERRUPTIONS",
        "SAVINGS",
        "AGE",
    ];
    assert_eq!(rows[0], header);
    let values = ["bert", "Completed", "Completed", "Spot", "ml.g5.2xlarge", "1", "1", "60.0%"];
    assert_eq!(rows[1][..8], values);
    let wide = site.kubectl(&["get", "stj", "bert", "--output=wide"]).expect_ok();
    let rows: Vec<Vec<_>> = wide.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0][9..], ["JOB", "CHECKPOINT", "MESSAGE"]);
    let [job, checkpoint, message @ ..] = &rows[1][9..] else { panic!("{wide}") };
    assert!(job.starts_with("life-success-bert-stj-") && job.ends_with("-1"), "{job}");
    assert_eq!(*checkpoint, "s3://bucket/checkpoints/life-success/bert/");
    assert_eq!(message[..2], ["training", "job"]);

    let reasons = ["AttemptStarted", "Interrupted", "CapacityReturned", "Completed"];
    site.emits("bert", &reasons).await;
    let described = site.kubectl(&["describe", "stj", "bert"]).expect_ok();
    for word in reasons {
        assert!(described.contains(word), "{word} is not in:\n{described}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn kubectl_wait_ends_on_success_and_on_failure() {
    let site = Installation::new("life-wait").await;
    let frames =
        "  File \"/opt/ml/code/train.py\", line 214, in train\n    loss.backward()\n".repeat(8);
    let failure = format!(
        "AlgorithmError: , exit code: 7\nTraceback (most recent call last):\n{frames}RuntimeError: CUDA \
         out of memory"
    );
    site.run("good", &json!({})).await;
    site.run("bad", &json!({ "end": "Failed", "failureReason": failure })).await;
    site.kubectl(&[
        "wait",
        "--for=jsonpath={.status.completionTime}",
        "stj/good",
        "stj/bad",
        "--timeout=60s",
    ])
    .expect_ok();
    let good = site.object("good").await;
    assert_eq!(good["status"]["state"], "Completed");
    let bad = site.object("bad").await;
    assert_eq!(bad["status"]["state"], "Failed");
    assert_eq!(bad["status"]["failureReason"], failure);
    for kind in ["Failed", "Stalled"] {
        assert_eq!(condition(&bad, kind)["reason"], "AlgorithmError");
    }
    let described = site.kubectl(&["describe", "stj", "bad"]).expect_ok();
    let conditions = described.split("Conditions:").nth(1).unwrap();
    let conditions = conditions.split("Console URL:").next().unwrap();
    assert_eq!(conditions.matches("Traceback").count(), 1, "shown once in conditions: {described}");
    let attempts = bad["status"]["attempts"].to_string();
    assert_eq!(attempts.matches("Traceback").count(), 1, "shown once in attempts: {attempts}");
    let ready = condition(&bad, "Ready");
    assert_eq!(ready["status"], "False");
    let message = ready["message"].as_str().unwrap();
    assert!(message.contains("exit code: 7"), "kubectl get -o wide says why: {message}");
    site.until("bad", "released", |object| object["metadata"]["finalizers"].is_null()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn after_the_end_nothing_more_is_asked_or_written() {
    let mut site = Installation::new("life-after").await;
    // Long enough to have seconds to show: without any, it is described once more before its release.
    site.run("done", &json!({ "training": 3 })).await;
    site.run("live", &json!({ "training": 600 })).await;
    site.state("done", "Completed").await;
    let released = |object: &Value| object["metadata"]["finalizers"].is_null();
    let done = site.until("done", "released", released).await;
    let live = site.state("live", "Running").await;
    let job = done["status"]["trainingJobName"].as_str().unwrap();
    let describes = site.sagemaker.calls_of("DescribeTrainingJob", job);

    // The operator is alive, forgets everything, and sees an edit: nothing runs again.
    site.sagemaker.describes(live["status"]["trainingJobName"].as_str().unwrap(), 2).await;
    assert_eq!(site.object("done").await["metadata"], done["metadata"]);
    site.operator.terminate().await;
    site.restart().await;
    site.sagemaker.describes(live["status"]["trainingJobName"].as_str().unwrap(), 2).await;
    assert_eq!(site.object("done").await["metadata"], done["metadata"]);
    site.merge("done", &json!({ "spec": { "suspend": false } })).await;
    let seen = |object: &Value| object["status"]["observedGeneration"] == 2;
    let edited = site.until("done", "seen again", seen).await;
    assert_eq!(edited["status"]["state"], "Completed");
    assert_eq!(site.sagemaker.calls_of("DescribeTrainingJob", job), describes);
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 2);
}
