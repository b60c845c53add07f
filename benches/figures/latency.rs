//! From apply to `CreateTrainingJob`.

use std::time::Duration;

use serde_json::json;

use super::harness::Harness;
use super::{figure, quantile};

/// Objects applied one after the other.
const OBJECTS: usize = 20;

/// Applies objects to an idle operator; their names.
pub(crate) async fn measure(harness: &Harness) -> Vec<String> {
    let mut milliseconds = Vec::new();
    let mut names = Vec::new();
    let workload = json!({ "starting": 1, "downloading": 1, "training": 86000 });
    for index in 0..OBJECTS {
        let name = format!("old-{index}");
        let applied = harness.apply(&name, &workload).await;
        harness.until(&name, "trainingJobArn", serde_json::Value::is_string).await;
        let job = harness.status(&name, "trainingJobName").await;
        let calls = harness.simulator.calls();
        let create = calls
            .iter()
            .find(|call| {
                call.operation == "CreateTrainingJob" && call.job_name.as_deref() == job.as_str()
            })
            .unwrap();
        milliseconds.push(create.time.duration_since(applied).as_secs_f64() * 1000.0);
        names.push(name);
        // AWS takes one create a second: an idle operator has its token ready.
        tokio::time::sleep(Duration::from_millis(1200)).await;
    }
    figure("apply to CreateTrainingJob, p50", quantile(&mut milliseconds, 0.5), "ms", Some(50.0));
    figure("apply to CreateTrainingJob, p90", quantile(&mut milliseconds, 0.9), "ms", None);
    names
}
