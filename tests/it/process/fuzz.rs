//! Arbitrary bytes and broken documents: `plan` and `import` refuse or answer, and never panic.

use std::fs;
use std::panic::catch_unwind;

use serde_json::{Value, json};
use spot_training_operator::cli::files::{documents_of, written_of};
use spot_training_operator::cli::import::{Imported, import};
use spot_training_operator::cli::plan::plan;
use spot_training_operator::settings::Plan;

use crate::support::fixtures::manifests::plan_settings;
use crate::support::random::{Draws, seeds};

/// Inputs of each seed.
const CASES: u32 = 600;

/// What readers of YAML and JSON trip over, put between other bytes.
const TOKENS: [&str; 20] = [
    "---\n",
    "\t",
    ": ",
    "- ",
    "&a ",
    "*a",
    "<<: *a\n",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "| \n",
    "!!binary ",
    "\u{feff}",
    "\u{0}",
    "🧪",
    "null",
    "1e999",
];

/// Inputs that are right or nearly so.
fn corpus() -> Vec<String> {
    let mut texts = Vec::new();
    for folder in ["examples", "tests/it/api/requests", "tests/it/process"] {
        let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
        let mut paths: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let is_document = |path: &std::path::PathBuf| {
            path.extension().is_some_and(|extension| extension == "yaml" || extension == "json")
        };
        texts.extend(
            paths
                .iter()
                .filter(|path| is_document(path))
                .map(|path| fs::read_to_string(path).unwrap()),
        );
    }
    texts
}

/// Bytes of the corpus, cut, joined, overwritten.
fn broken_bytes(draws: &mut Draws, corpus: &[String]) -> Vec<u8> {
    let mut bytes = corpus[draws.below(corpus.len())].clone().into_bytes();
    for _ in 0..=draws.below(8) {
        let at = draws.below(bytes.len() + 1);
        let to = (at + draws.below(40)).min(bytes.len());
        let put: Vec<u8> = match draws.below(4) {
            0 => Vec::new(),
            1 => (0..draws.below(6)).map(|_| u8::try_from(draws.below(256)).unwrap()).collect(),
            2 => TOKENS[draws.below(TOKENS.len())].as_bytes().to_vec(),
            _ => bytes[at..to].repeat(2),
        };
        bytes.splice(at..to, put);
    }
    bytes
}

/// Any value, where another one is expected.
fn any_value(draws: &mut Draws, depth: usize) -> Value {
    match draws.below(if depth == 0 { 7 } else { 9 }) {
        0 => Value::Null,
        1 => json!(draws.chance(0.5)),
        2 => json!(i64::MIN),
        3 => json!(u64::MAX),
        4 => json!(-0.5e300),
        5 => json!(""),
        6 => json!(TOKENS[draws.below(TOKENS.len())].repeat(draws.below(300))),
        7 => json!([any_value(draws, depth - 1), any_value(draws, depth - 1)]),
        _ => json!({ "name": any_value(draws, depth - 1), "": any_value(draws, depth - 1) }),
    }
}

/// A document of the corpus with one member that is any value.
fn broken_document(draws: &mut Draws, corpus: &[String]) -> Vec<u8> {
    let documents = documents_of(corpus[draws.below(corpus.len())].as_bytes()).unwrap();
    let mut document = documents[draws.below(documents.len())].clone();
    let mut place = &mut document;
    for _ in 0..=draws.below(7) {
        let steps = match place {
            Value::Object(members) => members.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if steps == 0 {
            break;
        }
        let step = draws.below(steps);
        place = match place {
            Value::Object(members) => members.values_mut().nth(step).unwrap(),
            Value::Array(items) => &mut items[step],
            _ => unreachable!("a value without members"),
        };
    }
    *place = any_value(draws, 3);
    document.to_string().into_bytes()
}

fn answer(bytes: &[u8], settings: &Plan) -> (bool, bool) {
    let Ok(documents) = documents_of(bytes) else { return (false, false) };
    let planned = plan(&documents, settings).is_ok();
    let imported = import(&written_of(bytes).unwrap()).map(|imported| {
        imported.iter().map(Imported::as_yaml).collect::<Result<String, _>>().unwrap()
    });
    (planned, imported.is_ok())
}

#[test]
fn no_bytes_make_plan_or_import_panic() {
    let corpus = corpus();
    let settings = plan_settings(&["--region=eu-west-1"]);
    let mut answers = (0, 0);
    for seed in seeds() {
        println!("plan and import: {CASES} inputs of seed {seed}");
        for case in 0..CASES {
            let mut draws = Draws::new(seed, &["bytes", &case.to_string()]);
            let bytes = if draws.chance(0.5) {
                broken_bytes(&mut draws, &corpus)
            } else {
                broken_document(&mut draws, &corpus)
            };
            let answered = catch_unwind(|| answer(&bytes, &settings));
            let (planned, imported) = answered.unwrap_or_else(|_| {
                panic!("seed {seed}, case {case}: {:?}", String::from_utf8_lossy(&bytes))
            });
            answers.0 += u32::from(planned);
            answers.1 += u32::from(imported);
        }
    }
    println!("{} plans, {} imports", answers.0, answers.1);
    assert!(
        answers.0 > CASES / 20 && answers.1 > CASES / 20,
        "the inputs reach nothing: {answers:?}"
    );
}
