//! YAML: the only module that writes and reads it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `value` as YAML.
///
/// # Errors
/// When `value` cannot be serialised.
pub fn write<T: Serialize>(value: &T) -> Result<String, String> {
    serde_yaml::to_string(value).map_err(|error| error.to_string())
}

/// `value` as YAML that older readers take for the same: of texts that YAML 1.1, which kubectl reads, takes
/// for numbers, dates, or yes and no, each is quoted.
///
/// # Errors
/// When `value` cannot be serialised.
pub fn write_quoted(value: &Value) -> Result<String, String> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(value, options).map_err(|error| error.to_string())
}

/// The documents of a text, YAML or JSON, without those that are empty.
///
/// # Errors
/// Where the text is no YAML.
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    let documents = serde_yaml::Deserializer::from_str(text).map(document);
    documents.filter(|document| !document.as_ref().is_ok_and(Value::is_null)).collect()
}

fn document(text: serde_yaml::Deserializer<'_>) -> Result<Value, String> {
    let mut value = serde_yaml::Value::deserialize(text).map_err(|error| error.to_string())?;
    // `<<`, which kubectl's reader knows too.
    value.apply_merge().map_err(|error| error.to_string())?;
    serde_json::to_value(value).map_err(|error| error.to_string())
}
