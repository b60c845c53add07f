//! The CRD's cross-field rules, evaluated as the apiserver does.

use serde_json::{Value, json};
use spot_training_operator::api::validation::problems;

use crate::support::fixtures::objects::manifest;

fn object(change: impl FnOnce(&mut Value)) -> Value {
    let mut manifest = manifest("vision", "resnet50");
    change(&mut manifest["spec"]);
    manifest
}

fn refusal(change: impl FnOnce(&mut Value)) -> Option<String> {
    let problems = problems(&object(change), None).unwrap();
    (!problems.is_empty()).then(|| format!("{problems:?}"))
}

#[test]
fn a_valid_object_passes() {
    assert_eq!(refusal(|_| {}), None);
    assert_eq!(refusal(|spec| spec["capacity"] = json!({ "type": "OnDemand" })), None);
}

type Change = fn(&mut Value);

#[test]
fn contradictions_are_refused_with_field_and_remedy() {
    let rows: [(&str, Change); 13] = [
        ("at least maxRuntimeInSeconds", |spec| {
            spec["template"]["stoppingCondition"] =
                json!({ "maxRuntimeInSeconds": 3600, "maxWaitTimeInSeconds": 3599 });
        }),
        ("where absent 86400, and 3600", |spec| {
            spec["template"]["stoppingCondition"] = json!({ "maxWaitTimeInSeconds": 86399 });
        }),
        ("at most 3600 seconds", |spec| {
            spec["template"].as_object_mut().unwrap().remove("checkpointConfig");
            spec["template"]["algorithmSpecification"] =
                json!({ "algorithmName": "xgboost", "trainingInputMode": "File" });
            spec["checkpointing"] = json!("Disabled");
            spec["template"]["stoppingCondition"] =
                json!({ "maxRuntimeInSeconds": 3600, "maxWaitTimeInSeconds": 3601 });
        }),
        ("exactly one of trainingImage and algorithmName", |spec| {
            spec["template"]["algorithmSpecification"]["algorithmName"] = json!("xgboost");
        }),
        ("exactly one of trainingImage and algorithmName", |spec| {
            spec["template"]["algorithmSpecification"] = json!({ "trainingInputMode": "File" });
        }),
        ("remove template.checkpointConfig", |spec| spec["checkpointing"] = json!("Disabled")),
        ("no warm pools", |spec| {
            spec["template"]["resourceConfig"]["keepAlivePeriodInSeconds"] = json!(60);
        }),
        ("exactly one of s3DataSource, fileSystemDataSource and datasetSource", |spec| {
            spec["template"]["inputDataConfig"] = json!([{ "channelName": "a", "dataSource": {} }]);
        }),
        ("no digit first", |spec| {
            spec["template"]["environment"] = json!({ "1X": "y" });
        }),
        ("spottraining.dev/ are the operator's", |spec| {
            spec["template"]["tags"] = json!([{ "key": "spottraining.dev/uid", "value": "x" }]);
        }),
        ("say which failures are meant", |spec| {
            spec["failurePolicy"] = json!({ "rules": [{ "name": "any", "action": "Ignore" }] });
        }),
        ("raise template.stoppingCondition.maxRuntimeInSeconds", |spec| {
            spec["capacity"] = json!({ "target": {
                "completeWithinSeconds": 200_000, "estimatedRuntimeSeconds": 86_401,
            } });
        }),
        ("at most 256 characters", |spec| {
            spec["template"]["hyperParameters"] = json!({ "x".repeat(257): "y" });
        }),
    ];
    for (remedy, change) in rows {
        let refusal = refusal(change).unwrap_or_else(|| panic!("not refused: {remedy}"));
        assert!(refusal.contains(remedy), "{refusal}");
    }
}

#[test]
fn an_on_demand_job_may_keep_its_instances_warm() {
    let refusal = refusal(|spec| {
        spec["capacity"] = json!({ "type": "OnDemand" });
        spec["template"]["resourceConfig"]["keepAlivePeriodInSeconds"] = json!(60);
    });
    assert_eq!(refusal, None);
}

#[test]
fn an_estimate_may_be_longer_than_a_job_where_the_object_goes_on() {
    let refusal = refusal(|spec| {
        spec["capacity"] = json!({ "target": {
            "completeWithinSeconds": 200_000, "estimatedRuntimeSeconds": 86_401,
        } });
        let rule = json!({
            "name": "longer", "action": "Ignore", "onFailureReasons": ["RuntimeExceeded"],
        });
        spec["failurePolicy"] = json!({ "rules": [rule] });
    });
    assert_eq!(refusal, None);
}

/// Objects before and after an edit, and the field that can't be edited, if it is one.
type Edit = (Change, Change, Option<&'static str>);

#[test]
fn one_run_cannot_change_and_policy_can() {
    let rows: [Edit; 16] = [
        (
            |_| {},
            |spec| spec["template"]["hyperParameters"] = json!({ "epochs": "41" }),
            Some("spec.template"),
        ),
        (
            |_| {},
            |spec| spec["template"]["roleArn"] = json!("arn:aws:iam::123456789012:role/other"),
            Some("spec.template"),
        ),
        (|_| {}, |spec| spec["region"] = json!("us-east-1"), Some("spec.region")),
        (|_| {}, |spec| remove(spec, "region"), Some("spec.region")),
        (|spec| remove(spec, "region"), |_| {}, Some("spec.region")),
        (|_| {}, |spec| spec["checkpointing"] = json!("Enabled"), Some("spec.checkpointing")),
        (|spec| spec["checkpointing"] = json!("Enabled"), |_| {}, Some("spec.checkpointing")),
        (
            unsaved,
            |spec| remove(&mut spec["template"], "checkpointConfig"),
            Some("spec.checkpointing"),
        ),
        (|_| {}, |spec| spec["managedBy"] = json!("a.b/c"), Some("spec.managedBy")),
        (|spec| spec["managedBy"] = json!("a.b/c"), |_| {}, Some("spec.managedBy")),
        (
            |spec| spec["managedBy"] = json!("a.b/c"),
            |spec| spec["managedBy"] = json!("a.b/d"),
            Some("spec.managedBy"),
        ),
        (unsaved, unsaved, None),
        (|_| {}, |spec| spec["suspend"] = json!(true), None),
        (|_| {}, |spec| spec["deletionPolicy"] = json!("Orphan"), None),
        (|_| {}, |spec| spec["capacity"] = json!({ "type": "OnDemand" }), None),
        (|spec| spec["capacity"] = json!({ "type": "OnDemand" }), |_| {}, None),
    ];
    for (index, (before, after, field)) in rows.into_iter().enumerate() {
        let problems = problems(&object(after), Some(&object(before))).unwrap();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, field.into_iter().collect::<Vec<_>>(), "row {index}: {problems:?}");
        for problem in problems {
            assert!(problem.message.contains("delete and re-apply"), "{problem:?}");
        }
    }
}

fn remove(members: &mut Value, name: &str) {
    members.as_object_mut().unwrap().remove(name);
}

/// Restarting from scratch is fine.
fn unsaved(spec: &mut Value) {
    remove(&mut spec["template"], "checkpointConfig");
    spec["checkpointing"] = json!("Disabled");
}

#[test]
fn an_object_without_metadata_lacks_a_name() {
    let mut without = object(|_| {});
    without.as_object_mut().unwrap().remove("metadata");
    let problems = problems(&without, None).unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].field, "metadata.name");
}

#[test]
fn lengths_are_counted_in_characters() {
    for (letter, count, allowed) in [("é", 256, true), ("é", 257, false), ("a", 257, false)] {
        let refusal = refusal(|spec| {
            spec["template"]["hyperParameters"] = json!({ letter.repeat(count): "1" });
        });
        assert_eq!(refusal.is_none(), allowed, "{count} of {letter}: {refusal:?}");
    }
}
