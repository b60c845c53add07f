//! The documentation says what is: the vocabulary, and examples that the CRD accepts.

use std::fmt::Write as _;
use std::fs;

use kube::core::cel::validate_cel;
use spot_training_operator::api::v1alpha1::SpotTrainingJob;
use spot_training_operator::domain::vocabulary::{ConditionType, EventReason, Reason, State};

fn repository(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// The tables of the life cycle's documentation, from the vocabulary.
fn tables() -> String {
    let mut text = String::new();
    let mut table = |title: &str, rows: Vec<(&str, &str)>| {
        writeln!(text, "## {title}\n\n| word | meaning |\n|---|---|").unwrap();
        for (word, meaning) in rows {
            writeln!(text, "| `{word}` | {meaning} |").unwrap();
        }
        text.push('\n');
    };
    table("States", State::ALL.iter().map(|word| (word.as_str(), word.meaning())).collect());
    let conditions = ConditionType::ALL.iter().map(|word| (word.as_str(), word.meaning()));
    table("Conditions", conditions.collect());
    let reasons = Reason::ALL.iter().map(|word| (word.as_str(), word.meaning()));
    table("Reasons of conditions, and of the end of attempts", reasons.collect());
    let events = EventReason::ALL.iter().map(|word| (word.as_str(), word.meaning()));
    table("Events", events.collect());
    text.trim_end().to_owned() + "\n"
}

#[test]
fn the_life_cycle_s_tables_are_the_vocabulary() {
    let path = repository("docs/lifecycle.md");
    let text = fs::read_to_string(&path).unwrap();
    let (prose, written) = text.split_once("<!-- generated -->\n\n").unwrap();
    let tables = tables();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{prose}<!-- generated -->\n\n{tables}")).unwrap();
        return;
    }
    assert!(written == tables, "docs/lifecycle.md is out of date: run `make generate`");
}

#[test]
fn every_example_is_valid() {
    let mut examples = 0;
    for entry in fs::read_dir(repository("examples")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let object: SpotTrainingJob =
            serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        validate_cel(&object).unwrap_or_else(|errors| panic!("{path:?}: {errors:?}"));
        examples += 1;
    }
    assert!(examples > 0);
}
