//! `plan`: says without a cluster and without AWS what would become of manifests.

mod document;
mod pools;
pub mod request;
mod warnings;

use std::process::ExitCode;

use serde_json::Value;

use super::{files, print, unreadable};
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
    let is_object = |document: &&Value| document["kind"] == "SpotTrainingJob";
    let objects: Vec<_> = documents.iter().filter(is_object).collect();
    if objects.is_empty() {
        return Err("no file has an object of kind SpotTrainingJob: name one that has".to_owned());
    }
    document::documents(&objects, settings)
}

fn as_yaml(documents: &[Value]) -> Result<String, String> {
    let texts = documents.iter().map(|document| Ok(format!("---\n{}", yaml::write(document)?)));
    texts.collect()
}
