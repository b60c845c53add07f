//! JSON values as XML documents.

use serde_json::Value;

/// A document whose root has a namespace and this content.
pub(super) fn document(root: &str, namespace: &str, content: &Value) -> String {
    format!("<{root} xmlns=\"{namespace}\">{}</{root}>", inner(content))
}

/// An object's members as elements, anything else as text. STS has no lists.
fn inner(content: &Value) -> String {
    match content {
        Value::Object(members) => {
            let element =
                |(name, value): (&String, &Value)| format!("<{name}>{}</{name}>", inner(value));
            members.iter().map(element).collect()
        }
        Value::String(text) => escape(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            escape(&content.to_string())
        }
    }
}

/// Text in XML 1.0, where most control characters and two noncharacters can't be written at all.
fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let impossible = |letter: char| matches!(letter, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    // As it is, a line break is one of XML's own, which parsers may change.
    text.replace(impossible, "\u{fffd}").replace('\r', "&#13;")
}
