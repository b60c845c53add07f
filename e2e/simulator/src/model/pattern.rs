//! The service model's patterns (Java's dialect) as Rust regular expressions.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// A pattern of the model with its compiled form.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern {
    /// As the model and AWS's error texts spell it.
    pub(super) source: String,
    regex: Regex,
}

/// Beyond this a counted repetition makes a huge automaton. The length bound that stands beside
/// each such pattern limits it just as well.
const LARGEST_REPEAT: &str = "{1,2048}";

/// Large enough for the counted repetitions that stay.
const SIZE_LIMIT_BYTES: usize = 16 << 20;

impl Pattern {
    /// True if the whole text matches, as Java's `matches` means it.
    pub(super) fn accepts(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// What `.` matches in Java: anything but a line terminator, of which Rust knows only `\n`
/// [D: `java.util.regex.Pattern`, "Line terminators"].
const NO_LINE_TERMINATOR: &str = r"[^\n\r\u{85}\u{2028}\u{2029}]";

/// The pattern with every `.` that stands for any character spelled out; a dot in a class or after
/// a backslash is a dot.
fn dots(pattern: &str) -> String {
    let (mut class, mut escaped) = (false, false);
    let mut spelled = String::with_capacity(pattern.len());
    for letter in pattern.chars() {
        if letter == '.' && !class && !escaped {
            spelled.push_str(NO_LINE_TERMINATOR);
        } else {
            spelled.push(letter);
        }
        match letter {
            '[' if !escaped => class = true,
            ']' if !escaped => class = false,
            _ => {}
        }
        escaped = letter == '\\' && !escaped;
    }
    spelled
}

impl TryFrom<String> for Pattern {
    type Error = regex::Error;

    fn try_from(source: String) -> Result<Self, Self::Error> {
        let translated = dots(&source)
            .replace(r"\p{Alnum}", "[:alnum:]")
            // A look-behind can't be said; it forbids a trailing `-` in algorithm names only.
            .replace("(?<!-)", "")
            .replace(LARGEST_REPEAT, "+")
            // Java's classes are ASCII.
            .replace(r"\d", "[0-9]")
            .replace(r"\w", "[0-9A-Za-z_]");
        let regex = RegexBuilder::new(&format!("^(?:{translated})$"))
            .size_limit(SIZE_LIMIT_BYTES)
            .build()?;
        Ok(Self { source, regex })
    }
}
