//! What `plan` says of manifests beside what the definition says.

use serde_json::{Value, json};
use spot_training_operator::cli::plan::plan;

use crate::support::fixtures::manifests::plan_settings;
use crate::support::fixtures::objects::manifest;

type Change = fn(&mut Value);

/// What is said of objects, each changed in its way.
fn planned(changes: &[Change]) -> Vec<Value> {
    let objects = changes.iter().map(|change| {
        let mut object = manifest("vision", "resnet50");
        change(&mut object);
        object
    });
    let settings = plan_settings(&["--region=eu-west-1"]);
    plan(&objects.collect::<Vec<_>>(), &settings).unwrap()
}

/// The warnings about one object.
fn warnings(change: Change) -> String {
    planned(&[change])[0]["warnings"].to_string()
}

#[test]
fn a_problem_that_only_the_operator_sees_names_its_field() {
    let planned = planned(&[|object| {
        let rule = json!({ "name": "memory", "action": "FailJob", "onFailureMessagePatterns": ["a; spec.b: ("] });
        object["spec"]["failurePolicy"] = json!({ "rules": [rule] });
    }]);
    let message = "\"a; spec.b: (\" is no regular expression of RE2: unclosed group";
    let field = "spec.failurePolicy.rules[memory].onFailureMessagePatterns";
    assert_eq!(planned[0]["problems"], json!([{ "field": field, "message": message }]));
}

#[test]
fn an_object_that_is_given_twice_is_an_edit_of_itself() {
    let edited = planned(&[|_| {}, |object| object["spec"]["suspend"] = json!(false)]);
    let said = edited[1]["warnings"].to_string();
    assert!(said.contains("given twice") && !said.contains("overlaps"), "{said}");
    assert_eq!(edited[0]["warnings"], json!([]));
    let other = planned(&[|_| {}, |object| object["spec"]["region"] = json!("us-east-1")]);
    assert_eq!(other[1]["problems"][0]["field"], "spec.region", "{:#}", other[1]);
    let another = planned(&[|_| {}, |object| object["metadata"]["name"] = json!("b")]);
    assert!(another[1]["warnings"].to_string().contains("overlaps"), "{:#}", another[1]);
}
