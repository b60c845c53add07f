//! The rules of the definition: CEL, compiled once.

use std::sync::LazyLock;

use kube::core::cel::{CompiledSchema, ValidationErrors, Validator, compile_schema};
use regex::{Captures, Regex};
use serde_json::{Map, Value};

use super::Problem;
use crate::api::v1alpha1::definition::definition as generate;

/// The definition, ready to judge.
pub(super) struct Definition {
    pub(super) schema: Value,
    compiled: CompiledSchema,
}

/// The definition of this version.
pub(super) fn definition() -> Result<&'static Definition, String> {
    static DEFINITION: LazyLock<Result<Definition, String>> = LazyLock::new(|| {
        let definition = generate().map_err(|error| error.to_string())?;
        let schema = "/spec/versions/0/schema/openAPIV3Schema";
        let schema = definition.pointer(schema).cloned().unwrap_or_default();
        let compiled = compile_schema(&adapted(&without_status(&schema)));
        Ok(Definition { schema, compiled })
    });
    DEFINITION.as_ref().map_err(Clone::clone)
}

impl Definition {
    /// The rules that `object` breaks.
    pub(super) fn breaches(&self, object: &Value, old: Option<&Value>) -> Vec<Problem> {
        let errors = Validator::new().validate_compiled(&self.compiled, object, old).err();
        let errors = errors.into_iter().flat_map(ValidationErrors::into_vec);
        errors.map(|error| Problem::new(&error.field_path, error.message)).collect()
    }
}

/// The part of a schema that has rules: compiling takes longer than all else that is done with it.
fn without_status(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    members.map(|members| members.shift_remove("status"));
    schema
}

/// Lengths of texts in characters, which this evaluator counts in bytes.
static LENGTH: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(key|self)\.size\(\) (<=|>=) (\d+)").ok());

/// A rule whose lengths are in characters. A pattern counts them, where the bytes leave it open.
fn in_characters(rule: &str) -> String {
    let Some(length) = &*LENGTH else { return rule.to_owned() };
    let counted = |found: &Captures<'_>| {
        let [text, comparison, limit] = found.extract().1;
        match comparison {
            "<=" => {
                format!("({text}.size() <= {limit} || {text}.matches(r'^(?s:.{{0,{limit}}})$'))")
            }
            _ => format!("({text}.size() >= {limit} && {text}.matches(r'^(?s:.{{{limit}}})'))"),
        }
    };
    length.replace_all(rule, counted).into_owned()
}

/// Classes of characters as RE2 has them, which knows those of ASCII only.
fn ascii(rule: &str) -> String {
    let classes = [
        (r"[\S]", r"[^\t\n\f\r ]"),
        (r"\S", r"[^\t\n\f\r ]"),
        (r"[\s", r"[\t\n\f\r "),
        (r"\d", "[0-9]"),
        (r"\w", "[0-9A-Za-z_]"),
    ];
    classes.iter().fold(rule.to_owned(), |rule, (class, ascii)| rule.replace(class, ascii))
}

/// The schema for this evaluator, where it is not the apiserver's: that checks types of expressions and
/// needs `dyn` where one may be null, which this one lacks; and it evaluates no rules of a null.
fn adapted(schema: &Value) -> Value {
    let mut schema = match schema {
        Value::String(text) => {
            return Value::String(in_characters(&ascii(&text.replace("dyn(", "("))));
        }
        Value::Array(items) => return items.iter().map(adapted).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), adapted(member)))
            .collect::<Map<_, _>>(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return schema.clone(),
    };
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        let rules = schema.get_mut("x-kubernetes-validations").and_then(Value::as_array_mut);
        for rule in rules.into_iter().flatten() {
            let Some(Value::String(expression)) = rule.get_mut("rule") else { continue };
            *expression = format!("self == null || ({expression})");
        }
    }
    Value::Object(schema)
}
