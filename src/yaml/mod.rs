//! YAML and JSON: the only module that writes and reads them.

mod composer;
mod scalar;

use serde::Serialize;
use serde_json::{Deserializer, Number, Value};

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

/// The documents of a text as kubectl reads them, without those that are empty: JSON where the text
/// begins like it, one document after the other, else YAML 1.1.
///
/// # Errors
/// Where the text is neither.
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let json = text
        .trim_start()
        .starts_with(['{', '['])
        .then(|| Deserializer::from_str(text).into_iter::<Value>().collect::<Result<Vec<_>, _>>());
    let mut documents = match json {
        Some(Ok(documents)) => documents,
        // Flow style begins like JSON.
        Some(Err(_)) | None => composer::documents(text)?,
    };
    documents.retain(|document| !document.is_null());
    documents.iter_mut().for_each(whole_numbers);
    Ok(documents)
}

/// Numbers without a fraction are integers, however they are written: the apiserver takes them for that.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|_| number.is_f64());
            // Below 2^53 a float is exact.
            let whole = float.filter(|float| float.fract() == 0.0 && float.abs() < 9.007e15);
            if let Some(whole) = whole.and_then(|whole| format!("{whole}").parse::<i64>().ok()) {
                *number = Number::from(whole);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(members) => members.values_mut().for_each(whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
