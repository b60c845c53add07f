//! The rows of the life cycle: where each is decided, and which test holds it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use spot_training_operator::domain::vocabulary::{
    Blocker, FailureClass, Hold, Limit, RuleAction, StopReason, Vocabulary,
};

use super::docs::repository;

/// What a row is about, the file below `src` that decides it, and its test.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    include_str!("rows.txt").lines().map(|line| {
        let mut parts = line.split(" | ");
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    })
}

/// The table of the rows.
pub(super) fn table() -> String {
    let mut text = "## Where each rule is decided, and tested\n\n".to_owned();
    text.push_str("| rule | below `src` | test |\n|---|---|---|\n");
    for (row, file, test) in rows() {
        writeln!(text, "| {row} | `{file}` | `{test}` |").unwrap();
    }
    text
}

#[test]
fn every_row_has_its_file_and_its_test() {
    for (row, file, test) in rows() {
        let code = repository(&format!("src/{file}"));
        assert!(fs::exists(&code).unwrap(), "{row}: no {code}");
        let (module, name) = test.rsplit_once("::").unwrap();
        let path = repository(&format!("tests/it/{}.rs", module.replace("::", "/")));
        let tests = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let lines: Vec<_> = tests.lines().collect();
        let is_test = lines.windows(2).any(|pair| {
            let is_plain = pair[0] == "#[test]" && pair[1].starts_with(&format!("fn {name}("));
            let is_async = pair[0].starts_with("#[tokio::test")
                && pair[1].starts_with(&format!("async fn {name}("));
            is_plain || is_async
        });
        assert!(is_test, "{row}: no test {name} in {path}");
    }
}

fn all<T: Vocabulary>() -> impl Iterator<Item = &'static str> {
    T::ALL.iter().map(|word| word.as_str())
}

#[test]
fn every_word_that_decides_has_a_row() {
    let rows: String = rows().map(|(row, ..)| row).collect();
    let words: BTreeSet<_> = rows.split('`').skip(1).step_by(2).collect();
    let needed = all::<FailureClass>()
        .chain(all::<Blocker>())
        .chain(all::<StopReason>())
        .chain(all::<Limit>())
        .chain(all::<RuleAction>())
        .chain(all::<Hold>());
    let missing: Vec<_> = needed.filter(|word| !words.contains(word)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}
