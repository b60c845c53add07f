//! Whether an object is what its definition allows, as the apiserver judges it: without one.

mod bounds;
mod lost;
mod metadata;
mod rules;
pub(crate) mod spelling;
mod structure;

use std::fmt;

use serde_json::Value;

/// What is wrong with an object: a field, and what is wrong with it or how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path of the field, such as `spec.template.inputDataConfig[0].channelName`.
    pub field: String,
    /// What is wrong, in the apiserver's or the rule's words.
    pub message: String,
    /// Whether the apiserver checks no rules of objects with such a problem.
    blocking: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.message)
    }
}

impl Problem {
    pub(crate) fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into(), blocking: false }
    }

    fn blocking(field: &str, message: impl Into<String>) -> Self {
        Self { blocking: true, ..Self::new(field, message) }
    }
}

/// The schema of the definition of this version; generated once, for that takes a while.
///
/// # Errors
/// The definition can't be generated; never in practice.
pub fn schema() -> Result<&'static Value, String> {
    rules::definition().map(|definition| &definition.schema)
}

/// The schema of `spec.template`.
///
/// # Errors
/// The definition can't be generated; never in practice.
pub fn template_schema() -> Result<&'static Value, String> {
    let template = schema()?.pointer("/properties/spec/properties/template");
    template.ok_or_else(|| "the definition has no spec.template".to_owned())
}

/// The first field of the spec of an applied manifest that the apiserver has dropped without a word.
///
/// # Errors
/// The definition can't be generated; never in practice.
pub fn dropped(applied: &Value) -> Result<Option<Problem>, String> {
    let schema = schema()?.pointer("/properties/spec");
    let spec = applied.get("spec").zip(schema);
    Ok(spec.and_then(|(spec, schema)| lost::lost(spec, schema, "spec")))
}

/// `object` without the nulls that the apiserver drops, and without a status, which it ignores.
///
/// # Errors
/// The definition can't be generated; never in practice.
pub fn pruned(object: &Value) -> Result<Value, String> {
    let mut object = object.clone();
    structure::prune_nulls(&mut object, schema()?);
    if let Some(members) = object.as_object_mut() {
        members.shift_remove("status");
    }
    Ok(object)
}

/// Whether the rules were left unchecked, because of these problems.
#[must_use]
pub fn leave_rules_unchecked(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.blocking)
}

/// What the definition of this version does not allow in `object`, which replaces `old` if it is an
/// update.
///
/// # Errors
/// The definition can't be generated; never in practice.
pub fn problems(object: &Value, old: Option<&Value>) -> Result<Vec<Problem>, String> {
    problems_of_pruned(&pruned(object)?, old)
}

/// The same of an object that is [`pruned`].
///
/// # Errors
/// The definition can't be generated; never in practice.
pub fn problems_of_pruned(object: &Value, old: Option<&Value>) -> Result<Vec<Problem>, String> {
    let definition = rules::definition()?;
    let mut problems = structure::problems(object, &definition.schema);
    problems.extend(metadata::problems(&object["metadata"]));
    if !leave_rules_unchecked(&problems) {
        problems.extend(definition.breaches(object, old));
    }
    Ok(problems)
}
