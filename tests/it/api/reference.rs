//! docs/api.md: every field of the definition, generated from it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::{Map, Value};
use spot_training_operator::api::validation::schema;

use super::docs::repository;
use crate::support::fixtures::golden;

/// SageMaker's documentation of a shape.
const SHAPES: &str = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_";

/// A structure of the definition: its path, its schema, and its name in SageMaker's model.
struct Structure<'a> {
    path: String,
    schema: &'a Value,
    shape: Option<&'a str>,
}

/// What the generated part is made from.
struct Reference<'a> {
    shapes: &'a Map<String, Value>,
    text: String,
}

#[test]
fn the_reference_is_the_definition() {
    let model: Value =
        serde_json::from_str(include_str!("../../../e2e/simulator/model/sagemaker.json")).unwrap();
    let mut reference =
        Reference { shapes: model["shapes"].as_object().unwrap(), text: String::new() };
    let schema = schema().unwrap();
    for part in ["spec", "status"] {
        let schema = &schema["properties"][part];
        reference.structure(&Structure { path: part.to_owned(), schema, shape: None });
    }
    let text = fs::read_to_string(repository("docs/api.md")).unwrap();
    let (prose, _) = text.split_once("<!-- generated -->\n\n").unwrap();
    golden::compare("docs/api.md", &format!("{prose}<!-- generated -->\n\n{}", reference.text));
}

impl<'a> Reference<'a> {
    fn structure(&mut self, structure: &Structure<'a>) {
        let Structure { path, schema, shape } = structure;
        let template = path.starts_with("spec.template");
        let level = if path.contains('.') { "###" } else { "##" };
        writeln!(self.text, "{level} {path}\n").unwrap();
        let sources = [
            shape.map(|shape| format!("SageMaker's [{shape}]({SHAPES}{shape}.html).")),
            template.then(|| "Immutable.".to_owned()),
            path.starts_with("status").then(|| "Written by the operator.".to_owned()),
        ];
        let sources: Vec<_> = sources.into_iter().flatten().collect();
        if !sources.is_empty() {
            writeln!(self.text, "{}\n", sources.join(" ")).unwrap();
        }
        let immutable = |name: &str| template || is_immutable(path, name, schema);
        self.text +=
            "| field | type | bounds | absent | edit | meaning |\n|---|---|---|---|---|---|\n";
        for (name, member) in schema["properties"].as_object().unwrap() {
            let is_required = array(&schema["required"]).any(|required| required == name.as_str());
            let edit = match (path.starts_with("status"), immutable(name)) {
                (true, _) => "",
                (false, true) => "no",
                (false, false) => "yes",
            };
            let (meaning, absent) = meaning(member);
            writeln!(
                self.text,
                "| `{name}` | {} | {} | {} | {edit} | {} |",
                kind(member),
                bounds(member).join("; ").replace('|', "\\|"),
                if is_required { "refused".to_owned() } else { absent },
                meaning.replace('|', "\\|"),
            )
            .unwrap();
        }
        self.text.push('\n');
        let rules: Vec<_> = messages(schema).collect();
        if !rules.is_empty() {
            self.text += "Rules:\n\n";
            for rule in rules {
                writeln!(self.text, "- {rule}").unwrap();
            }
            self.text.push('\n');
        }
        self.members(structure);
    }

    fn members(&mut self, structure: &Structure<'a>) {
        for (name, member) in structure.schema["properties"].as_object().unwrap() {
            let mut path = format!("{}.{name}", structure.path);
            let mut shape = match structure.shape {
                Some(shape) => self.member_shape(shape, name),
                None if path == "spec.template" => Some("CreateTrainingJobRequest"),
                None => None,
            };
            let mut schema = member;
            if member["type"] == "array" {
                path += "[]";
                schema = &member["items"];
                shape = shape.and_then(|shape| self.shapes[shape]["member"].as_str());
            }
            if schema["properties"].is_object() {
                let shape = shape.map(|shape| {
                    if shape == "CreateTrainingJobRequest" { "CreateTrainingJob" } else { shape }
                });
                self.structure(&Structure { path, schema, shape });
            }
        }
    }

    /// The shape of a member whose name differs from ours in its first letter.
    fn member_shape(&self, shape: &str, name: &str) -> Option<&'a str> {
        let shape = if shape == "CreateTrainingJob" { "CreateTrainingJobRequest" } else { shape };
        let members = self.shapes[shape]["members"].as_object()?;
        let is_it =
            |member: &str| member[1..] == name[1..] && member[..1].to_lowercase() == name[..1];
        members.iter().find(|(member, _)| is_it(member))?.1.as_str()
    }
}

/// Whether a rule of the definition forbids to change a member of the spec.
fn is_immutable(path: &str, name: &str, schema: &Value) -> bool {
    let own = array(&schema["properties"][name]["x-kubernetes-validations"]);
    let of_spec = array(&schema["x-kubernetes-validations"])
        .filter(|rule| rule["fieldPath"] == format!(".{name}"));
    path == "spec"
        && own.chain(of_spec).any(|rule| rule["rule"].as_str().unwrap().contains("oldSelf"))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The description, and what it says of absence apart.
fn meaning(member: &Value) -> (String, String) {
    let text = member["description"].as_str().unwrap_or_default().replace('\n', " ");
    let Some((before, after)) = text.split_once("Absent: ") else { return (text, String::new()) };
    let (absent, rest) = after.split_once(". ").unwrap_or((after, ""));
    (format!("{before}{rest}").trim_end().to_owned(), absent.trim_end_matches('.').to_owned())
}

fn kind(member: &Value) -> String {
    let values = &member["additionalProperties"];
    match member["type"].as_str().unwrap() {
        "array" => format!("list of {}", kind(&member["items"])),
        "object" if values.is_object() => format!("map to {}", kind(values)),
        "string" if member["format"] == "date-time" => "time".to_owned(),
        kind => kind.to_owned(),
    }
}

/// What the definition allows, and what it says where that is broken.
fn bounds(member: &Value) -> Vec<String> {
    let range = |least: &str, most: &str, unit: &str| {
        let bound = |name: &str| member[name].as_number().map(ToString::to_string);
        match (bound(least).filter(|least| least != "0" || unit.is_empty()), bound(most)) {
            (None, None) => None,
            (Some(least), None) => Some(format!("at least {least}{unit}")),
            (None, Some(most)) => Some(format!("at most {most}{unit}")),
            (Some(least), Some(most)) if least == most => Some(format!("{least}{unit}")),
            (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        }
    };
    let words: Vec<_> = array(&member["enum"]).filter_map(Value::as_str).collect();
    let own = [
        Some(words.join(", ")).filter(|words| !words.is_empty()),
        range("minLength", "maxLength", " characters"),
        range("minimum", "maximum", ""),
        range("minItems", "maxItems", " items"),
        range("minProperties", "maxProperties", " entries"),
    ];
    let is_structure = member["properties"].is_object();
    let rules = messages(member).filter(|_| !is_structure);
    let inner = [&member["items"], &member["additionalProperties"]];
    let inner =
        inner.into_iter().filter(|inner| inner.is_object() && !inner["properties"].is_object());
    let inner = inner.map(bounds).filter(|inner| !inner.is_empty());
    let inner = inner.map(|inner| format!("each {}", inner.join(", ")));
    own.into_iter().flatten().chain(rules).chain(inner).collect()
}

/// What the rules of a schema say, without those against changes.
fn messages(schema: &Value) -> impl Iterator<Item = String> {
    let mut said = BTreeMap::new();
    array(&schema["x-kubernetes-validations"]).enumerate().filter_map(move |(number, rule)| {
        let text = rule["message"].as_str().map(str::to_owned);
        // The words of an expression that names the key.
        let text = text.or_else(|| {
            let expression = rule["messageExpression"].as_str()?;
            expression
                .rsplit('\'')
                .nth(1)
                .map(|text| text.trim_start_matches([':', ' ']).to_owned())
        })?;
        let is_change = rule["rule"].as_str().unwrap().contains("oldSelf");
        let is_new = said.insert(text.clone(), number).is_none();
        let field = rule["fieldPath"]
            .as_str()
            .map_or_else(String::new, |path| format!("`{}`: ", path.trim_start_matches('.')));
        (!is_change && is_new).then(|| format!("{field}{text}"))
    })
}
