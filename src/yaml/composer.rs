//! From the events of a YAML text to values, as kubectl's reader composes them.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Value};

use super::scalar::{key, resolved};

/// Longest nesting.
const DEEPEST: usize = 100;

/// Most values of a text, with those that aliases repeat.
const MOST_VALUES: usize = 2_000_000;

/// The documents of a text, with numbers as the texts that stand for them where that is asked for.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn documents(text: &str, as_written: bool) -> Result<Vec<Value>, String> {
    let events = Parser::new_from_str(text);
    let events = events.map(|event| {
        let event = event.map_err(|error| error.to_string());
        event.map(|(event, span)| (event, span.start.line()))
    });
    let is_data = |event: &Placed<'_>| !matches!(event, Ok((Event::Comment(..), _)));
    let events = events.filter(is_data);
    let mut composer = Composer { events, line: 1, as_written, anchors: HashMap::new(), values: 0 };
    let mut documents = Vec::new();
    while let Some(event) = composer.events.next() {
        if matches!(event?, (Event::DocumentStart(..), _)) {
            composer.anchors.clear();
            let first = composer.event()?;
            documents.push(composer.value(first, 0)?);
        }
    }
    Ok(documents)
}

/// An event and its line, or what is wrong with the text.
type Placed<'t> = Result<(Event<'t>, usize), String>;

struct Composer<I> {
    events: I,
    /// Where the newest event begins.
    line: usize,
    as_written: bool,
    /// Values that aliases repeat, and how many values each has in it.
    anchors: HashMap<usize, (Value, usize)>,
    values: usize,
}

impl<'t, I: Iterator<Item = Placed<'t>>> Composer<I> {
    fn event(&mut self) -> Result<Event<'t>, String> {
        let next = self.events.next();
        let (event, line) =
            next.unwrap_or_else(|| Err(at(self.line, "the text ends too early")))?;
        self.line = line;
        Ok(event)
    }

    fn count(&mut self, values: usize) -> Result<(), String> {
        self.values = self.values.saturating_add(values);
        if self.values > MOST_VALUES {
            let text = format!("more than {MOST_VALUES} values: aliases repeat too much");
            return Err(at(self.line, &text));
        }
        Ok(())
    }

    /// The value that begins with `first`.
    #[expect(clippy::wildcard_enum_match_arm, reason = "of the parser's events few begin a value")]
    fn value(&mut self, first: Event<'t>, depth: usize) -> Result<Value, String> {
        if depth > DEEPEST {
            return Err(at(self.line, &format!("more than {DEEPEST} levels")));
        }
        self.count(1)?;
        let before = self.values;
        let (value, anchor) = match first {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref());
                let value = value.map_err(|why| at(self.line, &why))?;
                (if self.as_written && value.is_number() { text.into() } else { value }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => (self.list(depth)?, anchor),
            Event::MappingStart(_, anchor, _) => (self.map(depth)?, anchor),
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).cloned();
                let (value, values) =
                    known.ok_or_else(|| at(self.line, "an alias within its own anchor"))?;
                self.count(values)?;
                return Ok(value);
            }
            other => return Err(at(self.line, &format!("unexpected {other:?}"))),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), self.values - before));
        }
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            let first = self.event()?;
            if matches!(first, Event::SequenceEnd) {
                return Ok(Value::Array(items));
            }
            items.push(self.value(first, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, String> {
        let mut members = Map::new();
        let mut own = Map::new();
        loop {
            let first = self.event()?;
            if matches!(first, Event::MappingEnd) {
                return Ok(Value::Object(members));
            }
            let merges =
                matches!(&first, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let line = self.line;
            let name = self.value(first, depth + 1)?;
            let first = self.event()?;
            let value = self.value(first, depth + 1)?;
            if merges {
                merge(&mut members, value).map_err(|why| at(line, &why))?;
                continue;
            }
            let name = key(&name).ok_or_else(|| at(line, &format!("{name} can't be a key")))?;
            if own.insert(name.clone(), Value::Null).is_some() {
                return Err(at(line, &format!("the key {name} is given twice")));
            }
            members.insert(name, value);
        }
    }
}

/// What is wrong, and where, as the parser says it of its own.
fn at(line: usize, text: &str) -> String {
    format!("{text} at line {line}")
}

/// Adds what `<<` refers to: a map, or maps, of which the first goes before the others.
fn merge(members: &mut Map<String, Value>, value: Value) -> Result<(), String> {
    let maps = match value {
        Value::Array(items) => items,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            vec![value]
        }
    };
    for map in maps.into_iter().rev() {
        let Value::Object(map) = map else {
            return Err("<< takes a map, or a list of maps".to_owned());
        };
        members.extend(map);
    }
    Ok(())
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let tag = tag.map(ToString::to_string).unwrap_or_default();
    let kind = tag.rsplit([':', '!']).next().unwrap_or_default();
    match kind {
        "binary" => {
            let code: String = text.split_whitespace().collect();
            let bytes = data_encoding::BASE64.decode(code.as_bytes());
            let text = bytes.map(String::from_utf8).map_err(|error| error.to_string())?;
            text.map(Value::String).map_err(|error| error.to_string())
        }
        "int" | "float" | "bool" | "null" => Ok(resolved(text)),
        "" if style == ScalarStyle::Plain => Ok(resolved(text)),
        // In quotes, or with any other tag.
        _ => Ok(text.into()),
    }
}
