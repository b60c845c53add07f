//! What the apiserver drops of a manifest without a word, for clients that do not ask it to refuse
//! unknown fields, and of maps in any case.

use serde_json::Value;

use super::Problem;
use super::spelling::remedy;
use super::structure::{is_map, join, member_schema};

/// The first field that was dropped: one that the schema lacks, or a null in a map.
pub(super) fn lost(value: &Value, schema: &Value, path: &str) -> Option<Problem> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            let parent = path;
            let path = join(path, name);
            let Some(of_member) = member_schema(schema, name) else {
                let what = format!("unknown, and was dropped{}", remedy(name, schema, parent));
                return Some(Problem::new(&path, what));
            };
            if member.is_null() && is_map(schema) {
                let what = "null, and was dropped: give it a text in quotes, or remove it";
                return Some(Problem::new(&path, what));
            }
            lost(member, of_member, &path)
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| lost(item, &schema["items"], &format!("{path}[{index}]"))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
