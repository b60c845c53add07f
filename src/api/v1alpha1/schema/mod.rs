//! Schemas that a derive cannot say: texts, lists and maps of the service model.
//!
//! The bounds are the model's (botocore, `sagemaker/2017-07-24`). Where the model has a pattern, a
//! CEL rule has it, so that its refusal is a sentence with an example and not the pattern itself.

pub mod lists;
pub mod maps;
pub mod texts;

use kube::core::cel::{Reason, Rule};
use schemars::{Schema, json_schema};
use serde_json::Value;

/// Java's `.`, which is the service model's, matches no line terminator.
pub const ONE_LINE: &str = r"[^\n\r\x{85}\x{2028}\x{2029}]*";

/// A text of `min` to `max` characters that keeps `rules`.
fn text(min: u32, max: u32, rules: Vec<Rule>) -> Schema {
    let mut schema = json_schema!({ "type": "string", "maxLength": max });
    if min > 0 {
        schema.insert("minLength".to_owned(), min.into());
    }
    with_rules(schema, rules)
}

/// The rule that a text of at least `min` characters matches `pattern` as a whole.
fn matches(min: u32, pattern: &str, message: &str) -> Rule {
    let size = if min > 1 { format!("self.size() >= {min} && ") } else { String::new() };
    Rule::new(format!("{size}self.matches(r'^(?:{pattern})$')"))
        .message(message)
        .reason(Reason::FieldValueInvalid)
}

/// A text of `min` to `max` characters that matches `pattern` as a whole. Of a text that is too short
/// the rule says more than a bound would.
fn pattern(min: u32, max: u32, pattern: &str, message: &str) -> Schema {
    text(0, max, vec![matches(min, pattern, message)])
}

/// One line of `min` to `max` characters.
fn line(min: u32, max: u32) -> Schema {
    let one_line = "SageMaker takes one line here: remove the line break";
    text(min, max, vec![matches(0, ONE_LINE, one_line)])
}

/// A list of `min` to `max` items.
fn list(min: u32, max: u32, items: &Schema) -> Schema {
    let mut schema = json_schema!({
        "type": "array",
        "maxItems": max,
        "x-kubernetes-list-type": "atomic",
        "items": items,
    });
    if min > 0 {
        schema.insert("minItems".to_owned(), min.into());
    }
    schema
}

/// A map of at most `max` values. A null is refused by name: the apiserver drops a member that is
/// null where its schema does not allow null, and the training would run without it.
fn map(max: u32, mut values: Schema, keys: Vec<Rule>) -> Schema {
    values.insert("nullable".to_owned(), true.into());
    let no_nulls = Rule::new("self.all(key, dyn(self[key]) != null)")
        .message(kube::core::cel::Message::Expression(
            "self.filter(key, dyn(self[key]) == null)[0] + ' is null: give it a text in quotes, or remove it'"
                .to_owned(),
        ))
        .reason(Reason::FieldValueInvalid);
    let schema = json_schema!({
        "type": "object",
        "maxProperties": max,
        "additionalProperties": values,
    });
    with_rules(schema, keys.into_iter().chain([no_nulls]).collect())
}

/// An expression's words as its message too: the apiserver drops what an expression says of a key with a
/// line break.
fn with_message(mut rule: Value) -> Value {
    let words = rule.get("messageExpression").and_then(Value::as_str);
    let words = words.and_then(|words| words.rsplit('\'').nth(1));
    let words = words.map(|words| words.trim_start_matches([':', ' ']).to_owned());
    if let (Some(words), Some(members)) = (words, rule.as_object_mut()) {
        members.insert("message".to_owned(), words.into());
    }
    rule
}

fn with_rules(mut schema: Schema, rules: Vec<Rule>) -> Schema {
    // Rules are plain data.
    let rules = rules.into_iter().filter_map(|rule| serde_json::to_value(rule).ok());
    let rules = rules.map(with_message);
    let rules: Vec<Value> = rules.collect();
    if !rules.is_empty() {
        schema.insert("x-kubernetes-validations".to_owned(), Value::Array(rules));
    }
    schema
}
