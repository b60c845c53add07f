//! Labels: an operator that works on those objects only that its selector matches.

use serde_json::json;

use super::support::{Installation, Kubernetes, Launch, eventually, uid};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_object_that_leaves_the_selector_is_warned_about_and_can_still_be_deleted() {
    let select = |launch: Launch| launch.argument("--selector=team=vision");
    let mut site = Installation::with(Kubernetes::shared(), "relabelled", select).await;
    let mut manifest = site.manifest("bert", &json!({ "training": 600 }));
    manifest["metadata"]["labels"] = json!({ "team": "vision" });
    let object = site.apply(&manifest).await;
    let running = site.state("bert", "Running").await;
    let job = running["status"]["trainingJobName"].as_str().unwrap();
    site.merge("bert", &json!({ "metadata": { "labels": { "team": "speech" } } })).await;
    eventually("the operator warns", || {
        let log = site.operator.log();
        let warns = |line: &str| line.contains("WARN") && line.contains(job);
        log.lines().any(warns).then_some(())
    })
    .await;
    site.begin_deletion("bert").await;
    // It works on others meanwhile.
    let mut other = site.manifest("other", &json!({}));
    other["metadata"]["labels"] = json!({ "team": "vision" });
    site.apply(&other).await;
    site.state("other", "Completed").await;
    assert_eq!(site.sagemaker.count("StopTrainingJob"), 0);

    site.operator.terminate().await;
    site.launch.arguments.retain(|argument| !argument.starts_with("--selector"));
    site.restart().await;
    site.gone("bert").await;
    assert_eq!(site.sagemaker.job_of(uid(&object))["TrainingJobStatus"], "Stopped");
}
