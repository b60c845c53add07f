//! Polling: reads and writes while nothing changes, and how soon a change shows.

use std::time::Duration;

use sagemaker_simulator::JobRef;
use serde_json::{Value, json};

use super::harness::{Harness, now, since};
use super::{figure, quantile};

/// From two minutes into a phase on, nothing happens for this long.
const QUIET: Duration = Duration::from_mins(3);

/// Young jobs that are interrupted.
const YOUNG: usize = 8;

/// Measures with jobs that have begun to train some time ago.
pub(crate) async fn measure(harness: &Harness, old: &[String]) {
    for name in old {
        harness.until(name, "secondaryStatus", |status| status == "Training").await;
    }
    tokio::time::sleep(Duration::from_mins(2)).await;
    let (reads, versions) = (harness.reads(), versions(harness).await);
    tokio::time::sleep(QUIET).await;
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let per_job_minute =
        |count: u64| count as f64 / old.len() as f64 / (QUIET.as_secs_f64() / 60.0);
    figure(
        "reads per in-progress job-minute",
        per_job_minute(harness.reads() - reads),
        "1/min",
        Some(2.0),
    );
    let after = self::versions(harness).await;
    let written = versions.iter().zip(&after).filter(|(before, after)| before != after).count();
    figure(
        "objects written while nothing changes",
        written.to_string().parse().unwrap(),
        "objects",
        Some(0.0),
    );
    figure("resident memory with 20 jobs", harness.resident_mib(), "MiB", None);

    let mut lags = interrupt_all(harness, old).await;
    figure("lag of a change in an old phase, longest", quantile(&mut lags, 1.0), "s", Some(35.0));
    let workload = json!({ "starting": 1, "downloading": 1, "training": 86000 });
    let mut lags = Vec::new();
    for index in 0..YOUNG {
        let name = format!("young-{index}");
        harness.apply(&name, &workload).await;
        harness.until(&name, "secondaryStatus", |status| status == "Training").await;
        lags.extend(interrupt_all(harness, &[name]).await);
    }
    figure("lag of a change in a young phase, longest", quantile(&mut lags, 1.0), "s", Some(6.0));
}

async fn versions(harness: &Harness) -> Vec<Option<String>> {
    let list = harness.objects.list(&kube::api::ListParams::default()).await.unwrap();
    list.items.into_iter().map(|object| object.metadata.resource_version).collect()
}

/// Takes the instances of all jobs away at once; the seconds until each object shows it.
async fn interrupt_all(harness: &Harness, names: &[String]) -> Vec<f64> {
    let mut jobs = Vec::new();
    for name in names {
        jobs.push(harness.status(name, "trainingJobName").await);
    }
    let moment = now();
    for job in jobs.iter().filter_map(Value::as_str) {
        harness.simulator.interrupt(&JobRef::named(job), moment).unwrap();
    }
    let shown = names.iter().map(|name| async {
        harness.until(name, "interruptions", |count| count.as_i64() > Some(0)).await;
        since(moment)
    });
    futures::future::join_all(shown).await
}
