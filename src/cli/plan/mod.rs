//! `plan`: says without a cluster and without AWS what would become of manifests.

mod document;
mod files;
mod pools;
pub mod request;
mod warnings;

use std::io::Write;
use std::process::ExitCode;

use serde_json::Value;

use crate::settings::{Output, Plan};
use crate::yaml;

/// Exit code where a manifest would be refused.
const REFUSED: u8 = 1;

/// Exit code where nothing can be said: files that can't be read.
const UNREADABLE: u8 = 2;

/// Prints what would become of every `SpotTrainingJob` of the files.
pub(super) fn run(settings: &Plan) -> ExitCode {
    let documents = match files::objects(&settings.files)
        .and_then(|objects| document::documents(&objects, settings))
    {
        Ok(documents) => documents,
        Err(why) => {
            super::fail(&why);
            return ExitCode::from(UNREADABLE);
        }
    };
    let refused = documents.iter().any(|document| document["valid"] == false);
    let text = match settings.output {
        Output::Yaml => as_yaml(&documents),
        Output::Json => Ok(format!("{:#}\n", Value::Array(documents))),
    };
    let written = text.and_then(|text| {
        std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
    });
    match written {
        Ok(()) if refused => ExitCode::from(REFUSED),
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => super::fail(&why),
    }
}

fn as_yaml(documents: &[Value]) -> Result<String, String> {
    let texts = documents.iter().map(|document| Ok(format!("---\n{}", yaml::write(document)?)));
    texts.collect()
}
