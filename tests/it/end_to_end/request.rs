//! The request that SageMaker gets: the template member by member, plus the operator's own values.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use spot_training_operator::api::validation::template_schema;

use super::support::{Installation, Kubernetes, Launch, uid};
use super::templates::{groups, on_demand, preferences, spot};
use crate::support::fixtures::templates::{MAPS, OWNED, named_by_the_service};

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
    for (name, template, capacity) in [
        ("spot", spot(), "Spot"),
        ("groups", groups(), "Spot"),
        ("on-demand", on_demand(), "OnDemand"),
        ("preferences", preferences(), "OnDemand"),
    ] {
        let mut manifest = site.manifest(name, &json!({}));
        manifest["spec"]["template"] = template.clone();
        manifest["spec"]["capacity"] = json!({ "type": capacity });
        site.apply(&manifest).await;
        let object = site.state(name, "Running").await;
        assert_eq!(object["spec"], manifest["spec"], "the spec is written by its author alone");

        let mut expected = named_by_the_service(&template);
        // The one member that DescribeTrainingJob doesn't show.
        expected.as_object_mut().unwrap().remove("SessionChainingConfig");
        expected["TrainingJobName"] = object["status"]["trainingJobName"].clone();
        expected["EnableManagedSpotTraining"] = json!(capacity == "Spot");
        expected["Tags"] = tags(&template, &object);
        let mut seen = site.sagemaker.job_of(uid(&object));
        seen.as_object_mut().unwrap().retain(|name, _| !DESCRIBED.contains(&name.as_str()));
        let resources = seen["ResourceConfig"].as_object_mut().unwrap();
        resources.retain(|name, _| !name.starts_with("Selected"));
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
    let (mut all, mut set) = (BTreeSet::new(), BTreeSet::new());
    members(template_schema().unwrap(), "", &mut all);
    for template in [spot(), groups(), on_demand(), preferences()] {
        given(&template, "", &mut set);
    }
    // Declared to be refused.
    all.retain(|path| !OWNED.iter().any(|owned| path[1..] == **owned));
    assert_eq!(set, all);
}
