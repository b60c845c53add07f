//! YAML: the only module that writes and reads it.

use serde::Serialize;

/// `value` as YAML.
///
/// # Errors
/// When `value` cannot be serialised.
pub fn write<T: Serialize>(value: &T) -> Result<String, String> {
    serde_yaml::to_string(value).map_err(|error| error.to_string())
}
