//! Names of members as other tools write them: `roleARN`, `RoleArn`, `role_arn`.

use serde_json::Value;

/// The member of `schema` that `name` means, and its schema, if it has one that differs in capitals and dashes only.
pub(crate) fn member<'a>(name: &str, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
    let mut members = schema["properties"].as_object()?.iter();
    members
        .find(|(member, _)| is_same(member, name))
        .map(|(member, schema)| (member.as_str(), schema))
}

/// Whether two names differ in capitals and dashes only.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> String {
        let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-'));
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}

/// What to write in place of a member that `schema` lacks; empty where nothing is like it.
pub(super) fn remedy(name: &str, schema: &Value) -> String {
    if let Some((member, _)) = member(name, schema) {
        return format!(": write {member}");
    }
    let template = schema.pointer("/properties/template").unwrap_or(&Value::Null);
    let member = member(name, template);
    member.map_or_else(String::new, |(member, _)| format!(": write it as template.{member}"))
}
