//! The maps of the service model.

use kube::core::cel::{Message, Reason, Rule};
use schemars::{Schema, SchemaGenerator};

use super::{ONE_LINE, line, map, text};

/// `HyperParameters`.
#[must_use]
pub fn hyper_parameters(_: &mut SchemaGenerator) -> Schema {
    let named = one_line("key.size() <= 256");
    map(
        100,
        line(0, 2500),
        vec![keys(&named, "a name of a hyperparameter is one line of at most 256 characters")],
    )
}

/// `Environment`, whose values may have line breaks.
#[must_use]
pub fn environment(_: &mut SchemaGenerator) -> Schema {
    let named = keys(
        "key.size() <= 512 && key.matches(r'^(?:[a-zA-Z_][a-zA-Z0-9_]*)$')",
        "a name of an environment variable has letters, digits and _, no digit first, at most 512 characters",
    );
    map(100, text(0, 512, Vec::new()), vec![named])
}

/// `HookParameters`, `CollectionParameters` and `ProfilingParameters`.
#[must_use]
pub fn parameters(_: &mut SchemaGenerator) -> Schema {
    map(20, line(0, 256), vec![parameter_names()])
}

/// `RuleParameters`.
#[must_use]
pub fn rule_parameters(_: &mut SchemaGenerator) -> Schema {
    map(100, line(0, 256), vec![parameter_names()])
}

fn parameter_names() -> Rule {
    let named = one_line("key.size() >= 1 && key.size() <= 256");
    keys(&named, "a name of a parameter is one line of 1 to 256 characters")
}

fn one_line(size: &str) -> String {
    format!("{size} && key.matches(r'^(?:{ONE_LINE})$')")
}

/// A rule that all keys keep; the message begins with the first that does not.
fn keys(holds: &str, otherwise: &str) -> Rule {
    let first = format!("self.filter(key, !({holds}))[0]");
    Rule::new(format!("self.all(key, {holds})"))
        .message(Message::Expression(format!("{first} + ': {otherwise}'")))
        .reason(Reason::FieldValueInvalid)
}
