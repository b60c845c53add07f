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
