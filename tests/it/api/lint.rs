//! Kubernetes API conventions, checked on the generated schema (after kube-api-linter's rules).

use serde_json::Value;
use spot_training_operator::api::v1alpha1::SpotTrainingJobStatus;
use spot_training_operator::api::v1alpha1::definition::definition;
use spot_training_operator::api::validation::schema;

/// The boolean that is Kubernetes' standard, as in `batch/Job`; those of the template are SageMaker's.
const BOOLEANS: [&str; 1] = [".spec.suspend"];

/// Fields of the spec that may be edited; everything else is immutable by rule.
const MUTABLE: [&str; 8] = [
    "ttlSecondsAfterFinished",
    "capacity",
    "suspend",
    "deletionPolicy",
    "backoffLimit",
    "failurePolicy",
    "activeDeadlineSeconds",
    "maxTrainingSeconds",
];

/// Fields that Kubernetes' own types bring along.
const BORROWED: &str = ".status.conditions.items.";

/// Calls `visit` with every schema below `node` and its path.
fn walk(path: &str, node: &Value, visit: &mut dyn FnMut(&str, &Value)) {
    visit(path, node);
    for (name, property) in node["properties"].as_object().into_iter().flatten() {
        walk(&format!("{path}.{name}"), property, visit);
    }
    for nested in ["items", "additionalProperties"] {
        if node[nested].is_object() {
            walk(&format!("{path}.{nested}"), &node[nested], visit);
        }
    }
}

fn lint(rule: fn(&str, &Value) -> Option<&'static str>) {
    let mut wrong = Vec::new();
    let mut seen = 0;
    walk("", schema().unwrap(), &mut |path, node| {
        seen += 1;
        if let Some(problem) = rule(path, node) {
            wrong.push(format!("{path}: {problem}"));
        }
    });
    assert!(seen > 100, "the test has read too little");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn has(node: &Value, key: &str) -> bool {
    node.get(key).is_some()
}

#[test]
fn everything_is_bounded() {
    lint(|path, node| match node["type"].as_str()? {
        _ if path.starts_with(BORROWED) => None,
        "string" if !(has(node, "maxLength") || has(node, "enum") || has(node, "format")) => {
            Some("a string needs maxLength, enum or format")
        }
        "array" if !has(node, "maxItems") => Some("an array needs maxItems"),
        "array" if !has(node, "x-kubernetes-list-type") => Some("an array needs a list type"),
        "object" if has(node, "additionalProperties") && !has(node, "maxProperties") => {
            Some("a map needs maxProperties")
        }
        _ => None,
    });
}

#[test]
fn numbers_are_int32_or_int64() {
    lint(|_, node| match node["type"].as_str()? {
        "number" => Some("the API has no floats"),
        "integer" if !matches!(node["format"].as_str(), Some("int32" | "int64")) => {
            Some("an integer is int32 or int64")
        }
        _ => None,
    });
}

#[test]
fn nothing_is_nullable_or_defaulted_and_everything_is_described() {
    lint(|path, node| {
        // A null in a map is refused by name; else the apiserver would drop it.
        let in_a_map = path.ends_with(".additionalProperties");
        if has(node, "nullable") != in_a_map {
            Some("an absent field is absent, not null")
        } else if has(node, "default") {
            Some("defaults in objects make GitOps diffs")
        } else if !has(node, "description") && path.contains('.') && !is_inner(path) {
            Some("every field is described")
        } else {
            None
        }
    });
}

fn is_inner(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    matches!(last, "items" | "additionalProperties")
}

#[test]
fn booleans_are_the_listed_ones() {
    lint(|path, node| {
        let listed = BOOLEANS.contains(&path) || path.starts_with(".spec.template.");
        (node["type"] == "boolean" && !listed).then_some("prefer an enum")
    });
}

#[test]
fn rules_say_what_to_do() {
    let mut rules = 0;
    walk("", schema().unwrap(), &mut |path, node| {
        for rule in node["x-kubernetes-validations"].as_array().into_iter().flatten() {
            rules += 1;
            let message = rule["message"].as_str().or_else(|| rule["messageExpression"].as_str());
            assert!(message.is_some_and(|text| text.len() > 20), "{path}: {rule}");
            let at_object = node["type"] == "object" && has(node, "properties");
            let names_field = rule["fieldPath"].is_string() || path == ".spec.template";
            assert!(
                !at_object || names_field,
                "{path}: a rule at an object needs fieldPath: {rule}"
            );
        }
    });
    assert!(rules >= 10, "{rules} rules");
}

#[test]
fn every_spec_field_is_mutable_by_list_or_immutable_by_rule() {
    let schema = schema().unwrap();
    let spec = &schema["properties"]["spec"];
    let rules = serde_json::to_string(&spec["x-kubernetes-validations"]).unwrap();
    for name in spec["properties"].as_object().unwrap().keys() {
        let own = serde_json::to_string(&spec["properties"][name]["x-kubernetes-validations"]);
        let immutable = rules.contains(&format!("self.{name} == oldSelf.{name}"))
            || own.unwrap().contains("self == oldSelf");
        assert!(immutable != MUTABLE.contains(&name.as_str()), "spec.{name}");
    }
}

/// Parts of the status in which fields are required, and why.
const REQUIRED: [(&str, &str); 6] = [
    (".status.attempts.items", "an attempt is written whole, when its request is sent"),
    (".status.blockers.items", "a refusal is of one call, and has a reason"),
    (".status.checkpoint", "it is a place"),
    (".status.conditions.items", "the type is Kubernetes' own"),
    (".status.finalMetrics.items", "a metric is a name and a value"),
    (".status.modelArtifacts", "it is a place"),
];

#[test]
fn fields_of_the_status_are_optional_but_for_the_listed_ones() {
    let mut required = Vec::new();
    walk(".status", &schema().unwrap()["properties"]["status"], &mut |path, node| {
        if has(node, "required") {
            required.push(path.to_owned());
        }
    });
    required.sort();
    assert_eq!(required, REQUIRED.map(|(path, _)| path));
}

#[test]
fn the_status_begins_with_what_programs_read() {
    let condition = serde_json::json!({
        "type": "Ready", "status": "True", "reason": "Done", "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    });
    let status = serde_json::json!({
        "state": "Completed", "accountId": "123456789012", "observedGeneration": 1,
        "conditions": [condition],
    });
    let status: SpotTrainingJobStatus = serde_json::from_value(status).unwrap();
    let status = serde_json::to_value(status).unwrap();
    let names: Vec<_> = status.as_object().unwrap().keys().take(2).collect();
    assert_eq!(names, ["conditions", "observedGeneration"]);
}

#[test]
fn descriptions_do_not_begin_with_names_of_the_source() {
    lint(|path, node| {
        let description = node["description"].as_str()?;
        let first = description.split([' ', '.', ',', ':']).next()?;
        let is_own = !path.starts_with(BORROWED);
        let is_name = path.ends_with(&format!(".{first}"))
            || first.contains('_')
            || first.starts_with("SpotTrainingJob");
        (is_own && is_name).then_some("a description says what the field is, not its name")
    });
}

#[test]
fn conditions_are_a_map() {
    let schema = schema().unwrap();
    let status = &schema["properties"]["status"];
    let conditions = &status["properties"]["conditions"];
    assert_eq!(conditions["x-kubernetes-list-type"], "map");
    assert_eq!(conditions["x-kubernetes-list-map-keys"], serde_json::json!(["type"]));
    assert!(!has(&status["properties"], "phase"), "conditions are for programs");
}

/// What client-side apply can keep in an annotation, in bytes.
const ANNOTATION: usize = 262_144;

#[test]
fn the_definition_fits_well_into_an_annotation() {
    let size = definition().unwrap().to_string().len();
    println!("{size} bytes of {ANNOTATION}");
    assert!(
        size < ANNOTATION / 2,
        "{size} bytes: client-side apply keeps all of it in an annotation"
    );
}
