//! The `CustomResourceDefinition`, as `kubectl apply` and the chart get it.

use kube::CustomResourceExt;
use serde_json::{Value, json};

use super::SpotTrainingJob;

/// The definition, generated from the types of this module.
///
/// # Errors
/// Never in practice: the definition is plain data.
pub fn definition() -> Result<Value, serde_json::Error> {
    let mut definition = serde_json::to_value(SpotTrainingJob::crd())?;
    normalize(&mut definition);
    refuse_owned(&mut definition);
    Ok(definition)
}

/// Members of the request that are the operator's: declared only to be refused with the remedy, for
/// people paste real requests.
pub(crate) const OWNED: [(&str, &str, &str); 2] = [
    (
        "enableManagedSpotTraining",
        "boolean",
        "spot is spec.capacity.type: remove enableManagedSpotTraining, and for false set spec.capacity.type to OnDemand",
    ),
    (
        "trainingJobName",
        "string",
        "the operator names the training job after the object: remove trainingJobName",
    ),
];

/// Declares the members that are refused.
fn refuse_owned(definition: &mut Value) {
    let spec = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";
    let template = definition.pointer_mut(&format!("{spec}/properties/template/properties"));
    let Some(template) = template.and_then(Value::as_object_mut) else { return };
    for (name, kind, remedy) in OWNED {
        let mut schema = json!({
            "type": kind,
            "description": "Refused: set by the operator.",
            "x-kubernetes-validations":
                [{ "rule": "false", "message": remedy, "reason": "FieldValueForbidden" }],
        });
        if kind == "string" {
            json_patch::merge(&mut schema, &json!({ "maxLength": 63 }));
        }
        template.insert(name.to_owned(), schema);
    }
}

/// What derives cannot be told: an absent field is absent and not null (a null would be one more
/// value that every reader must think of), whole numbers are written as such, and descriptions
/// have no line breaks of the source. Values of maps may be null, for a rule to refuse them by name.
fn normalize(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace('\n', " ").replace('`', "");
            }
            for (name, member) in members {
                let schema = member.as_object_mut().filter(|_| name != "additionalProperties");
                schema.map(|schema| schema.remove("nullable"));
                normalize(member);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(normalize),
        Value::Number(number) => {
            // Bounds are integers far below 2^53, so the conversion is exact.
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole")]
            if let Some(float) = number.as_f64().filter(|float| float.fract() == 0.0) {
                *number = (float as i64).into();
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
