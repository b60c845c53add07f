//! What the apiserver says of mistakes in manifests, and kubectl prints: a golden file, to be read as
//! a colleague's words.

use std::fmt::Write;

use kube::core::response::StatusCause;
use serde_json::Value;

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

/// A cause as kubectl prints it, but for the remark that rules were not checked.
fn line(cause: &StatusCause) -> Option<String> {
    (cause.field != "<nil>").then(|| format!("{}: {}", cause.field, cause.message))
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
