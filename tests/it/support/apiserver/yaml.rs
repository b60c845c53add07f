//! An apply's body is YAML, also when it is JSON: what is text to JSON is not all text to YAML.

use super::refusal::Refusal;

/// The body as the apiserver's YAML reader (sigs.k8s.io/yaml, after go-yaml) reads it.
///
/// It refuses control characters and noncharacters. A line break within a double-quoted text becomes
/// a space, and to YAML 1.1 U+0085, U+2028 and U+2029 are line breaks.
pub(crate) fn read(body: &[u8]) -> Result<String, Refusal> {
    let text = str::from_utf8(body).map_err(|error| Refusal::bad_request(error.to_string()))?;
    if text.chars().any(|character| !is_printable(character)) {
        return Err(Refusal::bad_request(
            "error decoding YAML: yaml: control characters are not allowed",
        ));
    }
    Ok(text.replace(['\u{85}', '\u{2028}', '\u{2029}'], " "))
}

/// YAML 1.1, c-printable.
const fn is_printable(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}'
            | '\u{10000}'..='\u{10ffff}'
    )
}
