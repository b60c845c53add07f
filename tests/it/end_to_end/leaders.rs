//! Two operators and one Lease: one acts, the other takes over, and nothing happens twice.

use sagemaker_simulator::JobRef;
use serde_json::json;

use super::support::{Installation, Kubernetes, Launch, Operator, SageMaker, eventually, uid};

/// An installation whose operator is the first of two that run for leadership in its namespace.
async fn elected(namespace: &str) -> Installation {
    let electing = |launch: Launch| launch.electing("first", namespace);
    let site = Installation::with(Kubernetes::shared(), namespace, electing).await;
    assert_eq!(leads(&site.operator), Some(false), "it may not even see the Lease");
    site.kubernetes.allow_leases(namespace);
    leader(&site.operator).await;
    site
}

/// Another operator of the same installation.
async fn second(site: &Installation) -> Operator {
    let launch = site.launch.clone().variable("POD_NAME", "second");
    Operator::ready(&launch).await
}

fn leads(operator: &Operator) -> Option<bool> {
    let metrics = operator.page("/metrics");
    let line = metrics.lines().find(|line| line.starts_with("spot_training_leader "))?;
    Some(line.ends_with(" 1"))
}

async fn leader(operator: &Operator) {
    eventually("it leads", || leads(operator).filter(|leads| *leads)).await;
}

fn holder(site: &Installation) -> String {
    let holder = "--output=jsonpath={.spec.holderIdentity}";
    site.kubectl(&["get", "lease", "spot-training-operator", holder]).expect_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_killed_leader_is_followed_by_the_other_and_its_job_goes_on() {
    let mut site = elected("lead-kill").await;
    let second = second(&site).await;
    site.run("bert", &json!({ "training": 600 })).await;
    let object = site.state("bert", "Running").await;
    assert_eq!(holder(&site), "first");
    assert_eq!(leads(&second), Some(false));

    site.operator.kill().await;
    leader(&second).await;
    assert_eq!(holder(&site), "second");
    let job = object["status"]["trainingJobName"].as_str().unwrap();
    site.sagemaker.complete(&JobRef::named(job), SageMaker::now()).unwrap();
    site.state("bert", "Completed").await;
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1);
    assert_eq!(site.sagemaker.stats().uids[uid(&object)].creates, 1);
    site.emits("bert", &["AttemptStarted", "Completed"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_leader_that_is_told_to_end_gives_the_lease_back() {
    let mut site = elected("lead-end").await;
    assert_eq!(site.operator.terminate().await.code(), Some(0));
    assert_eq!(holder(&site), "");
    let second = second(&site).await;
    leader(&second).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_leader_whose_lease_is_taken_ends_with_code_3() {
    let mut site = elected("lead-lost").await;
    let patch = r#"{"spec":{"holderIdentity":"somebody"}}"#;
    let lease = ["patch", "lease", "spot-training-operator", "--type=merge", "--patch", patch];
    site.kubectl(&lease).expect_ok();
    assert_eq!(site.operator.ended().await.code(), Some(3));
    assert_eq!(holder(&site), "somebody");
    assert!(site.operator.log().contains("leadership lost"));
}
