//! Policies of the cluster, and other writers of a status: what they refuse or add is shown, and never
//! holds back a stop or a release.

use std::path::Path;

use serde_json::{Value, json};

use super::support::{Installation, Said, condition, eventually, uid};

/// Refuses updates of `resource` in the namespace of an installation unless `expression` holds.
fn refuse_unless(site: &Installation, resource: &str, expression: &str, message: &str) {
    let name = format!("{}-policy", site.namespace);
    let selector =
        json!({ "matchLabels": { "kubernetes.io/metadata.name": site.namespace.as_str() } });
    let rule = json!({
        "apiGroups": ["spottraining.dev"], "apiVersions": ["*"], "operations": ["UPDATE"],
        "resources": [resource],
    });
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": name },
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": { "namespaceSelector": selector, "resourceRules": [rule] },
            "validations": [{ "expression": expression, "message": message }],
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": { "name": name },
        "spec": { "policyName": name, "validationActions": ["Deny"] },
    });
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": [policy, binding] });
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    std::fs::write(&path, list.to_string()).unwrap();
    let mut apply = site.kubernetes.cluster.kubectl();
    Said::from(apply.args(["apply", "--filename"]).arg(path)).expect_ok();
}

/// Takes the policy of an installation out of force.
fn refuse_no_more(site: &Installation) {
    let policy = format!("{}-policy", site.namespace);
    let mut delete = site.kubernetes.cluster.kubectl();
    let binding = "validatingadmissionpolicybinding";
    Said::from(delete.args(["delete", binding, &policy])).expect_ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_status_that_a_policy_refuses_in_part_is_written_without_that_part() {
    let site = Installation::new("refused-part").await;
    let words =
        "!has(object.status.secondaryStatus) || object.status.secondaryStatus != 'Training'";
    refuse_unless(&site, "spottrainingjobs/status", words, "no status may say Training");
    let object = site.run("bert", &json!({ "starting": 8, "training": 600 })).await;
    let refused = |object: &Value| {
        let ready = condition(object, "Ready")["message"].as_str().unwrap_or_default().to_owned();
        ready.contains("no status may say Training")
    };
    site.until("bert", "shown to be refused", refused).await;
    assert!(site.operator.readiness().is_some_and(|(status, _)| status == 200));
    site.delete("bert").await;
    let job = site.sagemaker.job_of(uid(&object));
    assert_eq!(job["TrainingJobStatus"], "Stopped");
    assert_eq!(site.sagemaker.count("StopTrainingJob"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_status_that_is_refused_altogether_holds_back_neither_stop_nor_release() {
    let site = Installation::new("refused-all").await;
    let object = site.run("bert", &json!({ "training": 600, "interruptAfter": [4] })).await;
    site.state("bert", "Running").await;
    refuse_unless(&site, "spottrainingjobs/status", "false", "no status at all");
    eventually("a status is refused", || {
        let log = site.operator.log();
        log.contains("the apiserver refuses the status").then_some(())
    })
    .await;
    site.delete("bert").await;
    let job = site.sagemaker.job_of(uid(&object));
    assert_eq!(job["TrainingJobStatus"], "Stopped");
    // Nothing is started for an object whose status can't be written.
    site.run("other", &json!({})).await;
    eventually("the other is refused too", || {
        let log = site.operator.log();
        log.lines()
            .any(|line| line.contains("refuses the status") && line.contains("/other"))
            .then_some(())
    })
    .await;
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 1);
}

/// Waits until the policy refuses this change of `bert` by an administrator, too.
async fn in_force(site: &Installation, change: &[&str]) {
    let patch = ["patch", "stj", "bert", "--type=merge", "--dry-run=server"];
    eventually("the policy is in force", || {
        (!site.kubectl(&[&patch[..], change].concat()).succeeded()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_end_that_no_status_may_say_is_said_when_it_may() {
    let site = Installation::new("refused-end").await;
    site.run("bert", &json!({ "training": 600 })).await;
    let running = site.state("bert", "Running").await;
    refuse_unless(&site, "spottrainingjobs/status", "false", "no status at all");
    in_force(&site, &["--subresource=status", "--patch", r#"{"status":{"state":"X"}}"#]).await;
    site.sagemaker.call(
        "StopTrainingJob",
        &json!({
            "TrainingJobName": running["status"]["trainingJobName"],
        }),
    );
    eventually("a status is refused", || {
        let log = site.operator.log();
        (log.matches("the apiserver refuses the status").count() > 2).then_some(())
    })
    .await;
    let object = site.object("bert").await;
    assert!(object["metadata"]["finalizers"].is_array(), "it is not released before its end shows");
    let metrics = site.operator.page("/metrics");
    assert!(!metrics.contains("spot_training_attempts_total"), "counted once it is written");
    refuse_no_more(&site);
    site.state("bert", "Failed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_finalizer_that_a_policy_refuses_is_shown_and_nothing_is_started() {
    let site = Installation::new("refused-finalizer").await;
    let none = "!has(object.metadata.finalizers)";
    refuse_unless(&site, "spottrainingjobs", none, "finalizers are not allowed here");
    let mut manifest = site.manifest("bert", &json!({}));
    manifest["spec"]["suspend"] = json!(true);
    site.apply(&manifest).await;
    in_force(&site, &["--patch", r#"{"metadata":{"finalizers":["example.com/x"]}}"#]).await;
    site.merge("bert", &json!({ "spec": { "suspend": false } })).await;
    let message = site.condition("bert", "Reconciling", "WriteRefused").await;
    assert!(message.contains("finalizers are not allowed here"), "{message}");
    assert_eq!(site.sagemaker.count("CreateTrainingJob"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_release_that_a_policy_refuses_is_shown_and_waits() {
    let site = Installation::new("refused-release").await;
    site.run("bert", &json!({})).await;
    site.state("bert", "Completed").await;
    let kept = "has(object.metadata.finalizers) || !has(oldObject.metadata.finalizers)";
    refuse_unless(&site, "spottrainingjobs", kept, "finalizers are kept here");
    in_force(&site, &["--patch", r#"{"metadata":{"finalizers":null}}"#]).await;
    site.begin_deletion("bert").await;
    let refused = |object: &Value| {
        let blocker = &object["status"]["blockers"][0];
        blocker["call"] == "patch" && blocker["reason"] == "WriteRefused"
    };
    let object = site.until("bert", "refused", refused).await;
    let message = object["status"]["blockers"][0]["message"].as_str().unwrap();
    assert!(message.contains("finalizers are kept here"), "{message}");
    refuse_no_more(&site);
    site.gone("bert").await;
    assert_eq!(site.sagemaker.jobs_of(uid(&object)).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_others_write_into_our_fields_is_repaired_and_removed() {
    let site = Installation::new("co-owned").await;
    site.run("bert", &json!({ "training": 600 })).await;
    let running = site.state("bert", "Running").await;
    let theirs = |kind: &str| {
        json!({
            "type": kind, "status": "True", "reason": "Theirs", "message": "",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        })
    };
    let mut conditions = running["status"]["conditions"].as_array().unwrap().clone();
    // A word of ours that is not said now, and one that is none of ours.
    conditions.extend([theirs("Failed"), theirs("example.com/Billed")]);
    let theirs = json!({ "status": {
        "state": "Completed",
        "failureReason": "written by somebody else",
        "trainingJobName": "somebody-else-s-job",
        "conditions": conditions,
    } });
    let patch = ["patch", "stj", "bert", "--subresource=status", "--type=merge", "--patch"];
    site.kubectl(&[&patch[..], &[&theirs.to_string()]].concat()).expect_ok();
    let repaired = |object: &Value| {
        object["status"]["state"] == "Running" && object["status"]["failureReason"].is_null()
    };
    let object = site.until("bert", "repaired", repaired).await;
    assert_eq!(object["status"]["trainingJobName"], running["status"]["trainingJobName"]);
    assert_eq!(condition(&object, "Failed"), Value::Null);
    assert_eq!(condition(&object, "example.com/Billed")["reason"], "Theirs");
    let job = running["status"]["trainingJobName"].as_str().unwrap();
    site.sagemaker.describes(job, 2).await;
    let before = site.object("bert").await;
    site.sagemaker.describes(job, 2).await;
    assert_eq!(
        site.object("bert").await["metadata"],
        before["metadata"],
        "written again and again"
    );
    assert!(site.operator.readiness().is_some_and(|(status, _)| status == 200));
    site.delete("bert").await;
    assert_eq!(site.sagemaker.calls_of("StopTrainingJob", job), 1);
}
