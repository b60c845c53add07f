//! What the apiserver says of mistakes in manifests, and kubectl prints: a golden file, to be read as
//! a colleague's words.

use std::fmt::Write;

use kube::core::response::StatusCause;
use serde_json::{Value, json};
use spot_training_operator::api::validation::problems;

use super::support::Kubernetes;
use crate::support::fixtures::golden;
use crate::support::fixtures::manifests::accepted;
use crate::support::fixtures::mistakes::mistakes;

/// Where objects are created for a trial, with the validation that kubectl asks for.
const TRIAL: &str = "/apis/spottraining.dev/v1alpha1/namespaces/default/spottrainingjobs\
                     ?dryRun=All&fieldValidation=Strict";

#[tokio::test]
async fn the_apiserver_says_what_is_wrong_and_what_to_do() {
    let client = Kubernetes::shared().client().await;
    let mut text = String::new();
    for (name, manifest) in mistakes() {
        let request = http::Request::post(TRIAL).body(manifest.to_string().into_bytes()).unwrap();
        let Err(kube::Error::Api(refusal)) = client.request::<Value>(request).await else {
            panic!("{name} is not refused");
        };
        writeln!(text, "{name}").unwrap();
        let causes = refusal.details.map(|details| details.causes).unwrap_or_default();
        let mut lines: Vec<_> = causes.iter().filter_map(line).collect();
        if lines.is_empty() {
            lines.push(refusal.message.clone());
        }
        // The apiserver walks maps in no order.
        lines.sort();
        for line in lines {
            writeln!(text, "  {}", shortened(line)).unwrap();
        }
    }
    if std::env::var_os("TEST_CLUSTER_KUBERNETES").is_some_and(|version| version == "compat") {
        let newest = include_str!("../api/mistakes.txt");
        let pairs = without_values(&text).into_iter().zip(without_values(newest));
        let different: Vec<_> = pairs.filter(|(oldest, newest)| oldest != newest).collect();
        return assert_eq!(different, []);
    }
    golden::compare("tests/it/api/mistakes.txt", &text);
}

#[tokio::test]
async fn the_apiserver_accepts_what_is_right() {
    let client = Kubernetes::shared().client().await;
    for manifest in accepted() {
        let request = http::Request::post(TRIAL).body(manifest.to_string().into_bytes()).unwrap();
        let stored = client.request::<Value>(request).await.unwrap();
        assert_eq!(stored["spec"], manifest["spec"]);
    }
}

#[tokio::test]
async fn metadata_is_judged_alike() {
    let client = Kubernetes::shared().client().await;
    let rows: [(&str, Value, bool); 20] = [
        ("", Value::Null, false),
        ("", json!({}), false),
        ("name", json!("My_Job"), false),
        ("name", json!("-a"), false),
        ("name", json!("a.b-1"), true),
        ("name", json!("n".repeat(254)), false),
        ("name", json!(2024), false),
        ("labels", json!({ "team": "vision", "example.com/a_b.c": "" }), true),
        ("labels", json!({ "run": 42 }), false),
        ("labels", json!({ "a b": "x" }), false),
        ("labels", json!({ "a": "x y" }), false),
        ("labels", json!({ "a": "x".repeat(64) }), false),
        ("labels", json!(["a"]), false),
        ("annotations", json!({ "example.com/text": "any text, of any length" }), true),
        ("annotations", json!({ "a": true }), false),
        ("lables", json!({ "a": "b" }), false),
        ("finalizers", json!("a"), false),
        ("generateName", json!("run-"), true),
        ("generateName", json!("Run_"), false),
        ("selfLink", json!("/x"), true),
    ];
    for (member, value, right) in rows {
        let mut manifest = accepted().remove(1);
        match member {
            "" => manifest["metadata"] = value.clone(),
            _ => manifest["metadata"][member] = value.clone(),
        }
        if member == "generateName" {
            manifest["metadata"].as_object_mut().unwrap().shift_remove("name");
        }
        let request = http::Request::post(TRIAL).body(manifest.to_string().into_bytes()).unwrap();
        let theirs = client.request::<Value>(request).await;
        assert_eq!(theirs.is_ok(), right, "{member} {value}: {theirs:?}");
        let ours = problems(&manifest, None).unwrap();
        assert_eq!(ours.is_empty(), right, "{member} {value}: {ours:?}");
    }
}

/// A cause as kubectl prints it, but for the remark that rules were not checked.
fn line(cause: &StatusCause) -> Option<String> {
    (cause.field != "<nil>").then(|| format!("{}: {}", cause.field, cause.message))
}

/// The lines without the refused values, of which Kubernetes 1.34 says the kind, and in its words for
/// numbers.
fn without_values(text: &str) -> Vec<String> {
    let line = |line: &str| match line.split_once("Invalid value: \"") {
        Some((field, rest)) => {
            format!("{field}{}", rest.split_once("\": ").map_or(rest, |(_, words)| words))
        }
        None => line.replace("Invalid value: ", ""),
    };
    let text = text.replace("type int32: \"float64\"", "type integer: \"number\"");
    text.lines().map(line).collect()
}

/// A line without what is repeated in it hundreds of times.
fn shortened(mut line: String) -> String {
    for letter in ["x", "n"] {
        while line.contains(&letter.repeat(20)) {
            line = line.replace(&letter.repeat(20), &letter.repeat(10));
        }
    }
    line
}
