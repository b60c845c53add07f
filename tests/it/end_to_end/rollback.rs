//! A rollback: an earlier version stops and releases what this one has begun. Run by
//! `make test-rollback`, which builds the earlier version.

use serde_json::json;

use super::support::{Installation, uid};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "make test-rollback builds the operator that it needs"]
async fn an_earlier_version_stops_and_releases_what_this_one_wrote() {
    let earlier = std::env::var_os("ROLLBACK_OPERATOR").expect("run make test-rollback");
    let mut site = Installation::new("rollback").await;
    let steady = json!({ "training": 600, "stopping": 1 });
    site.run("training", &steady).await;

    let mut retried = site.manifest(
        "retried",
        &json!({
            "training": 1, "end": "Failed", "failureReason": "AlgorithmError: , exit code: 1",
        }),
    );
    retried["spec"]["backoffLimit"] = json!(5);
    site.apply(&retried).await;

    let starving = json!({ "end": "Starve", "stopping": 1 });
    let mut fallen = site.manifest("fallen", &steady);
    fallen["spec"]["template"]["hyperParameters"]["simulator"] = json!(
        json!({
            "starting": 600, "onDemandStarting": 0.2, "downloading": 0.2, "training": 600, "stopping": 1,
        })
            .to_string()
    );
    fallen["spec"]["capacity"] = json!({
        "onDemandFallback": "Balanced",
        "target": {
            "completeWithinSeconds": 12, "estimatedRuntimeSeconds": 10, "changeoverSeconds": 1,
        },
    });
    site.apply(&fallen).await;

    let mut round = site.manifest("round", &starving);
    round["spec"]["capacity"] =
        json!({ "fallbackInstanceTypes": ["ml.g6.4xlarge"], "spotWaitSeconds": 2 });
    site.apply(&round).await;

    let names = ["training", "retried", "fallen", "round"];
    site.state("training", "Running").await;
    site.until("retried", "in its second attempt", |object| {
        object["status"]["attempt"].as_i64() >= Some(2)
    })
    .await;
    site.until("fallen", "on demand", |object| {
        object["status"]["capacityType"] == "OnDemand" && object["status"]["state"] == "Running"
    })
    .await;
    site.until("round", "in its second attempt", |object| {
        object["status"]["attempt"].as_i64() >= Some(2)
    })
    .await;

    site.operator.kill().await;
    site.launch.binary = Some(earlier.into());
    site.restart().await;
    for name in ["training", "fallen"] {
        site.merge(name, &json!({ "spec": { "suspend": true } })).await;
        site.state(name, "Suspended").await;
    }
    for name in names {
        let object = site.object(name).await;
        site.delete(name).await;
        for job in site.sagemaker.jobs_of(uid(&object)) {
            let status = job["TrainingJobStatus"].as_str().unwrap();
            assert!(["Stopped", "Failed"].contains(&status), "{job}");
        }
    }
}
