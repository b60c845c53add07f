//! The documents of files and of standard input.

use std::borrow::Cow;
use std::io::{ErrorKind, Read};

use serde_json::Value;

use crate::yaml;

/// A document, and the same with numbers as they are written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The document.
    pub value: Value,
    /// With texts in place of numbers.
    pub written: Value,
}

/// The documents of `files`. `-` is standard input.
///
/// # Errors
/// A file that can't be read.
pub(super) fn documents(files: &[String]) -> Result<Vec<Value>, String> {
    found_in(files, documents_of)
}

/// The same, with numbers as they are written.
///
/// # Errors
/// A file that can't be read.
pub(super) fn written(files: &[String]) -> Result<Vec<Written>, String> {
    found_in(files, written_of)
}

fn found_in<T>(
    files: &[String],
    documents_of: fn(&[u8]) -> Result<Vec<T>, String>,
) -> Result<Vec<T>, String> {
    let mut found = Vec::new();
    for file in files {
        let bytes = read(file).map_err(|error| {
            let is_folder = error.kind() == ErrorKind::IsADirectory;
            if is_folder {
                "it is a directory: name the files in it".to_owned()
            } else {
                error.to_string()
            }
        });
        let documents = bytes.and_then(|bytes| documents_of(&bytes));
        found.extend(documents.map_err(|why| format!("{file}: {why}"))?);
    }
    Ok(found)
}

/// The documents of a text, YAML or JSON, and the items of those that are lists.
///
/// # Errors
/// Where it is no such text.
pub fn documents_of(bytes: &[u8]) -> Result<Vec<Value>, String> {
    flat(bytes, yaml::documents)
}

/// The same, with numbers as they are written.
///
/// # Errors
/// Where it is no such text.
pub fn written_of(bytes: &[u8]) -> Result<Vec<Written>, String> {
    let values = documents_of(bytes)?.into_iter();
    let both = values.zip(flat(bytes, yaml::documents_as_written)?);
    Ok(both.map(|(value, written)| Written { value, written }).collect())
}

fn flat(
    bytes: &[u8],
    documents: fn(&str) -> Result<Vec<Value>, String>,
) -> Result<Vec<Value>, String> {
    let text = decoded(bytes)?;
    let mut found = Vec::new();
    let documents = documents(&text).map_err(|why| {
        let is_template = text.contains("{{");
        let remedy = if is_template { ": render the chart first (helm template)" } else { "" };
        format!("{why}{remedy}")
    });
    documents?.into_iter().for_each(|document| collect(document, &mut found));
    Ok(found)
}

/// A text in UTF-8, or in UTF-16 as PowerShell writes it.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    let order: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => {
            let text = std::str::from_utf8(bytes).map(Cow::Borrowed);
            return text.map_err(|error| format!("{error}: save it as UTF-8"));
        }
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| order(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.map(Cow::Owned).map_err(|error| format!("{error}: save it as UTF-8"))
}

fn read(file: &str) -> std::io::Result<Vec<u8>> {
    if file != "-" {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn collect(mut document: Value, found: &mut Vec<Value>) {
    if let Value::Array(documents) = document {
        for document in documents {
            collect(document, found);
        }
        return;
    }
    let is_list =
        document.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match document.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) if is_list => {
            for item in items {
                collect(item, found);
            }
        }
        _ => found.push(document),
    }
}
