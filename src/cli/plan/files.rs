//! The manifests of files and of standard input.

use std::io::Read;

use serde_json::Value;

use crate::yaml;

/// The `SpotTrainingJob`s of `files`, those of lists too. `-` is standard input.
///
/// # Errors
/// A file that can't be read, or none that has such an object.
pub(super) fn objects(files: &[String]) -> Result<Vec<Value>, String> {
    let mut objects = Vec::new();
    for file in files {
        let documents = read(file).and_then(|text| yaml::documents(&text));
        let documents = documents.map_err(|why| format!("{file}: {why}"))?;
        for document in documents {
            collect(document, &mut objects);
        }
    }
    if objects.is_empty() {
        return Err("no file has an object of kind SpotTrainingJob: name one that has".to_owned());
    }
    Ok(objects)
}

fn read(file: &str) -> Result<String, String> {
    if file != "-" {
        return std::fs::read_to_string(file).map_err(|error| error.to_string());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

fn collect(document: Value, objects: &mut Vec<Value>) {
    match document.get("kind").and_then(Value::as_str) {
        Some("SpotTrainingJob") => objects.push(document),
        Some("List" | "SpotTrainingJobList") => {
            let items =
                document.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            for item in items {
                collect(item, objects);
            }
        }
        _ => {}
    }
}
