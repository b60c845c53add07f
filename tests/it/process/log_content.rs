//! What the users' objects hold is in no log, whatever its level.

use serde_json::json;

use crate::end_to_end::support::{Installation, Kubernetes, Launch, put};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn hyperparameters_environment_and_tags_are_in_no_log() {
    let everything = "trace,aws_smithy_runtime=trace,hyper=trace,kube_client=trace";
    let loud = |launch: Launch| launch.variable("SPOT_TRAINING_LOG_LEVEL", everything);
    let mut site = Installation::with(Kubernetes::shared(), "log-content", loud).await;
    let address = site.operator.address().unwrap();
    assert_eq!(put(&address, "/loglevel", everything).unwrap().0, 200);
    let mut manifest = site.manifest("bert", &json!({}));
    let template = &mut manifest["spec"]["template"];
    template["hyperParameters"]["api-key"] = json!("SECRET-1");
    template["environment"] = json!({ "TOKEN": "SECRET-2" });
    template["tags"] = json!([{ "key": "owner", "value": "SECRET-3" }]);
    site.apply(&manifest).await;
    site.state("bert", "Completed").await;
    site.delete("bert").await;
    site.operator.terminate().await;
    let log = site.operator.log();
    // Debug lines of the SDK and of the object show that the level holds; trace lines of what goes
    // over the wire are never written.
    assert!(log.contains("DEBUG") && log.contains("log-content/bert"), "{log}");
    let line = log.lines().find(|line| line.contains("SECRET"));
    assert_eq!(line, None);
}
