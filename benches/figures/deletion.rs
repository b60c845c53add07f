//! Deletion and rest: how soon a deleted object is gone, and what a finished one costs.

use std::time::Duration;

use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::json;

use super::harness::{Harness, now};
use super::{figure, quantile};

/// Objects deleted while they train.
const DELETED: usize = 6;

/// A finished object is watched for this long.
const WATCHED: Duration = Duration::from_mins(1);

/// Measures deletion and rest.
pub(crate) async fn measure(harness: &Harness) {
    let mut lags = Vec::new();
    for index in 0..DELETED {
        lags.push(deletion(harness, &format!("deleted-{index}")).await);
    }
    figure("deleted object gone after Stopped, longest", quantile(&mut lags, 1.0), "s", Some(6.0));
    finished(harness).await;
}

async fn deletion(harness: &Harness, name: &str) -> f64 {
    let workload = json!({ "starting": 1, "downloading": 1, "training": 86000, "stopping": 3, "uploading": 2 });
    harness.apply(name, &workload).await;
    harness.until(name, "secondaryStatus", |status| status == "Training").await;
    let job = harness.status(name, "trainingJobName").await;
    harness.objects.delete(name, &DeleteParams::default()).await.unwrap();
    while harness.objects.get_opt(name).await.unwrap().is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let gone = now();
    let jobs = harness.simulator.jobs(gone);
    let job = jobs.iter().find(|described| described["TrainingJobName"] == job).unwrap();
    let stopped = job["TrainingEndTime"].as_f64().unwrap();
    let seconds = gone.as_microsecond();
    #[expect(clippy::cast_precision_loss, reason = "microseconds of this century are exact")]
    let gone = seconds as f64 / 1e6;
    gone - stopped
}

async fn finished(harness: &Harness) {
    let name = "finished";
    harness
        .apply(name, &json!({ "starting": 1, "downloading": 1, "training": 2, "uploading": 1 }))
        .await;
    harness.until(name, "state", |state| state == "Completed").await;
    let job = harness.status(name, "trainingJobName").await;
    // The release of the finalizer follows the last status write.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let version = || async { harness.objects.get(name).await.unwrap().metadata.resource_version };
    let calls = || {
        let calls = harness.simulator.calls();
        calls.iter().filter(|call| call.job_name.as_deref() == job.as_str()).count()
    };
    let (before, asked) = (version().await, calls());
    tokio::time::sleep(WATCHED).await;
    let written = f64::from(u8::from(version().await != before));
    figure("writes to a finished object", written, "objects", Some(0.0));
    let asked = u32::try_from(calls() - asked).unwrap();
    figure("AWS calls for a finished object", f64::from(asked), "calls", Some(0.0));

    let patch = Patch::Merge(json!({ "spec": { "suspend": true } }));
    let patched = harness.objects.patch(name, &PatchParams::default(), &patch).await.unwrap();
    harness
        .until(name, "observedGeneration", |seen| seen.as_i64() == patched.metadata.generation)
        .await;
    let once = version().await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let again = f64::from(u8::from(version().await != once));
    figure("further writes after a new generation", again, "objects", Some(0.0));
}
