//! `crd`: prints the `CustomResourceDefinition`.

use std::io::Write;
use std::process::ExitCode;

use crate::api::v1alpha1::definition::definition;
use crate::yaml;

/// Prints the definition as YAML.
pub(super) fn run() -> ExitCode {
    let text = definition().map_err(|error| error.to_string()).and_then(|crd| yaml::write(&crd));
    let written = text.and_then(|text| {
        std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => super::fail(&why),
    }
}
