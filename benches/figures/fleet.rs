//! A fleet: memory while a thousand jobs are in progress, and a start with ten thousand objects.

use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use sagemaker_simulator::Quota;
use serde_json::json;

use super::figure;
use super::harness::{Harness, manifest};

/// Jobs in progress at a time.
const IN_PROGRESS: u32 = 1_000;

/// Objects at a start.
const OBJECTS: u32 = 10_000;

/// Requests to the apiserver under way at a time.
const UNDER_WAY: usize = 16;

/// Measures memory while a thousand jobs are in progress.
pub(crate) async fn in_progress(harness: &Harness) {
    let room = Quota { spot: Some(2 * IN_PROGRESS), on_demand: None };
    harness.simulator.set_quotas([("ml.g5.2xlarge".to_owned(), room)].into());
    let workload = &json!({ "starting": 5, "training": 86_000 });
    let created = || {
        Harness::metric(
            r#"spot_training_aws_requests_total{operation="CreateTrainingJob",outcome="ok"}"#,
        )
    };
    let (before, started) = (created(), Instant::now());
    stream::iter(0..IN_PROGRESS)
        .for_each_concurrent(UNDER_WAY, |number| async move {
            harness.create(&manifest(&format!("live-{number:04}"), workload)).await;
        })
        .await;
    while created() - before < u64::from(IN_PROGRESS) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let rate = f64::from(IN_PROGRESS) / started.elapsed().as_secs_f64();
    figure("creates per second of a thousand objects applied at once", rate, "1/s", None);
    tokio::time::sleep(Duration::from_mins(1)).await;
    let memory = harness.resident_mib();
    figure("resident memory with 1 000 jobs in progress", memory, "MiB", Some(60.0));
}

/// Measures a start with ten thousand objects.
pub(crate) async fn start(harness: &mut Harness) {
    let live = &*harness;
    stream::iter(0..OBJECTS)
        .for_each_concurrent(UNDER_WAY, |number| async move {
            let mut object = manifest(&format!("waiting-{number:05}"), &json!({}));
            object.data["spec"]["suspend"] = json!(true);
            let parameters = &mut object.data["spec"]["template"]["hyperParameters"];
            for index in 0..10 {
                parameters[format!("parameter-{index}")] = json!("0.00001");
            }
            live.create(&object).await;
        })
        .await;
    let suspended = r#"spot_training_objects{state="Suspended"}"#;
    while Harness::metric(suspended) < u64::from(OBJECTS) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let ready = harness.restart().await;
    figure("start to ready with 10 000 objects", ready, "s", Some(5.0));
    tokio::time::sleep(Duration::from_secs(30)).await;
    let memory = harness.resident_mib();
    figure("resident memory after a start with 10 000 objects", memory, "MiB", Some(150.0));
}
