//! What a scalar without quotes is in the YAML 1.1 of kubectl's reader, go-yaml 2: `resolve.go` there.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Number, Value};

/// Texts that are dates there, which stay text where any value may stand (`decode.go`).
static DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}($|[Tt ])").ok());

static FLOAT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$").ok());

fn fits(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// The value of a plain scalar.
pub(super) fn resolved(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    let is_number = text.starts_with(|letter: char| letter.is_ascii_digit())
        || text.starts_with(['+', '-', '.']);
    if !is_number || fits(&DATE, text) {
        return text.into();
    }
    // Underscores count for nothing, but in what begins with a point.
    let plain = if text.starts_with('.') { text.to_owned() } else { text.replace('_', "") };
    let number = integer(&plain).or_else(|| {
        let float = fits(&FLOAT, &plain).then(|| plain.parse::<f64>().ok()).flatten()?;
        Number::from_f64(float)
    });
    number.map_or_else(|| text.into(), Value::Number)
}

/// An integer in any of Go's notations; a leading zero means octal.
fn integer(text: &str) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
        return None;
    }
    let signed = i64::from_str_radix(&format!("{sign}{digits}"), radix).ok().map(Number::from);
    let unsigned = || u64::from_str_radix(digits, radix).ok().filter(|_| sign.is_empty());
    signed.or_else(|| unsigned().map(Number::from))
}

/// A value as a key of a map: JSON has texts only.
pub(super) fn key(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) => Some(value.to_string()),
        Value::Number(number) => Some(match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => format!("{float}"),
            None => number.to_string(),
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
