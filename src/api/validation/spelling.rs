//! Names of members as other tools write them: `roleARN`, `RoleArn`, `role_arn`.

use serde_json::Value;

use crate::api::v1alpha1::definition::OWNED;

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

/// Members of other tools that this operator can't have, and why.
const EXCLUDED: [(&str, &str); 1] = [(
    "serverlessJobConfig",
    "serverless jobs can't be spot and are not supported: say the instances in resourceConfig",
)];

/// What to do about a member that is the operator's, or that it can't have.
pub(crate) fn excluded(name: &str) -> Option<&'static str> {
    let owned = OWNED.iter().map(|(owned, _, remedy)| (*owned, *remedy));
    let mut all = owned.chain(EXCLUDED);
    all.find(|(excluded, _)| is_same(excluded, name)).map(|(_, remedy)| remedy)
}

/// What to write in place of a member that `schema`, which is at `path`, lacks: a name that is like it
/// there, else the only place below that has one, and of what is at the top of the spec or of the
/// template the only one of the spec; empty where nothing is like it.
pub(super) fn remedy(name: &str, schema: &Value, path: &str) -> String {
    if let Some(remedy) = excluded(name) {
        return format!(": {remedy}");
    }
    if let Some((member, _)) = member(name, schema) {
        return format!(": write {member}");
    }
    // Every list has keys and values.
    let place = |name, schema, path: &str| {
        place(name, schema, path)
            .filter(|place| !(matches!(name, "name" | "key" | "value") && place.contains("[]")))
    };
    let below = place(name, schema, path);
    let place = below.or_else(|| {
        let spec = super::schema().ok()?.pointer("/properties/spec")?;
        matches!(path, "spec" | "spec.template").then(|| place(name, spec, "spec"))?
    });
    place.map_or_else(String::new, |place| format!(": write it as {place}"))
}

/// The only place of a member that `name` means, the items of lists last.
fn place(name: &str, schema: &Value, path: &str) -> Option<String> {
    [false, true].into_iter().find_map(|in_lists| {
        let mut places = Vec::new();
        find(name, schema, path, in_lists, &mut places);
        places.pop().filter(|_| places.is_empty())
    })
}

/// The places of members that `name` means.
fn find(name: &str, schema: &Value, path: &str, in_lists: bool, places: &mut Vec<String>) {
    for (member, of_member) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{member}");
        if is_same(member, name) {
            places.push(path.clone());
        }
        find(name, of_member, &path, in_lists, places);
    }
    if in_lists && schema["items"].is_object() {
        find(name, &schema["items"], &format!("{path}[]"), in_lists, places);
    }
}
