//! Every message that a person can see, in one file that is reviewed as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use spot_training_operator::domain::vocabulary::{
    Blocker, EventReason, FailureClass, Limit, State, Vocabulary,
};

use super::scenarios::scenarios;
use crate::support::fixtures::golden;

/// What kubectl shows of every scenario: columns, conditions, Events.
fn messages() -> String {
    let mut text = String::new();
    for scenario in scenarios() {
        let view = scenario.world.view.as_ref().unwrap();
        writeln!(text, "## {}\n{}", scenario.name, view.state).unwrap();
        for condition in &view.conditions {
            let status = if condition.status { "True" } else { "False" };
            let (kind, reason, message) = (condition.kind, &condition.reason, &condition.message);
            writeln!(text, "  {kind}={status} {reason}: {message}").unwrap();
        }
        for fact in &scenario.facts {
            if let Some((reason, warning)) = fact.kind.event() {
                let kind = if warning { "Warning" } else { "Normal" };
                writeln!(text, "  event {kind} {reason}: {}", fact.message).unwrap();
            }
        }
        text.push('\n');
    }
    text
}

#[test]
fn messages_are_the_reviewed_ones() {
    golden::compare("tests/it/core/messages.txt", &messages());
}

#[test]
fn every_state_and_every_event_is_among_the_messages() {
    let text = messages();
    let words: BTreeSet<_> = text.split([' ', '\n', ':']).collect();
    for state in State::ALL {
        assert!(words.contains(state.as_str()), "no scenario is {state}");
    }
    // An object whose status can't be read has no run to show; a failed attempt that is not the end
    // comes with retries.
    let elsewhere =
        [EventReason::StatusUnreadable, EventReason::Stalled, EventReason::AttemptFailed];
    for event in EventReason::ALL.iter().filter(|event| !elsewhere.contains(event)) {
        assert!(text.contains(&format!(" {event}: ")), "no scenario emits {event}");
    }
    let reasons = Blocker::ALL.iter().map(|word| word.as_str());
    let reasons = reasons.chain(Limit::ALL.iter().map(|word| word.as_str()));
    let reasons = reasons.chain(FailureClass::ALL.iter().map(|word| word.as_str()));
    let silent: Vec<_> = reasons.filter(|word| !text.contains(&format!(" {word}: "))).collect();
    assert!(silent.is_empty(), "no scenario shows {silent:?}");
}
