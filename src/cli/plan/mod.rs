//! `plan`: says without a cluster and without AWS what would become of manifests.

mod document;
mod pools;
pub mod request;
mod warnings;

use std::process::ExitCode;

use serde_json::Value;

use super::{files, print, unreadable};
use crate::api::v1alpha1::GROUP;
use crate::settings::{Output, Plan};
use crate::yaml;

/// Prints what would become of every `SpotTrainingJob` of the files.
pub(super) fn run(settings: &Plan) -> ExitCode {
    let documents = files::documents(&settings.files).and_then(|found| plan(&found, settings));
    let documents = match documents {
        Ok(documents) => documents,
        Err(why) => return unreadable(&why),
    };
    let refused = documents.iter().any(|document| document["valid"] == false);
    let text = match settings.output {
        Output::Yaml => as_yaml(&documents),
        Output::Json => Ok(format!("{:#}\n", Value::Array(documents))),
    };
    print(text, refused)
}

/// What would become of every `SpotTrainingJob` of `documents`.
///
/// # Errors
/// None of them is one.
pub fn plan(documents: &[Value], settings: &Plan) -> Result<Vec<Value>, String> {
    let is_ours = |document: &Value| {
        let version = document["apiVersion"].as_str().unwrap_or_default();
        document["kind"] == "SpotTrainingJob" || version.starts_with(GROUP)
    };
    let is_object = |document: &&Value| document["kind"].is_null() || is_ours(document);
    let (objects, others): (Vec<_>, Vec<_>) = documents.iter().partition(is_object);
    if !objects.iter().any(|object| is_ours(object)) {
        return Err("no file has an object of kind SpotTrainingJob: name one that has".to_owned());
    }
    for other in &others {
        eprintln!("skipped: an object of kind {}", other["kind"]);
    }
    document::documents(&objects, settings)
}

fn as_yaml(documents: &[Value]) -> Result<String, String> {
    let texts =
        documents.iter().map(|document| Ok(format!("---\n{}", yaml::write_quoted(document)?)));
    texts.collect()
}
