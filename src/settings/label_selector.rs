//! Label selectors, parsed as the apiserver parses them.
//!
//! kube has the type but no parser. The grammar is that of `k8s.io/apimachinery/pkg/labels` without
//! `<` and `>`, which kube's type cannot express. A selector that the apiserver refuses would
//! otherwise show only later, as a watch that never begins.

use std::collections::BTreeSet;

use kube::core::{Expression, Selector};

use super::values::fits;

/// What a person reads when a selector does not parse.
const EXAMPLE: &str = "a label selector reads like team=vision,tier in (gpu, spot),!legacy";

/// A key: a name, after an optional DNS prefix (`validation.IsQualifiedName` of apimachinery).
const KEY: &str = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?\
                   [A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

/// A value, which may be empty (`validation.IsValidLabelValue`).
const VALUE: &str = "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$";

/// Longest DNS prefix of a key.
const LONGEST_PREFIX: usize = 253;

/// Parses a selector.
///
/// # Errors
/// What is wrong with it, and how a selector reads.
pub(super) fn label_selector(text: &str) -> Result<Selector, String> {
    let mut words = Words::of(text)?;
    parse(&mut words).map_err(|why| format!("{why}; {EXAMPLE}"))
}

fn parse(words: &mut Words<'_>) -> Result<Selector, String> {
    let mut expressions = Vec::new();
    loop {
        expressions.push(expression(words)?);
        match words.next() {
            None => return Ok(expressions.into_iter().collect()),
            Some(",") => {}
            Some(word) => return Err(format!("'{word}' follows a complete requirement")),
        }
    }
}

fn expression(words: &mut Words<'_>) -> Result<Expression, String> {
    if words.skip("!") {
        return Ok(Expression::DoesNotExist(key(words)?));
    }
    let key = key(words)?;
    match words.peek() {
        None | Some(",") => Ok(Expression::Exists(key)),
        Some("=" | "==") => {
            words.next();
            Ok(Expression::Equal(key, value(words)?))
        }
        Some("!=") => {
            words.next();
            Ok(Expression::NotEqual(key, value(words)?))
        }
        Some("in") => {
            words.next();
            Ok(Expression::In(key, values(words)?))
        }
        Some("notin") => {
            words.next();
            Ok(Expression::NotIn(key, values(words)?))
        }
        Some(word) => Err(format!("'{word}' follows the key '{key}' and is no operator")),
    }
}

fn key(words: &mut Words<'_>) -> Result<String, String> {
    let key = words.next().unwrap_or_default();
    let prefix = key.split_once('/').map_or(0, |(prefix, _)| prefix.len());
    if prefix > LONGEST_PREFIX || !fits(key, KEY) {
        return Err(format!("'{key}' is no label key"));
    }
    Ok(key.to_owned())
}

/// The value at the front; none is the empty value.
fn value(words: &mut Words<'_>) -> Result<String, String> {
    let value = match words.peek() {
        None | Some("," | ")") => "",
        Some(_) => words.next().unwrap_or_default(),
    };
    if fits(value, VALUE) {
        Ok(value.to_owned())
    } else {
        Err(format!("'{value}' is no label value"))
    }
}

fn values(words: &mut Words<'_>) -> Result<BTreeSet<String>, String> {
    if !words.skip("(") {
        return Err("in and notin need a list in parentheses".to_owned());
    }
    if words.peek() == Some(")") {
        return Err("a list of values is empty".to_owned());
    }
    let mut values = BTreeSet::new();
    loop {
        values.insert(value(words)?);
        match words.next() {
            Some(")") => return Ok(values),
            Some(",") => {}
            Some(word) => return Err(format!("'{word}' is in a list of values")),
            None => return Err("a list of values is not closed".to_owned()),
        }
    }
}

/// The words and signs of a selector.
struct Words<'a>(std::iter::Peekable<std::vec::IntoIter<&'a str>>);

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err(format!("it is empty; {EXAMPLE}"));
        }
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (word, after) = rest.split_at(length_of_first(rest));
            words.push(word);
            rest = after.trim_start();
        }
        Ok(Self(words.into_iter().peekable()))
    }

    fn peek(&mut self) -> Option<&'a str> {
        self.0.peek().copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    fn skip(&mut self, word: &str) -> bool {
        self.0.next_if(|next| *next == word).is_some()
    }
}

/// The bytes of the sign or word at the front of a text that is not empty.
fn length_of_first(text: &str) -> usize {
    if let Some(sign) =
        ["==", "!=", "=", "!", ",", "(", ")"].iter().find(|sign| text.starts_with(**sign))
    {
        return sign.len();
    }
    text.find(|c: char| c.is_whitespace() || "=!,()".contains(c)).unwrap_or(text.len())
}
