//! `spec.template` against the service model: every member of `CreateTrainingJob`, with its bounds.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::{Map, Value};
use spot_training_operator::api::v1alpha1::schema::ONE_LINE;
use spot_training_operator::api::validation::template_schema;

use super::exceptions::EXCEPTIONS;

/// Enumerations with more values are instance types, of which there are new ones every month.
const LONG_ENUMERATION: usize = 100;

/// What the model says beside what the CRD says.
struct Comparison {
    shapes: Map<String, Value>,
    members: usize,
    differences: BTreeSet<String>,
}

#[test]
fn the_template_is_the_service_model_but_for_the_listed_exceptions() {
    let model: Value =
        serde_json::from_str(include_str!("../../../e2e/simulator/model/sagemaker.json")).unwrap();
    let template = template_schema().unwrap();
    let shapes = model["shapes"].as_object().unwrap().clone();
    let mut comparison = Comparison { shapes, members: 0, differences: BTreeSet::new() };
    comparison.structure(
        "template",
        &comparison.shapes["CreateTrainingJobRequest"].clone(),
        template,
    );
    let Comparison { members, differences, .. } = comparison;
    let excepted: BTreeSet<_> = EXCEPTIONS
        .iter()
        .flat_map(|(list, _)| list.lines().map(|line| line.trim().to_owned()))
        .collect();
    let unlisted: Vec<_> = differences.difference(&excepted).collect();
    let outdated: Vec<_> = excepted.difference(&differences).collect();
    println!("{members} members of the model, {} differences listed", excepted.len());
    assert!(unlisted.is_empty(), "not in the list of exceptions: {unlisted:#?}");
    assert!(outdated.is_empty(), "no difference any longer: {outdated:#?}");
    assert!(members > 130, "the test has read too little: {members}");
}

impl Comparison {
    fn differs(&mut self, path: &str, what: impl Display) {
        self.differences.insert(format!("{path}: {what}"));
    }

    fn structure(&mut self, path: &str, shape: &Value, ours: &Value) {
        let members = shape["members"].as_object().unwrap();
        let mut extra: BTreeSet<_> = ours["properties"].as_object().unwrap().keys().collect();
        let is_in = |list: &Value, name: &str| {
            list.as_array().into_iter().flatten().any(|entry| entry == name)
        };
        for (name, target) in members {
            self.members += 1;
            let own = lower(name);
            let path = format!("{path}.{own}");
            extra.remove(&own);
            match ours["properties"].get(&own) {
                Some(node) => self.shape(&path, target.as_str().unwrap(), node),
                None => self.differs(&path, "missing"),
            }
            let required = is_in(&shape["required"], name);
            if required != is_in(&ours["required"], &own) {
                self.differs(&path, if required { "not required" } else { "required" });
            }
        }
        for name in extra {
            self.differs(&format!("{path}.{name}"), "extra");
        }
    }

    fn shape(&mut self, path: &str, name: &str, ours: &Value) {
        let shape = self.shapes[name].clone();
        let kind = shape["type"].as_str().unwrap();
        let expected = match kind {
            "structure" | "map" => ("object", Value::Null),
            "list" => ("array", Value::Null),
            "integer" => ("integer", "int32".into()),
            "long" => ("integer", "int64".into()),
            other => (other, Value::Null),
        };
        if ours["type"] != expected.0 || ours["format"] != expected.1 {
            return self.differs(path, format!("{} {}, not {kind}", ours["type"], ours["format"]));
        }
        self.stricter(path, ours);
        match kind {
            "structure" => self.structure(path, &shape, ours),
            "list" => {
                self.bounds(path, &shape, ours, ["minItems", "maxItems"]);
                self.shape(&format!("{path}[]"), shape["member"].as_str().unwrap(), &ours["items"]);
            }
            "map" => {
                self.bounds(path, &shape, ours, ["minProperties", "maxProperties"]);
                let values = &ours["additionalProperties"];
                self.keys(path, shape["key"].as_str().unwrap(), ours);
                self.shape(&format!("{path}{{}}"), shape["value"].as_str().unwrap(), values);
            }
            "string" => self.text(path, &shape, ours),
            "integer" | "long" => self.bounds(path, &shape, ours, ["minimum", "maximum"]),
            _ => {}
        }
    }

    fn text(&mut self, path: &str, shape: &Value, ours: &Value) {
        let values = shape["enum"].as_array().cloned().unwrap_or_default();
        if values.len() > LONG_ENUMERATION {
            let pattern = pattern(ours)
                .and_then(|pattern| regex::Regex::new(&format!("^(?:{pattern})$")).ok());
            let fits = |value: &Value| {
                pattern.as_ref().is_some_and(|pattern| pattern.is_match(value.as_str().unwrap()))
            };
            if let Some(value) = values.iter().find(|value| !fits(value)) {
                self.differs(path, format!("refuses {value}"));
            }
            return;
        }
        let sorted = |values: &Value| -> BTreeSet<String> {
            values.as_array().into_iter().flatten().map(Value::to_string).collect()
        };
        if sorted(&shape["enum"]) != sorted(&ours["enum"]) {
            self.differs(path, format!("enum {}, in the model {}", ours["enum"], shape["enum"]));
        }
        if values.is_empty() {
            let (given, wanted) = (pattern(ours), translated(&shape["pattern"]));
            let mut ours = ours.clone();
            if let Some(least) = least(&ours) {
                ours["minLength"] = least.into();
            } else if given.as_deref().is_some_and(refuses_nothing) {
                // As the same pattern does in the model, whatever its bound.
                ours["minLength"] = shape["min"].clone();
            }
            self.bounds(path, shape, &ours, ["minLength", "maxLength"]);
            if given != wanted {
                let word = |pattern: Option<String>| pattern.unwrap_or_else(|| "none".to_owned());
                self.differs(
                    path,
                    format!("pattern {}, in the model {}", word(given), word(wanted)),
                );
            }
        }
    }

    /// What the model has no word for: items that differ by a key, and rules of a text beside its pattern.
    fn stricter(&mut self, path: &str, ours: &Value) {
        if ours["x-kubernetes-list-type"] == "map" {
            let keys = &ours["x-kubernetes-list-map-keys"];
            self.differs(path, format!("one item for each of {keys}"));
        }
        let rules = ours["x-kubernetes-validations"].as_array().into_iter().flatten();
        let rules = rules.filter_map(|rule| rule["rule"].as_str());
        for rule in rules.filter(|rule| ours["type"] == "string" && whole(rule).is_none()) {
            self.differs(path, format!("rule {rule}"));
        }
    }

    fn bounds(&mut self, path: &str, shape: &Value, ours: &Value, names: [&str; 2]) {
        for (name, model) in names.into_iter().zip(["min", "max"]) {
            let (given, wanted) = (&ours[name], &shape[model]);
            let absent_is_zero =
                model == "min" && given.is_null() && *wanted == 0 && name != "minimum";
            if given != wanted && !absent_is_zero {
                self.differs(path, format!("{name} {given}, in the model {wanted}"));
            }
        }
    }

    /// Keys have no schema: a rule of the map says what the model says of them.
    fn keys(&mut self, path: &str, name: &str, ours: &Value) {
        let shape = self.shapes[name].clone();
        let rules = ours["x-kubernetes-validations"].to_string();
        let mut wanted = vec![format!("key.size() <= {}", shape["max"])];
        if shape["min"] != 0 {
            wanted.push(format!("key.size() >= {}", shape["min"]));
        }
        if let Some(pattern) = translated(&shape["pattern"]) {
            wanted.push(format!("key.matches(r'^(?:{pattern})$')").replace('\\', r"\\"));
        }
        for rule in wanted {
            if !rules.contains(&rule) {
                self.differs(path, format!("no rule {rule}"));
            }
        }
    }
}

/// A member's name in the CRD.
fn lower(name: &str) -> String {
    name[..1].to_lowercase() + &name[1..]
}

/// The pattern that a rule checks as a whole.
fn pattern(schema: &Value) -> Option<String> {
    let rules = schema["x-kubernetes-validations"].as_array().into_iter().flatten();
    let mut expressions = rules.filter_map(|rule| rule["rule"].as_str());
    expressions.find_map(whole).map(str::to_owned)
}

/// The pattern of a rule that is nothing else.
fn whole(rule: &str) -> Option<&str> {
    let (_, pattern) = rule.split_once("self.matches(r'^(?:")?;
    pattern.strip_suffix(")$')")
}

/// The length that a pattern's rule asks for.
fn least(schema: &Value) -> Option<u64> {
    let rules = schema["x-kubernetes-validations"].to_string();
    let (_, number) = rules.split_once("self.size() >= ")?;
    number.split(' ').next()?.parse().ok()
}

/// Whether a pattern refuses a text of no characters.
fn refuses_nothing(pattern: &str) -> bool {
    !regex::Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match("")
}

/// The model's pattern as the CRD says it; Java's `.` matches no line terminator.
fn translated(pattern: &Value) -> Option<String> {
    match pattern.as_str()? {
        r"[\S\s]*" => None,
        ".*" | ".+" => Some(ONE_LINE.to_owned()),
        other => Some(other.to_owned()),
    }
}
