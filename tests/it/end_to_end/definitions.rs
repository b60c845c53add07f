//! The CRD is missing, older, or looser than the operator's: each in a cluster of its own.

use serde_json::{Value, json};
use spot_training_operator::api::v1alpha1::definition::definition;

use super::support::{CRD, Installation, Kubernetes, Operator, condition, eventually, uid};

/// The CRD with a change in its schema.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut definition = definition().unwrap();
    let schema = "/spec/versions/0/schema/openAPIV3Schema/properties";
    change(definition.pointer_mut(schema).unwrap());
    definition.to_string()
}

/// The CRD without a field of the status.
fn without(field: &str) -> String {
    changed(|schema| {
        schema["status"]["properties"].as_object_mut().unwrap().remove(field).unwrap();
    })
}

/// Waits until /readyz says no, with these words.
async fn unready(operator: &Operator, words: &str) {
    eventually(words, || {
        let (status, why) = operator.readiness()?;
        (status == 503 && why.contains(words)).then_some(())
    })
    .await;
}

#[test]
fn plain_kubectl_applies_the_crd() {
    let kubernetes = Kubernetes::own();
    let file = concat!("--filename=", env!("CARGO_MANIFEST_DIR"), "/crds/spottrainingjobs.yaml");
    let first = kubernetes.kubectl(&["apply", file]).expect_ok();
    assert!(first.contains("created"), "{first}");
    let again = kubernetes.kubectl(&["apply", file]).expect_ok();
    assert!(again.contains("unchanged"), "{again}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_missing_crd_is_waited_for() {
    let site = Installation::unready(Kubernetes::own(), "missing", |launch| launch).await;
    unready(&site.operator, "apply crds/spottrainingjobs.yaml").await;
    assert_eq!(site.operator.page("/livez"), "ok");
    site.kubernetes.define(CRD);
    site.operator.wait_until_ready().await;
    site.run("bert", &json!({})).await;
    site.state("bert", "Completed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_crd_that_is_older_or_removed_shows_without_any_object() {
    let kubernetes = Kubernetes::own();
    kubernetes.define(&without("attempts"));
    let site = Installation::unready(kubernetes, "idle", |launch| launch).await;
    unready(&site.operator, "it lacks status.attempts").await;
    site.kubernetes.define(CRD);
    site.operator.wait_until_ready().await;
    let crd = "crd/spottrainingjobs.spottraining.dev";
    site.kubernetes.kubectl(&["delete", crd]).expect_ok();
    unready(&site.operator, "apply crds/spottrainingjobs.yaml").await;
    site.kubernetes.define(CRD);
    site.operator.wait_until_ready().await;
    site.run("bert", &json!({})).await;
    site.state("bert", "Completed").await;
}

/// Refusals to work with an older CRD so far.
fn refusals(operator: &Operator) -> Option<u32> {
    let metrics = operator.page("/metrics");
    let line = metrics.lines().find(|line| line.contains(r#"category="crd_older""#))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn with_an_older_crd_nothing_is_created() {
    let kubernetes = Kubernetes::own();
    kubernetes.define(&without("attempts"));
    let site = Installation::unready(kubernetes, "older", |launch| launch).await;
    for (name, missing) in [("first", "attempts"), ("second", "internalState")] {
        site.kubernetes.define(&without(missing));
        let before = refusals(&site.operator).unwrap_or(0);
        site.run(name, &json!({})).await;
        eventually("it refuses three times more", || {
            refusals(&site.operator).filter(|count| *count >= before + 3)
        })
        .await;
        unready(&site.operator, "the CRD is older than this operator").await;
        assert_eq!(site.sagemaker.count("CreateTrainingJob"), 0, "without {missing}");
    }
    site.kubernetes.define(CRD);
    for name in ["first", "second"] {
        let object = site.state(name, "Completed").await;
        assert_eq!(site.sagemaker.stats().uids[uid(&object)].creates, 1, "{name}");
        assert_eq!(object["status"]["attempts"][0]["outcome"], "Completed", "{name}");
    }
    site.operator.wait_until_ready().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_unreadable_spec_stalls_its_object_and_no_other() {
    let kubernetes = Kubernetes::own();
    kubernetes.define(&changed(|schema| {
        schema["spec"] = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
    }));
    let site = Installation::with(kubernetes, "loose", |launch| launch).await;
    let mut manifest = site.manifest("wrong", &json!({}));
    manifest["spec"]["template"]["resourceConfig"]["instanceCount"] = json!("one");
    site.apply(&manifest).await;
    let mut manifest = site.manifest("newer", &json!({}));
    manifest["spec"]["fromTheFuture"] = json!(true);
    site.apply(&manifest).await;
    site.run("good", &json!({})).await;
    site.run("spoilt", &json!({ "training": 600 })).await;

    for (name, words) in [("wrong", "instanceCount"), ("newer", "fromTheFuture")] {
        let message = site.condition(name, "Stalled", "InvalidSpec").await;
        assert!(message.contains("can't read the spec"), "{message}");
        // serde names the value or the field, not its path.
        assert!(message.contains(words) || message.contains("\"one\""), "{message}");
    }
    site.state("good", "Completed").await;
    for name in ["wrong", "newer"] {
        site.delete(name).await;
    }

    let running = site.state("spoilt", "Running").await;
    let spoil = json!({ "spec": { "template": { "roleArn": 7 } } });
    site.merge("spoilt", &spoil).await;
    let seen = |object: &Value| object["status"]["observedGeneration"] == 2;
    let object = site.until("spoilt", "seen again", seen).await;
    assert_eq!(object["status"]["state"], "Running", "what runs is left running");
    assert_eq!(condition(&object, "Failed"), Value::Null);
    site.delete("spoilt").await;
    let job = site.sagemaker.job_of(uid(&running));
    assert_eq!(job["TrainingJobStatus"], "Stopped");
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_damaged_status_is_shown_and_recovers_once_it_is_removed() {
    let site = Installation::new("damaged").await;
    for name in ["changed", "removed"] {
        site.run(name, &json!({ "training": 3600 })).await;
    }
    let running = site.state("changed", "Running").await;
    site.state("removed", "Running").await;
    site.run("ended", &json!({})).await;
    site.state("ended", "Completed").await;
    for (name, value) in [("changed", r#""{""#), ("removed", "null"), ("ended", r#""{""#)] {
        let damage = format!(r#"{{"status":{{"internalState":{value}}}}}"#);
        let part = "--subresource=status";
        site.kubectl(&["patch", "stj", name, part, "--type=merge", "-p", &damage]).expect_ok();
    }
    site.emits("ended", &["AttemptStarted", "Completed", "StatusUnreadable"]).await;
    assert_eq!(site.object("ended").await["status"]["state"], "Completed", "an end is final");

    for (name, words) in [("changed", "can't be read"), ("removed", "is missing")] {
        let message = site.condition(name, "Stalled", "StatusUnreadable").await;
        assert!(message.contains(words), "{message}");
        let object = site.object(name).await;
        assert_eq!(object["status"]["state"], "Stalled");
        assert_eq!(object["status"]["instanceType"], running["status"]["instanceType"]);
        assert_eq!(condition(&object, "Ready")["reason"], "StatusUnreadable");
        site.emits(name, &["AttemptStarted", "StatusUnreadable"]).await;
        let (_, patch) = message.split_once("--patch '").unwrap();
        let patch = patch.trim_end_matches('\'');
        let part = "--subresource=status";
        site.kubectl(&["patch", "stj", name, part, "--type=json", "-p", patch]).expect_ok();
        let object = site.state(name, "Running").await;
        assert_eq!(site.sagemaker.stats().uids[uid(&object)].creates, 1, "{name}");
        site.delete(name).await;
    }
    site.begin_deletion("ended").await;
    let orphan = json!({ "spec": { "deletionPolicy": "Orphan" } });
    site.merge("ended", &orphan).await;
    site.gone("ended").await;
}
