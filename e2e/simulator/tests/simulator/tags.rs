//! `AddTags` and `ListTags`.

use serde_json::{Value, json};

use crate::support::{World, changed, spot, workload};

const ARN: &str = "arn:aws:sagemaker:eu-west-1:210987654321:training-job/job";

fn world() -> World {
    let world = World::new();
    let tags = json!({ "Tags": [{ "Key": "team", "Value": "vision" }] });
    world.create(&changed(spot("job", &workload(&json!({}))), &tags));
    world
}

#[test]
fn tags_are_added_overwritten_and_listed() {
    let world = world();
    let tags = json!([{ "Key": "team", "Value": "audio" }, { "Key": "cost", "Value": "7" }]);
    let all =
        json!({ "Tags": [{ "Key": "cost", "Value": "7" }, { "Key": "team", "Value": "audio" }] });
    let added = world.call("AddTags", &json!({ "ResourceArn": ARN, "Tags": tags }), 1.0).unwrap();
    assert_eq!(added, all);
    assert_eq!(world.call("ListTags", &json!({ "ResourceArn": ARN }), 1.0).unwrap(), all);
}

#[test]
fn foreign_and_unknown_resources_are_not_found() {
    let world = world();
    for arn in [
        ARN.replace("/job", "/nobody"),
        ARN.replace("eu-west-1", "us-east-1"),
        ARN.replace("210987654321", "123456789012"),
    ] {
        let refusal = world.call("ListTags", &json!({ "ResourceArn": arn }), 1.0).unwrap_err();
        assert_eq!(refusal.message, "Requested resource not found.");
    }
}

#[test]
fn fifty_tags_are_enough() {
    let world = world();
    let tags: Vec<Value> =
        (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    let request = json!({ "ResourceArn": ARN, "Tags": tags });
    let refusal = world.call("AddTags", &request, 1.0).unwrap_err();
    assert_eq!(refusal.code, "ValidationException");
    let kept = world.call("ListTags", &json!({ "ResourceArn": ARN }), 1.0).unwrap();
    assert_eq!(kept["Tags"].as_array().unwrap().len(), 1);
}
