//! Manifests that the apiserver refuses or prunes, as kubectl shows it.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use super::support::{Installation, SageMaker, Said, condition, uid};

/// Makes a spec wrong.
type Spoil = fn(&mut Value);

/// `kubectl apply` of a manifest, with more arguments.
fn apply(site: &Installation, manifest: &Value, arguments: &[&str]) -> Said {
    sent(site, manifest, &[&["apply"], arguments].concat())
}

/// What kubectl says of a manifest, with these arguments.
fn sent(site: &Installation, manifest: &Value, arguments: &[&str]) -> Said {
    let namespace = format!("--namespace={}", site.namespace);
    let mut kubectl = site.kubernetes.cluster.kubectl();
    kubectl.args(arguments).args(["--filename=-", &namespace]);
    kubectl.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = kubectl.spawn().unwrap();
    child.stdin.take().unwrap().write_all(manifest.to_string().as_bytes()).unwrap();
    Said::from(child.wait_with_output().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_unknown_field_is_refused_or_pruned_as_the_user_asks() {
    let site = Installation::new("unknown-field").await;
    let misspelt = |name: &str| {
        let mut manifest = site.manifest(name, &json!({}));
        manifest["spec"]["template"]["hyperparameters"] = json!({ "epochs": "1" });
        manifest
    };
    let refusal = apply(&site, &misspelt("strict"), &[]).expect_refused();
    assert!(refusal.contains("unknown field \"spec.template.hyperparameters\""), "{refusal}");
    let warned = apply(&site, &misspelt("warned"), &["--validate=warn"]);
    assert!(
        warned.stderr.contains("unknown field \"spec.template.hyperparameters\""),
        "{warned:?}"
    );
    apply(&site, &misspelt("ignored"), &["--validate=ignore"]).expect_ok();
    for name in ["warned", "ignored"] {
        let object = site.state(name, "Stalled").await;
        assert_eq!(object["spec"]["template"]["hyperparameters"], Value::Null, "{name}");
        let ready = condition(&object, "Ready");
        assert_eq!(ready["reason"], "InvalidSpec", "{name}");
        let told = ready["message"].as_str().unwrap();
        let field =
            "spec.template.hyperparameters is unknown, and was dropped: write hyperParameters";
        assert!(told.contains(field), "{told}");
        assert_eq!(site.sagemaker.jobs_of(uid(&object)), Vec::<Value>::new(), "{name}");
    }
    // Without the field the manifest says what the object is.
    apply(&site, &site.manifest("ignored", &json!({})), &[]).expect_ok();
    site.state("ignored", "Completed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nulls_and_unknown_fields_are_told_by_every_way_to_send_them() {
    let site = Installation::new("nulls").await;
    let in_map: Spoil = |spec| spec["template"]["hyperParameters"]["lr"] = Value::Null;
    let field: Spoil = |spec| spec["backoffLimit"] = Value::Null;
    let unknown: Spoil = |spec| spec["template"]["hyperparameters"] = json!({ "lr": "1" });
    // What the refusal says, if it is one.
    let rows: [(&str, &[&str], Spoil, Option<&str>); 10] = [
        ("map-applied", &["apply"], in_map, None),
        ("map-created", &["create"], in_map, Some("lr is null: give it a text in quotes")),
        ("map-posted", &["create", "--validate=ignore"], in_map, Some("lr is null")),
        ("map-server-side", &["apply", "--server-side"], in_map, Some("hyperParameters")),
        ("field-applied", &["apply"], field, None),
        ("field-created", &["create"], field, None),
        ("field-server-side", &["apply", "--server-side"], field, Some("backoffLimit")),
        ("unknown-created", &["create"], unknown, Some("spec.template.hyperparameters")),
        ("unknown-posted", &["create", "--validate=ignore"], unknown, None),
        ("unknown-server-side", &["apply", "--server-side"], unknown, Some("hyperparameters")),
    ];
    for (name, arguments, spoil, refusal) in rows {
        let mut manifest = site.manifest(name, &json!({}));
        spoil(&mut manifest["spec"]);
        let said = sent(&site, &manifest, arguments);
        match refusal {
            Some(words) => {
                let said = said.expect_refused();
                assert!(said.contains(words), "{name}: {said}");
            }
            None => drop(said.expect_ok()),
        }
    }
    // kubectl itself drops the null, and keeps what it was given in an annotation.
    let why = site.condition("map-applied", "Stalled", "InvalidSpec").await;
    assert!(why.contains("spec.template.hyperParameters.lr is null, and was dropped"), "{why}");
    // Elsewhere a null says what its absence says, and of a field that is lost on the way nobody knows.
    for name in ["field-applied", "field-created", "unknown-posted"] {
        let object = site.state(name, "Completed").await;
        assert_eq!(object["spec"].get("backoffLimit"), None, "{name}");
        assert_eq!(object["spec"]["template"].get("hyperparameters"), None, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn wrong_values_are_refused_with_field_and_remedy() {
    let site = Installation::new("wrong-values").await;
    let rows: [(&str, Spoil, [&str; 2]); 6] = [
        (
            "type",
            |spec| spec["template"]["resourceConfig"]["instanceCount"] = json!("one"),
            ["spec.template.resourceConfig.instanceCount", "must be of type integer"],
        ),
        (
            "required",
            |spec| drop(spec["template"].as_object_mut().unwrap().remove("roleArn")),
            ["spec.template.roleArn", "Required value"],
        ),
        (
            "pattern",
            |spec| spec["template"]["resourceConfig"]["instanceType"] = json!("g5.xlarge"),
            ["spec.template.resourceConfig.instanceType", "reads like ml.g5.2xlarge"],
        ),
        (
            "wait",
            |spec| {
                spec["template"]["stoppingCondition"] =
                    json!({ "maxRuntimeInSeconds": 7200, "maxWaitTimeInSeconds": 3600 });
            },
            [
                "spec.template.stoppingCondition.maxWaitTimeInSeconds",
                "make it at least maxRuntimeInSeconds",
            ],
        ),
        (
            "checkpoints",
            |spec| spec["checkpointing"] = json!("Disabled"),
            ["spec.template.checkpointConfig", "remove template.checkpointConfig, or set"],
        ),
        (
            "tag",
            |spec| spec["template"]["tags"] = json!([{ "key": "spottraining.dev/x", "value": "" }]),
            ["spec.template.tags", "choose another key"],
        ),
    ];
    for (name, spoil, words) in rows {
        let mut manifest = site.manifest(name, &json!({}));
        spoil(&mut manifest["spec"]);
        let refusal = apply(&site, &manifest, &[]).expect_refused();
        assert!(words.iter().all(|word| refusal.contains(word)), "{name}: {refusal}");
    }
    assert!(site.sagemaker.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn missing_input_is_waited_for() {
    let site = Installation::new("no-such-data").await;
    let mut manifest = site.manifest("bert", &json!({}));
    manifest["spec"]["template"]["inputDataConfig"] = json!([{
        "channelName": "train",
        "dataSource": { "s3DataSource": { "s3DataType": "S3Prefix", "s3Uri": "s3://no-such-data/x" } },
    }]);
    site.apply(&manifest).await;
    let message = site.condition("bert", "Reconciling", "InputMissing").await;
    assert!(message.contains("No S3 objects found under S3 URL"), "{message}");
    let object = site.object("bert").await;
    assert_eq!(object["status"]["state"], "Pending");
    assert_eq!(condition(&object, "Stalled")["status"], "False");
    site.delete("bert").await;
    assert_eq!(site.sagemaker.jobs(SageMaker::now()).len(), 0);
}
