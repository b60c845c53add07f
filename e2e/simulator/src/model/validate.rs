//! Checks any request against the service model and words what is wrong as AWS does.

use serde_json::{Map, Value};

use super::constraint::{all, broken, broken_length, broken_value, display, mismatch};
use super::{Model, Shape};
use crate::error::ApiError;

impl Model {
    /// Checks an operation's request.
    ///
    /// # Errors
    /// `UnknownOperationException`; `SerializationException` at the first value of a wrong JSON
    /// type; else one `ValidationException` that lists everything else.
    pub(crate) fn check(&self, operation: &str, request: &Value) -> Result<(), ApiError> {
        let Some(found) = self.operations.get(operation) else {
            return Err(ApiError::unknown_operation(operation));
        };
        let mut check = Check { model: self, violations: Vec::new() };
        check.value(&found.input, request, "")?;
        let head = match check.violations.len() {
            0 => return Ok(()),
            1 => "1 validation error detected".to_owned(),
            count => format!("{count} validation errors detected"),
        };
        // [R] both the singular and the plural form.
        Err(ApiError::validation(format!("{head}: {}", check.violations.join("; "))))
    }
}

struct Check<'a> {
    model: &'a Model,
    violations: Vec<String>,
}

impl<'a> Check<'a> {
    fn value(&mut self, shape: &str, value: &Value, path: &str) -> Result<(), ApiError> {
        let Some(shape) = self.shape(shape) else {
            return Ok(());
        };
        match (shape, value) {
            (Shape::Structure { members, required }, Value::Object(given)) => {
                for name in
                    required.iter().filter(|name| given.get(*name).is_none_or(Value::is_null))
                {
                    let path = member_path(path, name);
                    self.refuse(&Value::Null, &path, ["Member must not be null".to_owned()]);
                }
                // A null member is an absent one.
                for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
                    let path = member_path(path, name);
                    match members.get(name) {
                        Some(member) => self.value(member, value, &path)?,
                        // The simulator's own rule: AWS ignores members it doesn't know.
                        None => self.refuse(value, &path, ["Member must be known".to_owned()]),
                    }
                }
            }
            (Shape::List { member, bounds }, Value::Array(items)) => {
                self.refuse(value, path, broken_length(*bounds, items.len()));
                for (index, item) in items.iter().enumerate() {
                    self.value(member, item, &format!("{path}.{}.member", index + 1))?;
                }
            }
            (Shape::Map { key, value: of_value, bounds }, Value::Object(entries)) => {
                self.refuse(value, path, broken_length(*bounds, entries.len()));
                let broken = self.entries(key, of_value, entries)?;
                self.refuse(value, path, broken);
            }
            (Shape::String(text), Value::String(given)) => {
                self.refuse(value, path, broken(text, given));
            }
            (Shape::Integer(bounds) | Shape::Long(bounds), Value::Number(number)) => {
                let number = number.as_i64().ok_or_else(|| mismatch(shape, value))?;
                self.refuse(value, path, broken_value(*bounds, number));
            }
            (Shape::Boolean, Value::Bool(_))
            | (Shape::Float | Shape::Timestamp, Value::Number(_)) => {}
            _ => return Err(mismatch(shape, value)),
        }
        Ok(())
    }

    /// Keys and values of a map of strings (the model has no others): AWS names the map and lists
    /// every constraint. [?]
    fn entries(
        &self,
        key: &str,
        value: &str,
        entries: &Map<String, Value>,
    ) -> Result<Vec<String>, ApiError> {
        let mut refused = Vec::new();
        if let Some(Shape::String(text)) = self.shape(key)
            && entries.keys().any(|key| !broken(text, key).is_empty())
        {
            refused.push(format!("Map keys must satisfy constraint: {}", all(text)));
        }
        if let Some(shape @ Shape::String(text)) = self.shape(value) {
            let mut any = false;
            for value in entries.values() {
                let given = value.as_str().ok_or_else(|| mismatch(shape, value))?;
                any |= !broken(text, given).is_empty();
            }
            if any {
                refused.push(format!("Map value must satisfy constraint: {}", all(text)));
            }
        }
        Ok(refused)
    }

    fn shape(&self, name: &str) -> Option<&'a Shape> {
        self.model.shapes.get(name)
    }

    // [R] the frame of the text.
    fn refuse(&mut self, value: &Value, path: &str, constraints: impl IntoIterator<Item = String>) {
        let value = if value.is_null() { "null".into() } else { format!("'{}'", display(value)) };
        for constraint in constraints {
            self.violations.push(format!(
                "Value {value} at '{path}' failed to satisfy constraint: {constraint}"
            ));
        }
    }
}

/// AWS spells paths in camel case: `inputDataConfig.1.member.inputMode`.
fn member_path(path: &str, name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{}{}", first.into_iter().collect::<String>(), letters.as_str())
}
