//! `kill -9` at every point of a create: after a restart there is exactly one job.

use sagemaker_simulator::{Fault, FaultKind};
use serde_json::{Value, json};

use super::support::{Installation, uid};

/// After a crash and a restart, the object's only job succeeds.
async fn restarts_with_one_job(site: &mut Installation) {
    site.operator.kill().await;
    site.restart().await;
    finishes_with_one_job(site).await;
}

async fn finishes_with_one_job(site: &Installation) {
    let object = site.state("bert", "Completed").await;
    let created = site.sagemaker.stats().uids[uid(&object)];
    assert_eq!((created.creates, created.most_concurrent), (1, 1));
    assert_eq!(object["status"]["attempt"], 1);
    assert_eq!(site.sagemaker.jobs_of(uid(&object)).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn killed_before_the_commit_of_the_intent() {
    let mut site = Installation::new("kill-before").await;
    site.sagemaker.add_fault(Fault::new("GetCallerIdentity", FaultKind::Hold));
    site.run("bert", &json!({})).await;
    site.sagemaker.holds("GetCallerIdentity").await;
    let is_protected = |object: &Value| object["metadata"]["finalizers"].is_array();
    let object = site.until("bert", "protected", is_protected).await;
    assert_eq!(object["status"]["attempt"], Value::Null);
    restarts_with_one_job(&mut site).await;
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn killed_between_the_commit_and_the_request() {
    let mut site = Installation::new("kill-between").await;
    site.sagemaker.add_fault(Fault::new("CreateTrainingJob", FaultKind::HoldBefore));
    site.run("bert", &json!({})).await;
    site.sagemaker.holds("CreateTrainingJob").await;
    let object = site.object("bert").await;
    assert_eq!(object["status"]["attempt"], 1, "the intent is committed");
    assert!(site.sagemaker.jobs_of(uid(&object)).is_empty(), "nothing is executed");
    site.operator.kill().await;
    site.restart().await;
    site.until("bert", "acknowledged", |o| o["status"]["trainingJobArn"].is_string()).await;
    // The first request arrives after all, long after its sender is gone.
    assert_eq!(site.sagemaker.release(), 1);
    finishes_with_one_job(&site).await;
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn killed_while_the_request_is_on_its_way_and_arrives_first() {
    let mut site = Installation::new("kill-late").await;
    site.sagemaker.add_fault(Fault::new("CreateTrainingJob", FaultKind::HoldBefore));
    site.run("bert", &json!({})).await;
    site.sagemaker.holds("CreateTrainingJob").await;
    site.operator.kill().await;
    assert_eq!(site.sagemaker.release(), 1);
    site.restart().await;
    finishes_with_one_job(&site).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn killed_between_the_execution_and_the_reply() {
    let mut site = Installation::new("kill-executed").await;
    site.sagemaker.add_fault(Fault::new("CreateTrainingJob", FaultKind::Hold));
    let object = site.run("bert", &json!({ "starting": 2 })).await;
    site.sagemaker.holds("CreateTrainingJob").await;
    assert_eq!(site.sagemaker.jobs_of(uid(&object)).len(), 1, "it is executed");
    assert_eq!(site.object("bert").await["status"]["trainingJobArn"], Value::Null);
    restarts_with_one_job(&mut site).await;
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1, "the job is found, not created again");
    site.emits("bert", &["AttemptStarted", "Completed"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn killed_after_the_acknowledgement() {
    let mut site = Installation::new("kill-after").await;
    site.run("bert", &json!({ "starting": 2 })).await;
    site.until("bert", "acknowledged", |o| o["status"]["trainingJobArn"].is_string()).await;
    restarts_with_one_job(&mut site).await;
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1);
    assert_eq!(site.sagemaker.count("ListTags"), 0, "the owner is known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn killed_while_a_stop_is_on_its_way() {
    let mut site = Installation::new("kill-stop").await;
    site.run("bert", &json!({ "training": 600 })).await;
    let object = site.state("bert", "Running").await;
    site.sagemaker.add_fault(Fault::new("StopTrainingJob", FaultKind::LostBefore));
    site.sagemaker.add_fault(Fault::new("StopTrainingJob", FaultKind::HoldBefore));
    site.begin_deletion("bert").await;
    site.sagemaker.holds("StopTrainingJob").await;
    site.operator.kill().await;
    assert!(site.object("bert").await["metadata"]["finalizers"].is_array());
    site.restart().await;
    site.gone("bert").await;
    assert_eq!(site.sagemaker.job_of(uid(&object))["TrainingJobStatus"], "Stopped");
}
