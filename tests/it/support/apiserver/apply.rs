//! Server-side apply, always forced: what a manager sends is set, what it sent before and sends no
//! more is removed unless another manager sent it too.

use serde_json::{Map, Value};

use super::schema::map_keys;

/// Applies `sent` to `live`. `before` is what the same manager sent last, `others` what others did.
pub(crate) fn apply(
    live: &mut Value,
    before: Option<&Value>,
    sent: &Value,
    others: &[&Value],
    schema: &Value,
) {
    match sent {
        Value::Object(members) => {
            if !live.is_object() {
                *live = Value::Object(Map::new());
            }
            let live = live.as_object_mut().unwrap();
            for (name, dropped) in members_of(before) {
                if !members.contains_key(name) {
                    withdraw(
                        live,
                        name,
                        dropped,
                        &inside(others, name),
                        member_schema(schema, name),
                    );
                }
            }
            for (name, member) in members {
                let schema = member_schema(schema, name);
                let before = before.and_then(|before| before.get(name));
                let live = live.entry(name.clone()).or_insert(Value::Null);
                apply(live, before, member, &inside(others, name), schema);
            }
        }
        Value::Array(items) => match map_keys(schema) {
            Some(keys) => apply_items(live, before, items, others, (&keys, &schema["items"])),
            None => *live = sent.clone(),
        },
        _ => *live = sent.clone(),
    }
}

/// A list whose items keys identify: each item is merged by itself, in the order sent.
fn apply_items(
    live: &mut Value,
    before: Option<&Value>,
    sent: &[Value],
    others: &[&Value],
    (keys, schema): (&[&str], &Value),
) {
    let same = |a: &Value, b: &Value| keys.iter().all(|key| a.get(key) == b.get(key));
    let find = |list: Option<&Value>, item: &Value| {
        list.and_then(Value::as_array)?.iter().find(|other| same(other, item)).cloned()
    };
    let is_sent = |item: &Value| sent.iter().any(|other| same(other, item));
    let is_kept = |item: &Value| {
        find(before, item).is_none() || others.iter().any(|other| find(Some(other), item).is_some())
    };
    let merged = |item: &Value| {
        let Some(mut merged) = find(Some(live), item) else { return item.clone() };
        let others: Vec<_> = others.iter().filter_map(|other| find(Some(other), item)).collect();
        let others: Vec<_> = others.iter().collect();
        apply(&mut merged, find(before, item).as_ref(), item, &others, schema);
        merged
    };
    // Items of others stay where they are among those that are sent, and before what is new.
    let mut old = live.as_array().into_iter().flatten().peekable();
    let mut new = Vec::new();
    for item in sent {
        let comes = old.clone().any(|other| same(other, item));
        while let Some(other) =
            old.next_if(|other| if comes { !same(other, item) } else { !is_sent(other) })
        {
            if !is_sent(other) && is_kept(other) {
                new.push(other.clone());
            }
        }
        old.next_if(|other| same(other, item));
        new.push(merged(item));
    }
    new.extend(old.filter(|other| !is_sent(other) && is_kept(other)).cloned());
    *live = Value::Array(new);
}

/// Removes what a manager no longer sends.
fn withdraw(
    live: &mut Map<String, Value>,
    name: &str,
    dropped: &Value,
    others: &[&Value],
    schema: &Value,
) {
    let Some(member) = live.get_mut(name) else { return };
    match (member, dropped) {
        (Value::Object(inner), Value::Object(dropped)) => {
            for (name, dropped) in dropped {
                withdraw(inner, name, dropped, &inside(others, name), member_schema(schema, name));
            }
            if inner.is_empty() && others.is_empty() {
                live.remove(name);
            }
        }
        (member @ Value::Array(_), _) if !others.is_empty() && map_keys(schema).is_some() => {
            apply(member, Some(dropped), &Value::Array(Vec::new()), others, schema);
        }
        _ if others.is_empty() => {
            live.remove(name);
        }
        _ => {}
    }
}

fn members_of(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn inside<'a>(values: &[&'a Value], name: &str) -> Vec<&'a Value> {
    values.iter().filter_map(|value| value.get(name)).collect()
}

fn member_schema<'a>(schema: &'a Value, name: &str) -> &'a Value {
    let member = schema.get("properties").and_then(|members| members.get(name));
    member.or_else(|| schema.get("additionalProperties")).unwrap_or(&Value::Null)
}
