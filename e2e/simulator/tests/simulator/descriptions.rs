//! Descriptions with members that a test replaces or removes.

use serde_json::{Map, Value, json};

use crate::http_client::{call, control};
use crate::support::{World, at, serve_new, spot, workload};

fn members(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn members_are_replaced_and_removed_until_undone() {
    let world = World::new();
    for name in ["job", "other"] {
        world.create(&spot(name, &workload(&json!({}))));
    }
    let truth = world.describe("job", 500.0);
    assert!(truth["BillableTimeInSeconds"].is_number());
    let artifacts = json!({ "S3ModelArtifacts": "s3://b/".to_owned() + &"a".repeat(1500) });
    let metrics: Vec<Value> = (0..50)
        .map(|n| json!({ "MetricName": format!("m{n}"), "Value": 1.5, "Timestamp": 1.0 }))
        .collect();
    let replaced = json!({
        "TrainingJobStatus": "Failed", "SecondaryStatus": "Levitating",
        "FailureReason": "Can\u{e2}\u{80}\u{99}t \u{7f}\u{85}", "BillableTimeInSeconds": null,
        "ModelArtifacts": artifacts, "FinalMetricDataList": metrics,
        "SecondaryStatusTransitions": [],
    });
    world.simulator.replace_description("job", members(&replaced));
    let view = world.describe("job", 500.0);
    for (member, value) in replaced.as_object().unwrap() {
        assert_eq!(view.get(member), Some(value).filter(|v| !v.is_null()), "{member}");
    }
    assert_eq!(view["TrainingJobArn"], truth["TrainingJobArn"]);
    assert_eq!(world.status("other", 500.0), "Completed/Completed");
    // What is replaced later adds to what was replaced before.
    world.simulator.replace_description("job", members(&json!({ "SecondaryStatus": "Failed" })));
    assert_eq!(world.status("job", 500.0), "Failed/Failed");
    world.simulator.replace_description("other", members(&json!({ "SecondaryStatus": "Odd" })));
    world.simulator.clear_descriptions(Some("job"));
    assert_eq!(world.describe("job", 500.0), truth);
    assert_eq!(world.status("other", 500.0), "Completed/Odd");
    world.simulator.clear_descriptions(None);
    assert!(world.simulator.descriptions().is_empty());
}

#[test]
fn a_replaced_description_changes_no_job() {
    let world = World::new();
    world
        .simulator
        .replace_description("job", members(&json!({ "TrainingJobStatus": "Deleting" })));
    let unknown = world.call("DescribeTrainingJob", &json!({ "TrainingJobName": "job" }), 0.0);
    assert_eq!(unknown.unwrap_err().message, "Requested resource not found.");
    world.create(&spot("job", &workload(&json!({}))));
    assert_eq!(world.status("job", 1.0), "Deleting/Starting");
    assert_eq!(world.simulator.jobs(at(1.0))[0]["TrainingJobStatus"], "InProgress");
    assert!(world.stop("job", 1.0).is_ok());
}

#[tokio::test]
async fn descriptions_are_ordered_over_http() {
    let (server, _) = serve_new().await;
    call(server, "CreateTrainingJob", &spot("job", &workload(&json!({})))).await.unwrap();
    let order = json!({ "name": "job", "members": { "TrainingJobStatus": "Napping" } }).to_string();
    assert_eq!(control(server, ("POST", "describe"), &order).await.status, 200);
    let shown = control(server, ("GET", "describe"), "").await.json();
    assert_eq!(shown, json!({ "job": { "TrainingJobStatus": "Napping" } }));
    let status = || async {
        let name = json!({ "TrainingJobName": "job" });
        call(server, "DescribeTrainingJob", &name).await.unwrap().json()["TrainingJobStatus"]
            .clone()
    };
    assert_eq!(status().await, "Napping");
    let undone = control(server, ("DELETE", "describe"), r#"{"name":"other"}"#).await;
    assert_eq!((undone.status, status().await), (200, json!("Napping")));
    assert_eq!(control(server, ("DELETE", "describe"), "").await.status, 200);
    assert_eq!(status().await, "InProgress");
}
