//! Failure rules: what the spec says of particular failures. The first rule that matches is followed,
//! before the table of failure classes.

use regex::RegexBuilder;

use crate::domain::vocabulary::{FailureClass, RuleAction};

/// A compiled pattern takes at most this many bytes: patterns come from users.
const PATTERN_SIZE: usize = 64 << 10;

/// What the spec says of particular failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureRule {
    /// Its name in the spec.
    pub name: String,
    /// What follows.
    pub action: RuleAction,
    /// The classes of which it speaks; empty: of all.
    pub classes: Vec<FailureClass>,
    /// Regular expressions of which one has to be found in the failure's text; empty: any text.
    pub patterns: Vec<String>,
    /// The exit codes of which it speaks; `None`: of all, and of failures without one.
    pub exit_codes: Option<ExitCodes>,
}

/// A set of exit codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitCodes {
    /// Those that are listed.
    pub values: Vec<i32>,
    /// Whether all others are meant.
    pub others: bool,
}

/// A failure, as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// Its class.
    pub class: FailureClass,
    /// Its text.
    pub text: &'a str,
}

/// The first rule that matches.
#[must_use]
pub fn first_match<'r>(rules: &'r [FailureRule], failure: Failure<'_>) -> Option<&'r FailureRule> {
    rules.iter().find(|rule| rule.matches(failure))
}

/// Why a pattern can't be used, if it can't.
///
/// # Errors
/// In words that say what is wrong with it.
pub fn check_pattern(pattern: &str) -> Result<(), String> {
    compile(pattern).map(drop).map_err(|error| {
        if let regex::Error::CompiledTooBig(limit) = error {
            return format!("it takes more than {limit} bytes when compiled: write a shorter one");
        }
        // The last line says why; those before it show where.
        let text = error.to_string();
        let why = text.lines().last().unwrap_or_default();
        why.trim_start_matches("error: ").to_owned()
    })
}

fn compile(pattern: &str) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).dfa_size_limit(PATTERN_SIZE).build()
}

impl FailureRule {
    /// All that the rule says has to fit.
    fn matches(&self, failure: Failure<'_>) -> bool {
        let Failure { class, text } = failure;
        let is_found = |pattern: &String| compile(pattern).is_ok_and(|regex| regex.is_match(text));
        (self.classes.is_empty() || self.classes.contains(&class))
            && self.exit_codes.as_ref().is_none_or(|codes| codes.contain(exit_code(text)))
            && (self.patterns.is_empty() || self.patterns.iter().any(is_found))
    }
}

impl ExitCodes {
    /// A failure without an exit code is in no set.
    fn contain(&self, code: Option<i32>) -> bool {
        code.is_some_and(|code| self.values.contains(&code) != self.others)
    }
}

/// The exit code that a `FailureReason` names: `ExitCode 1`, `exit code: 1` (both observed; there is
/// no member for it in the API).
#[must_use]
pub fn exit_code(text: &str) -> Option<i32> {
    let lower = text.to_ascii_lowercase();
    ["exitcode", "exit code"].iter().find_map(|marker| {
        lower.match_indices(marker).find_map(|(at, marker)| {
            let rest = lower.get(at + marker.len()..)?.trim_start_matches([':', ' ', '"', '=']);
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        })
    })
}
