//! The documentation says what is: the vocabulary, and examples that the CRD accepts.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use serde_json::Value;
use spot_training_operator::api::v1alpha1::SpotTrainingJob;
use spot_training_operator::api::validation::problems;
use spot_training_operator::domain::job::call_error::Call;
use spot_training_operator::domain::vocabulary::{
    Blocker, ConditionType, EventReason, FailureClass, Hold, Limit, Progress, RuleAction, State,
    StopReason, Vocabulary,
};
use spot_training_operator::telemetry::Metrics;

use super::rows;
use crate::support::fixtures::golden;

pub(super) fn repository(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// The words of a vocabulary with their meanings.
fn words<T: Vocabulary>() -> Vec<(&'static str, &'static str)> {
    T::ALL.iter().map(|word| (word.as_str(), word.meaning())).collect()
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
    table("States", words::<State>());
    table("Conditions", words::<ConditionType>());
    table("Reasons while nothing is wrong", words::<Progress>());
    table("Reasons why an attempt can't start, or its job can't be followed", words::<Blocker>());
    table("Reasons of a failed attempt", words::<FailureClass>());
    table("Reasons of an object that a limit of its spec ended", words::<Limit>());
    table("Actions of `spec.failurePolicy.rules`", words::<RuleAction>());
    table("Reasons of an attempt that the operator stopped", words::<StopReason>());
    table("Reasons why an on-demand job is kept", words::<Hold>());
    table("Events", words::<EventReason>());
    text + &rows::table()
}

#[test]
fn the_life_cycle_s_tables_are_the_vocabulary() {
    let path = repository("docs/lifecycle.md");
    let text = fs::read_to_string(&path).unwrap();
    let (prose, _) = text.split_once("<!-- generated -->\n\n").unwrap();
    let tables = tables();
    let (prose, generated) = (prose.to_owned(), format!("<!-- generated -->\n\n{tables}"));
    golden::compare("docs/lifecycle.md", &(prose + &generated));
}

/// The table of the metrics, from what /metrics says once everything was counted.
fn metrics() -> String {
    let metrics = Metrics::default();
    metrics.reconciled(Duration::ZERO, None);
    metrics.reconcile_error("");
    metrics.attempt_ended("", 0, 0);
    metrics.aws_request(Call::Create, None);
    metrics.blocked(Call::Create, "");
    let text = metrics.text().unwrap();
    let described = text.lines().filter_map(|line| line.strip_prefix("# HELP "));
    let mut table = "| metric | type | meaning |\n|---|---|---|\n".to_owned();
    for (name, meaning) in described.filter_map(|line| line.split_once(' ')) {
        let kind = text.lines().find_map(|line| line.strip_prefix(&format!("# TYPE {name} ")));
        let kind = kind.unwrap();
        let suffix = if kind == "counter" { "_total" } else { "" };
        let labels = text.lines().find_map(|line| {
            let rest = line.strip_prefix(&format!("{name}{suffix}{{"))?;
            Some(
                rest.split('"').step_by(2).map(|part| part.trim_matches([',', '=', '}'])).collect(),
            )
        });
        let labels: Vec<&str> = labels.unwrap_or_default();
        let labels: Vec<_> =
            labels.into_iter().filter(|label| label.starts_with(char::is_alphabetic)).collect();
        let labels =
            if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        writeln!(table, "| `{name}{suffix}{labels}` | {kind} | {meaning} |").unwrap();
    }
    table
}

#[test]
fn the_table_of_metrics_is_what_is_published() {
    let text = fs::read_to_string(repository("docs/operations.md")).unwrap();
    let (prose, _) = text.split_once("<!-- generated -->\n\n").unwrap();
    golden::compare("docs/operations.md", &format!("{prose}<!-- generated -->\n\n{}", metrics()));
}

#[test]
fn every_example_is_valid() {
    let mut examples = 0;
    for entry in fs::read_dir(repository("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let object: Value =
            serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert_eq!(problems(&object, None).unwrap(), [], "{path:?}");
        serde_json::from_value::<SpotTrainingJob>(object)
            .unwrap_or_else(|error| panic!("{path:?}: {error}"));
        examples += 1;
    }
    assert!(examples > 0);
}
