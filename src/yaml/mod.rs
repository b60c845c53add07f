//! YAML and JSON: the only module that writes and reads them.

mod composer;
mod scalar;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::RawValue;
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
    let mut documents = match json(text) {
        Some(documents) => documents,
        None => composer::documents(text, false)?,
    };
    documents.retain(|document| !document.is_null());
    documents.iter_mut().for_each(whole_numbers);
    Ok(documents)
}

/// The same documents, with numbers as the texts that stand for them: 1.10 is no 1.1 where a text is meant.
///
/// # Errors
/// Where the text is neither.
pub fn documents_as_written(text: &str) -> Result<Vec<Value>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut documents = match json(text) {
        Some(_) => {
            let documents = Deserializer::from_str(text).into_iter::<Box<RawValue>>();
            let documents = documents.map(|document| as_written(&document?));
            documents.collect::<Result<_, _>>().map_err(|error| error.to_string())?
        }
        None => composer::documents(text, true)?,
    };
    documents.retain(|document| !document.is_null());
    Ok(documents)
}

/// The documents of a text that is JSON. Flow style of YAML begins like it.
fn json(text: &str) -> Option<Vec<Value>> {
    let begins = text.trim_start().starts_with(['{', '[']);
    begins.then(|| Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().ok())?
}

fn as_written(raw: &RawValue) -> Result<Value, serde_json::Error> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            let members: HashMap<String, Box<RawValue>> = serde_json::from_str(text)?;
            let members = members.into_iter().map(|(name, raw)| Ok((name, as_written(&raw)?)));
            Ok(Value::Object(members.collect::<Result<_, serde_json::Error>>()?))
        }
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text)?;
            items.iter().map(|raw| as_written(raw)).collect()
        }
        Some(b'-' | b'0'..=b'9') => Ok(text.into()),
        Some(_) | None => serde_json::from_str(text),
    }
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
