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

/// What to write in place of a member that `schema` lacks: a name that is like it there, else the only
/// place of the spec that has one; empty where nothing is like it.
pub(super) fn remedy(name: &str, schema: &Value) -> String {
    if let Some((member, _)) = member(name, schema) {
        return format!(": write {member}");
    }
    let spec = super::schema().ok().and_then(|schema| schema.pointer("/properties/spec"));
    let mut places = Vec::new();
    if let Some(spec) = spec {
        find(name, spec, "spec", &mut places);
    }
    match places.as_slice() {
        [place] => format!(": write it as {place}"),
        _ => String::new(),
    }
}

/// The places of members that `name` means.
fn find(name: &str, schema: &Value, path: &str, places: &mut Vec<String>) {
    for (member, of_member) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{member}");
        if is_same(member, name) {
            places.push(path.clone());
        }
        find(name, of_member, &path, places);
    }
}
