//! What Describe shows besides the history: the request with defaults, times, metrics.

use serde_json::{Value, json};

use crate::support::{START, World, changed, on_demand, spot, workload};

/// A job's view once it is over.
fn run(request: &Value) -> Value {
    let world = World::new();
    world.create(request);
    world.describe("job", 1e6)
}

#[test]
fn describe_shows_the_request_with_defaults() {
    let request = changed(
        spot("job", &workload(&json!({}))),
        &json!({
            "Tags": [{ "Key": "team", "Value": "vision" }],
            "InputDataConfig": [{
                "ChannelName": "training",
                "DataSource": { "S3DataSource": { "S3DataType": "S3Prefix", "S3Uri": "s3://data/x" } },
            }],
            "StoppingCondition": { "MaxRuntimeInSeconds": null, "MaxWaitTimeInSeconds": 90000 },
        }),
    );
    let view = run(&request);
    assert!(view.get("Tags").is_none());
    assert_eq!(view["EnableNetworkIsolation"], false);
    assert_eq!(view["OutputDataConfig"]["KmsKeyId"], "");
    assert_eq!(view["StoppingCondition"]["MaxRuntimeInSeconds"], 86400);
    assert_eq!(view["CheckpointConfig"]["LocalPath"], "/opt/ml/checkpoints");
    let channel = &view["InputDataConfig"][0];
    assert_eq!(channel["CompressionType"], "None");
    assert_eq!(channel["DataSource"]["S3DataSource"]["S3DataDistributionType"], "FullyReplicated");
    assert_eq!(
        view["ModelArtifacts"]["S3ModelArtifacts"],
        "s3://models/out/job/output/model.tar.gz"
    );
    assert_eq!(view["TrainingJobArn"], "arn:aws:sagemaker:eu-west-1:210987654321:training-job/job");
}

#[test]
fn times_are_those_of_the_transitions() {
    let world = World::new();
    world.create(&on_demand("job", &workload(&json!({}))));
    let second = |view: &Value, member: &str| view[member].as_f64().map(|time| time - START);
    let before = world.describe("job", 9.9);
    assert_eq!(second(&before, "TrainingStartTime"), None);
    assert_eq!(second(&before, "LastModifiedTime"), Some(0.0));
    let running = world.describe("job", 14.5);
    assert_eq!(second(&running, "TrainingStartTime"), Some(10.0));
    assert_eq!(running["TrainingTimeInSeconds"], 4);
    assert_eq!(second(&running, "LastModifiedTime"), Some(14.0));
    assert!(running.get("BillableTimeInSeconds").is_none());
    let ended = world.describe("job", 200.0);
    assert_eq!(second(&ended, "TrainingEndTime"), Some(117.0));
    assert_eq!(second(&ended, "LastModifiedTime"), Some(117.0));
    assert_eq!(ended["TrainingTimeInSeconds"], 107);
    assert_eq!(ended["BillableTimeInSeconds"], 107);
}

#[test]
fn metrics_come_with_success_and_repeat() {
    let metrics = json!({ "AlgorithmSpecification": { "MetricDefinitions": [
        { "Name": "loss", "Regex": "loss=(.*)" }, { "Name": "accuracy", "Regex": "acc=(.*)" },
    ] } });
    let request = changed(on_demand("job", &workload(&json!({}))), &metrics);
    let view = run(&request);
    let names: Vec<&Value> = view["FinalMetricDataList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| &metric["MetricName"])
        .collect();
    assert_eq!(names, ["loss", "accuracy"]);
    assert_eq!(run(&request)["FinalMetricDataList"], view["FinalMetricDataList"]);
}
