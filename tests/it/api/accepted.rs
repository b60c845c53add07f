//! What the rules of the definition are about is accepted where it is right, and every rule is seen to
//! refuse.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use spot_training_operator::api::validation::{problems, schema};
use spot_training_operator::cli::plan::plan;

use crate::support::fixtures::manifests::{accepted, examples, plan_settings};

/// The members of the definition, with the items of lists and the values of maps as members.
fn members<'a>(schema: &'a Value, path: &str, visit: &mut impl FnMut(&str, &'a Value)) {
    visit(path, schema);
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        members(member, &format!("{path}.{name}"), visit);
    }
    for inner in ["items", "additionalProperties"] {
        if schema[inner].is_object() {
            members(&schema[inner], &format!("{path}.*"), visit);
        }
    }
}

/// The members that a value has, in the same words.
fn given(value: &Value, schema: &Value, path: &str, paths: &mut BTreeSet<String>) {
    paths.insert(path.to_owned());
    match value {
        Value::Object(entries) => {
            for (name, entry) in entries {
                let declared = schema["properties"].get(name).map(|member| (member, name.as_str()));
                let of_map = || (&schema["additionalProperties"], "*");
                let (schema, name) = declared.unwrap_or_else(of_map);
                given(entry, schema, &format!("{path}.{name}"), paths);
            }
        }
        Value::Array(items) => {
            for item in items {
                given(item, &schema["items"], &format!("{path}.*"), paths);
            }
        }
        _ => {}
    }
}

#[test]
fn what_is_right_is_accepted_and_has_every_member() {
    let schema = &schema().unwrap()["properties"]["spec"];
    let mut paths = BTreeSet::new();
    for manifest in accepted() {
        let name = &manifest["metadata"]["name"];
        assert_eq!(problems(&manifest, None).unwrap(), [], "{name}");
        given(&manifest["spec"], schema, "spec", &mut paths);
    }
    let mut missing = Vec::new();
    members(schema, "spec", &mut |path, _| {
        if !paths.contains(path) {
            missing.push(path.to_owned());
        }
    });
    // Declared only to be refused.
    let owned = ["spec.template.enableManagedSpotTraining", "spec.template.trainingJobName"];
    assert_eq!(missing, owned, "in no manifest");
}

#[test]
fn every_rule_has_refused_something_in_its_words() {
    let printed = include_str!("mistakes.txt");
    let mut silent = BTreeSet::new();
    let mut rules = 0;
    members(&schema().unwrap()["properties"]["spec"], "spec", &mut |path, schema| {
        for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
            if rule["rule"].as_str().unwrap().contains("oldSelf") {
                continue;
            }
            rules += 1;
            // The words of an expression are those after the name of the key.
            let expression = rule["messageExpression"].as_str();
            let words =
                rule["message"].as_str().or_else(|| expression?.rsplit('\'').nth(1)).unwrap();
            if !printed.contains(words) {
                silent.insert(format!("{path}: {words}"));
            }
        }
    });
    assert!(rules > 100, "{rules} rules");
    assert_eq!(silent, BTreeSet::new());
}

#[test]
fn every_example_is_planned() {
    let settings = plan_settings(&["--checkpoint-root=s3://bucket/points"]);
    let examples = examples();
    assert!(examples.len() >= 16, "{} examples", examples.len());
    for example in examples.iter().chain(&accepted()) {
        let name = &example["metadata"]["name"];
        let planned = plan(std::slice::from_ref(example), &settings).unwrap();
        assert_eq!(planned[0]["valid"], true, "{name}: {:#}", planned[0]);
    }
}

#[test]
fn what_runs_on_spot_may_be_moved_to_on_demand() {
    let settings = plan_settings(&["--checkpoint-root=s3://bucket/points"]);
    for spot in examples().into_iter().chain(accepted()) {
        let name = &spot["metadata"]["name"];
        let mut moved = spot.clone();
        moved["spec"]["capacity"]["type"] = json!("OnDemand");
        assert_eq!(problems(&moved, Some(&spot)).unwrap(), [], "{name}");
        let planned = plan(&[moved], &settings).unwrap();
        assert_eq!(planned[0]["valid"], true, "{name}: {:#}", planned[0]);
    }
}
