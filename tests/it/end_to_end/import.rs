//! What `import` prints is what kubectl reads: its YAML is of version 1.1.

use std::fs;

use serde_json::{Map, Value, json};
use spot_training_operator::cli::files::{documents_of, written_of};
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
        let imported = import(&written_of(request.to_string().as_bytes()).unwrap()).unwrap();
        if imported[0].problems.is_empty() {
            let object = stored(&kubernetes, &imported[0].as_yaml().unwrap(), &name);
            assert_eq!(object["spec"], imported[0].manifest["spec"], "{name}");
            accepted += 1;
        }
    }
    assert_eq!(accepted, 17, "accepted requests");
}

/// Scalars without quotes, one a line, and keys.
const PLAIN: &str = "yes no on Off y N true FALSE null ~ NULL 1e-4 2e5 1E+3 .5 5. 1. +1 -0 +.5 0x1F -0x1f 0o17 017 \
                     -017 08 09.5 0b11 1_000 1__0 86_400 010000 12:30:45 190:20 2026-11-20 2026-1-2 \
                     2026-11-20T09:00:00Z 20261120 1.10 1e999 18446744073709551615 9223372036854775808 \
                     123456789012345678901234567890 = a-b 1a 0xg 0b2 -- - a .a ._1 +a -.5e-3 1.5 864e2 1.0 .nanx";

#[tokio::test]
async fn plan_and_import_read_yaml_as_kubectl_does() {
    let plain: Vec<_> = PLAIN.split_whitespace().filter(|text| *text != "-").collect();
    let items = plain.iter().map(|text| format!("  - {text}\n")).collect::<Vec<_>>().concat();
    let keys = ["on", "n", "1e3", "1_0", "0x1F", "017", "1.50", "a", "\"yes\"", "2026-11-20"];
    let keys = keys.iter().map(|key| format!("    {key}: x\n")).collect::<Vec<_>>().concat();
    let text = format!(
        "apiVersion: spottraining.dev/v1alpha1\nkind: SpotTrainingJob\nmetadata:\n  name: read\nspec:\n  \
         keys:\n{keys}  base: &base {{ a: 1, b: 2 }}\n  merged:\n    b: 3\n    <<: *base\n    c: 4\n  \
         tagged: [!!str 1, !!int \"7\", !!binary aGk=, !own 3]\n  folded: >\n    a\n    b\n  items:\n{items}"
    );
    let path = format!("{}/read.yaml", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, &text).unwrap();
    let filename = format!("--filename={path}");
    let arguments = ["create", "--dry-run=client", "--validate=false", "--output=json", &filename];
    let said = Kubernetes::shared().kubectl(&arguments).expect_ok();
    let theirs: Value = serde_json::from_str(&said).unwrap();
    let ours = &documents_of(text.as_bytes()).unwrap()[0];
    for (number, plain) in plain.iter().enumerate() {
        let items = (&ours["spec"]["items"][number], &theirs["spec"]["items"][number]);
        // kubectl prints what no i64 holds as a float.
        let same = items.0 == items.1 || items.0.is_u64() && items.0.as_f64() == items.1.as_f64();
        assert!(same, "{plain}: {} and {}", items.0, items.1);
    }
    for part in ["keys", "merged", "tagged", "folded"] {
        assert_eq!(ours["spec"][part], theirs["spec"][part], "{part}");
    }
}
