//! Mistakes in manifests: refused without an apiserver as the apiserver refuses them.

use std::collections::{BTreeMap, BTreeSet};

use spot_training_operator::api::validation::problems;

use crate::support::fixtures::mistakes::mistakes;

/// What kubectl prints of each mistake, written by the end-to-end test `mistakes`.
const PRINTED: &str = include_str!("mistakes.txt");

/// The fields that kubectl names, by mistake.
fn named() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut named: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    let mut mistake = "";
    for line in PRINTED.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("  ") {
            Some(refusal) => {
                let field = match refusal.split_once("unknown field \"") {
                    Some((_, field)) => field.trim_end_matches('"'),
                    None => refusal.split(": ").next().unwrap(),
                };
                named.entry(mistake).or_default().insert(dotted(field));
            }
            None => mistake = line,
        }
    }
    named
}

/// A path whose keys of maps are written like members, and without the column of a parser.
fn dotted(path: &str) -> String {
    let (keys, _) = path.split_once(", unknown").unwrap_or((path, ""));
    keys.replace("[config]", ".config").replace("[text]", ".text")
}

/// Whether a field is this one, or in it.
fn is_in(field: &str, outer: &str) -> bool {
    field.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[test]
fn mistakes_are_refused_with_the_fields_that_the_apiserver_names() {
    let named = named();
    let mistakes = mistakes();
    assert!(mistakes.len() >= 100, "{} mistakes", mistakes.len());
    let mut wrong = Vec::new();
    for (name, manifest) in mistakes {
        let problems = problems(&manifest, None).unwrap();
        let ours: BTreeSet<_> = problems.iter().map(|problem| dotted(&problem.field)).collect();
        let theirs = named.get(name.as_str()).cloned().unwrap_or_default();
        // The apiserver stops at unknown fields, and names those inside of what is of a wrong type.
        let stops = theirs.iter().all(|field| !PRINTED.contains(&format!("  {field}: ")));
        let same = theirs.iter().all(|field| ours.iter().any(|own| is_in(field, own)))
            && (stops || ours.iter().all(|own| theirs.contains(own)));
        if !same || ours.is_empty() || theirs.is_empty() {
            wrong.push(format!("{name}: {problems:#?}\nkubectl names {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
