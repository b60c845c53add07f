//! The request that SageMaker gets: the template member by member, plus the operator's own values.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use spot_training_operator::api::v1alpha1::definition::definition;

use super::support::{Installation, Kubernetes, Launch, uid};

/// Members of `DescribeTrainingJob` that are no part of the request; the last two are the
/// simulator's.
const DESCRIBED: [&str; 15] = [
    "TrainingJobArn",
    "TrainingJobStatus",
    "SecondaryStatus",
    "SecondaryStatusTransitions",
    "ModelArtifacts",
    "CreationTime",
    "LastModifiedTime",
    "TrainingStartTime",
    "TrainingEndTime",
    "TrainingTimeInSeconds",
    "BillableTimeInSeconds",
    "FinalMetricDataList",
    "ProfilingStatus",
    "Account",
    "Region",
];

/// Keys of these maps are the user's.
const MAPS: [&str; 2] = ["hyperParameters", "environment"];

fn workload() -> String {
    let workload = json!({
        "starting": 0, "downloading": 0, "training": 600, "uploading": 0, "spotRatio": 0.5,
    });
    workload.to_string()
}

/// Every member that a request by image on spot can have.
fn spot() -> Value {
    json!({
        "algorithmSpecification": {
            "trainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/train:1",
            "trainingInputMode": "FastFile",
            "metricDefinitions": [{ "name": "loss", "regex": "loss=(.*)" }],
            "enableSageMakerMetricsTimeSeries": true,
            "containerEntrypoint": ["python3", "train.py"],
            "containerArguments": ["--lr", "0.1"],
            "trainingImageConfig": {
                "trainingRepositoryAccessMode": "Vpc",
                "trainingRepositoryAuthConfig": {
                    "trainingRepositoryCredentialsProviderArn":
                        "arn:aws:lambda:eu-west-1:123456789012:function:login",
                },
            },
        },
        "roleArn": "arn:aws:iam::123456789012:role/path/training",
        "hyperParameters": { "simulator": workload(), "lowerCase": "1", "UPPER": "2", "a.b": "3" },
        "environment": { "lower_case": "x", "NCCL_DEBUG": "WARN" },
        "inputDataConfig": [
            {
                "channelName": "train",
                "dataSource": { "s3DataSource": {
                    "s3DataType": "AugmentedManifestFile", "s3Uri": "s3://bucket/train",
                    "s3DataDistributionType": "ShardedByS3Key", "attributeNames": ["a", "b"],
                } },
                "contentType": "application/x-image", "compressionType": "Gzip",
                "recordWrapperType": "RecordIO", "inputMode": "Pipe",
                "shuffleConfig": { "seed": 42 },
            },
            {
                "channelName": "files",
                "dataSource": { "fileSystemDataSource": {
                    "fileSystemId": "fs-0123456789abcdef0", "fileSystemAccessMode": "ro",
                    "fileSystemType": "FSxLustre", "directoryPath": "/data",
                } },
                "compressionType": "None", "recordWrapperType": "None",
            },
        ],
        "outputDataConfig": {
            "s3OutputPath": "s3://bucket/models", "kmsKeyId": "key/1", "compressionType": "NONE",
        },
        "resourceConfig": {
            "instanceType": "ml.g5.2xlarge", "instanceCount": 2, "volumeSizeInGB": 50,
            "volumeKmsKeyId": "key/2",
        },
        "stoppingCondition": { "maxRuntimeInSeconds": 3600, "maxWaitTimeInSeconds": 7200 },
        "checkpointConfig": { "s3Uri": "s3://bucket/points/", "localPath": "/opt/ml/points" },
        "vpcConfig": { "securityGroupIds": ["sg-1"], "subnets": ["subnet-1", "subnet-2"] },
        "retryStrategy": { "maximumRetryAttempts": 3 },
        "tags": [{ "key": "team", "value": "vision" }],
        "enableNetworkIsolation": true,
        "enableInterContainerTrafficEncryption": true,
    })
}

/// What only a request by algorithm on demand can have.
fn on_demand() -> Value {
    let mut template = spot();
    let algorithm = &mut template["algorithmSpecification"];
    algorithm.as_object_mut().unwrap().retain(|member, _| !member.starts_with("training"));
    algorithm["algorithmName"] = json!("xgboost");
    algorithm["trainingInputMode"] = json!("File");
    template["resourceConfig"]["keepAlivePeriodInSeconds"] = json!(60);
    template["stoppingCondition"] =
        json!({ "maxRuntimeInSeconds": 3600, "maxPendingTimeInSeconds": 7200 });
    // Two objects that write to one checkpoint prefix train one after the other.
    template["checkpointConfig"]["s3Uri"] = json!("s3://bucket/other-points/");
    template
}

fn upper(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

/// The same value with the first letter of each member's name in upper case.
fn request(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let keep = MAPS.contains(&name.as_str());
                    (upper(name), if keep { value.clone() } else { request(value) })
                })
                .collect(),
        ),
        Value::Array(items) => items.iter().map(request).collect(),
        other => other.clone(),
    }
}

/// Tags as a map.
fn tags(template: &Value, object: &Value) -> Value {
    let mut tags: Map<String, Value> = template["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| (tag["key"].as_str().unwrap().to_owned(), tag["value"].clone()))
        .collect();
    let metadata = &object["metadata"];
    for (key, value) in [
        ("cluster", json!("blue")),
        ("namespace", metadata["namespace"].clone()),
        ("name", metadata["name"].clone()),
        ("uid", metadata["uid"].clone()),
        ("attempt", json!("1")),
    ] {
        tags.insert(format!("spottraining.dev/{key}"), value);
    }
    Value::Object(tags)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_request_is_the_template_plus_the_operators_own_values() {
    let settings = |launch: Launch| launch.argument("--cluster-id=blue");
    let site = Installation::with(Kubernetes::shared(), "request", settings).await;
    for (name, template, capacity) in
        [("spot", spot(), "Spot"), ("on-demand", on_demand(), "OnDemand")]
    {
        let mut manifest = site.manifest(name, &json!({}));
        manifest["spec"]["template"] = template.clone();
        manifest["spec"]["capacity"] = json!({ "type": capacity });
        site.apply(&manifest).await;
        let object = site.state(name, "Running").await;
        assert_eq!(object["spec"], manifest["spec"], "the spec is written by its author alone");

        let mut expected = request(&template);
        expected["TrainingJobName"] = object["status"]["trainingJobName"].clone();
        expected["EnableManagedSpotTraining"] = json!(capacity == "Spot");
        expected["Tags"] = tags(&template, &object);
        let mut seen = site.sagemaker.job_of(uid(&object));
        seen.as_object_mut().unwrap().retain(|name, _| !DESCRIBED.contains(&name.as_str()));
        assert_eq!(seen, expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_a_template_leaves_out_is_derived() {
    let root = |launch: Launch| {
        launch.argument("--checkpoint-root=s3://root/points").argument("--region=us-east-2")
    };
    let site = Installation::with(Kubernetes::shared(), "derived", root).await;
    let mut manifest = site.manifest("short", &json!({ "training": 600 }));
    manifest["spec"].as_object_mut().unwrap().remove("region");
    manifest["spec"]["template"].as_object_mut().unwrap().remove("checkpointConfig");
    let object = site.apply(&manifest).await;
    let uid = uid(&object);
    site.state("short", "Running").await;
    let job = site.sagemaker.job_of(uid);
    assert_eq!(job["Region"], "us-east-2");
    let stopping = json!({ "MaxRuntimeInSeconds": 86_400, "MaxWaitTimeInSeconds": 172_800 });
    assert_eq!(job["StoppingCondition"], stopping);
    let uri = format!("s3://root/points/derived/short-{}/", &uid[..8]);
    assert_eq!(job["CheckpointConfig"]["S3Uri"], json!(uri));
    assert_eq!(site.object("short").await["status"]["checkpoint"]["s3Uri"], json!(uri));
}

/// Paths of all members under a schema.
fn members(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        members(member, &path, found);
        members(&member["items"], &path, found);
        found.insert(path);
    }
}

/// Paths of all members of a value.
fn given(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        if !MAPS.contains(&name.as_str()) {
            given(member, &path, found);
            member.as_array().into_iter().flatten().for_each(|item| given(item, &path, found));
        }
        found.insert(path);
    }
}

#[test]
fn the_round_trip_sets_every_member_of_the_template() {
    let definition = definition().unwrap();
    let pointer = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/template";
    let (mut all, mut set) = (BTreeSet::new(), BTreeSet::new());
    members(definition.pointer(pointer).unwrap(), "", &mut all);
    given(&spot(), "", &mut set);
    given(&on_demand(), "", &mut set);
    assert_eq!(set, all);
}
