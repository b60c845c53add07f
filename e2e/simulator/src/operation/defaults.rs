//! What SageMaker fills into a request before Describe shows it.

use serde_json::{Map, Value, json};

use crate::model::Model;
use crate::moment::DAY_SECONDS;

/// The request as Describe returns it: with defaults, without what it never shows (the tags).
pub(super) fn fill(request: &Value) -> Map<String, Value> {
    let mut echo = request.as_object().cloned().unwrap_or_default();
    let model = Model::embedded();
    echo.retain(|name, value| model.returns("DescribeTrainingJob", name) && !value.is_null());
    // [R]
    for flag in [
        "EnableNetworkIsolation",
        "EnableInterContainerTrafficEncryption",
        "EnableManagedSpotTraining",
    ] {
        default(&mut echo, flag, json!(false));
    }
    within(&mut echo, "OutputDataConfig", &[("KmsKeyId", json!(""))]);
    // [M] defaults named by the members' descriptions.
    default(&mut echo, "StoppingCondition", json!({}));
    within(&mut echo, "StoppingCondition", &[("MaxRuntimeInSeconds", json!(DAY_SECONDS))]);
    within(&mut echo, "CheckpointConfig", &[("LocalPath", json!("/opt/ml/checkpoints"))]);
    // [?]
    let series = [("EnableSageMakerMetricsTimeSeries", json!(false))];
    within(&mut echo, "AlgorithmSpecification", &series);
    let channels = echo.get_mut("InputDataConfig").and_then(Value::as_array_mut);
    for channel in channels.into_iter().flatten().filter_map(Value::as_object_mut) {
        // [R]
        default(channel, "CompressionType", json!("None"));
        default(channel, "RecordWrapperType", json!("None"));
        if let Some(source) = channel.get_mut("DataSource").and_then(Value::as_object_mut) {
            let whole = [("S3DataDistributionType", json!("FullyReplicated"))];
            within(source, "S3DataSource", &whole);
        }
    }
    // [M] SelectedInstanceType names the preference that was taken; the first is [?].
    let first =
        echo.get("ResourceConfig").and_then(|config| config.pointer("/InstancePreferences/0"));
    if let Some(first) = first.cloned() {
        let count = first.get("InstanceCount").cloned().unwrap_or_else(|| json!(1));
        let selected = [
            ("SelectedInstanceType", first.get("InstanceType").cloned().unwrap_or_default()),
            ("SelectedInstanceCount", count),
        ];
        within(&mut echo, "ResourceConfig", &selected);
    }
    echo
}

fn default(members: &mut Map<String, Value>, name: &str, value: Value) {
    members.entry(name).or_insert(value);
}

/// Defaults of the members of a structure, where it was given.
fn within(members: &mut Map<String, Value>, structure: &str, defaults: &[(&str, Value)]) {
    if let Some(given) = members.get_mut(structure).and_then(Value::as_object_mut) {
        for (name, value) in defaults {
            default(given, name, value.clone());
        }
    }
}
