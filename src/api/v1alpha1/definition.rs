//! The `CustomResourceDefinition`, as `kubectl apply` and the chart get it.

use kube::CustomResourceExt;
use serde_json::Value;

use super::SpotTrainingJob;

/// The definition, generated from the types of this module.
///
/// # Errors
/// Never in practice: the definition is plain data.
pub fn definition() -> Result<Value, serde_json::Error> {
    let mut definition = serde_json::to_value(SpotTrainingJob::crd())?;
    normalize(&mut definition);
    Ok(definition)
}

/// What derives cannot be told: an absent field is absent and not null (a null would be one more
/// value that every reader must think of), whole numbers are written as such, and descriptions
/// have no line breaks of the source.
fn normalize(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("nullable");
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace('\n', " ").replace('`', "");
            }
            members.values_mut().for_each(normalize);
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
