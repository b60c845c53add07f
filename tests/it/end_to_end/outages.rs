//! The apiserver or SageMaker is gone for a while: nothing is lost and nothing happens twice.

use std::time::Duration;

use sagemaker_simulator::{Fault, FaultKind, JobRef};
use serde_json::{Value, json};

use super::support::{
    CRD, Installation, Kubernetes, Operator, SageMaker, condition, eventually, uid,
};

/// Longer than any time-out of a request and any back-off.
const OUTAGE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_apiserver_that_is_gone_for_a_while_costs_nothing() {
    let kubernetes = Kubernetes::own();
    kubernetes.define(CRD);
    let site = Installation::with(kubernetes, "outage", |launch| launch).await;
    site.run("running", &json!({ "training": 600 })).await;
    let running = site.state("running", "Running").await;
    site.sagemaker.add_fault(Fault::new("CreateTrainingJob", FaultKind::Hold));
    site.run("creating", &json!({ "starting": 600 })).await;
    site.sagemaker.holds("CreateTrainingJob").await;

    site.kubernetes.cluster.stop_apiserver();
    // The reply comes while it cannot be written down, and the other job ends meanwhile.
    site.sagemaker.release();
    let job = JobRef::named(running["status"]["trainingJobName"].as_str().unwrap());
    site.sagemaker.complete(&job, SageMaker::now()).unwrap();
    tokio::time::sleep(OUTAGE).await;
    assert!(site.operator.readiness().is_some(), "the operator has ended");
    site.kubernetes.cluster.start_apiserver().unwrap();

    let succeeded = site.state("running", "Completed").await;
    let waiting = site.state("creating", "WaitingForCapacity").await;
    let stats = site.sagemaker.stats();
    for object in [&succeeded, &waiting] {
        assert_eq!(object["status"]["attempt"], 1);
        assert_eq!(stats.uids[uid(object)].creates, 1);
    }
    site.delete("creating").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_endpoint_that_is_gone_for_a_while_changes_nothing() {
    let mut site = Installation::new("no-endpoint").await;
    site.run("bert", &json!({ "training": 3 })).await;
    let before = site.state("bert", "Running").await;
    site.sagemaker.go_away().await;
    site.run("later", &json!({})).await;
    let failures = |operator: &Operator| {
        let metrics = operator.page("/metrics");
        let line = r#"operation="DescribeTrainingJob",outcome="unavailable""#;
        metrics.lines().find(|l| l.contains(line)).and_then(|l| l.rsplit(' ').next()?.parse().ok())
    };
    eventually("it asks in vain", || failures(&site.operator).filter(|count: &u32| *count >= 3))
        .await;
    tokio::time::sleep(OUTAGE).await;
    let during = site.object("bert").await;
    assert_eq!(during["status"]["state"], "Running");
    assert_eq!(condition(&during, "Ready"), condition(&before, "Ready"));
    assert_eq!(condition(&site.object("later").await, "Stalled")["status"], "False");

    site.sagemaker.come_back().await;
    for name in ["bert", "later"] {
        let object: Value = site.state(name, "Completed").await;
        assert_eq!(site.sagemaker.stats().uids[uid(&object)].creates, 1, "{name}");
    }
}
