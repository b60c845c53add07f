//! What `import` prints is what kubectl reads: its YAML is of version 1.1.

use std::fs;

use serde_json::{Map, Value, json};
use spot_training_operator::cli::files::documents_of;
use spot_training_operator::cli::import::import;

use super::support::Kubernetes;

/// Texts that readers of YAML take for numbers, dates, booleans, nothing, or syntax.
const TEXTS: [&str; 40] = [
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "N",
    "true",
    "False",
    "null",
    "~",
    "NULL",
    "1e-4",
    "2e5",
    ".5",
    "5.",
    "+1",
    "-0",
    "0x1F",
    "0o17",
    "017",
    "0b11",
    "1_000",
    "12:30:45",
    "190:20",
    "2026-11-20",
    "2026-11-20T09:00:00Z",
    ".inf",
    "-.INF",
    ".nan",
    "<<",
    "=",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "*a",
    "&a",
    "{a}",
    "'a",
    "🧪 %",
];

/// What the apiserver would store of `yaml`, as kubectl reads it.
fn stored(kubernetes: &Kubernetes, yaml: &str, file: &str) -> Value {
    let path = format!("{}/import-{file}.yaml", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, yaml).unwrap();
    let filename = format!("--filename={path}");
    let said = kubernetes.kubectl(&["apply", "--dry-run=server", "--output=json", &filename]);
    serde_json::from_str(&said.expect_ok()).unwrap()
}

#[tokio::test]
async fn kubectl_reads_what_import_means() {
    let kubernetes = Kubernetes::shared();
    let texts = TEXTS.iter().enumerate();
    let parameters: Map<_, _> =
        texts.map(|(number, text)| (format!("p{number}"), json!(text))).collect();
    let keys: Map<_, _> = ["yes", "1", "null", "a.b", "ON"]
        .iter()
        .map(|key| ((*key).to_owned(), json!("1")))
        .collect();
    let folder = format!("{}/tests/it/api/requests", env!("CARGO_MANIFEST_DIR"));
    let mut accepted = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut request: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let parameters: Map<_, _> = parameters.clone().into_iter().chain(keys.clone()).collect();
        request["HyperParameters"] = Value::Object(parameters);
        let imported = import(&documents_of(request.to_string().as_bytes()).unwrap()).unwrap();
        if imported[0].problems.is_empty() {
            let object = stored(&kubernetes, &imported[0].as_yaml().unwrap(), &name);
            assert_eq!(object["spec"], imported[0].manifest["spec"], "{name}");
            accepted += 1;
        }
    }
    assert_eq!(accepted, 17, "accepted requests");
}
