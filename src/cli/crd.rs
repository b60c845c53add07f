//! `crd`: prints the `CustomResourceDefinition`.

use std::process::ExitCode;

use crate::api::v1alpha1::definition::definition;
use crate::yaml;

/// Prints the definition as YAML.
pub(super) fn run() -> ExitCode {
    let definition = definition().map_err(|error| error.to_string());
    super::print(definition.and_then(|definition| yaml::write(&definition)), false)
}
