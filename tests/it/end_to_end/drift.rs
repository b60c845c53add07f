//! No drift: what `GitOps` tools applied is what they find, before, during and after a run, for every
//! example.

use std::fs;

use serde_json::{Value, json};

use super::support::{Installation, Kubernetes, Launch, Said};

/// The options of the two ways to apply, both of which tools use.
const WAYS: [(&str, &[&str]); 2] =
    [("client-side", &[]), ("server-side", &["--server-side", "--field-manager=gitops"])];

/// Every example, renamed so that each way has its own, with a workload of moments.
fn manifests(site: &Installation, way: &str) -> Vec<Value> {
    let folder = format!("{}/examples", env!("CARGO_MANIFEST_DIR"));
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let manifest = |file: std::path::PathBuf| {
        let workload = json!({ "training": 5 });
        let mut manifest = site.example(file.file_name().unwrap().to_str().unwrap(), &workload);
        let name = format!("{}-{way}", manifest["metadata"]["name"].as_str().unwrap());
        manifest["metadata"]["name"] = json!(name);
        // Objects that write to one checkpoint prefix train one after the other.
        if let Some(uri) = manifest.pointer_mut("/spec/template/checkpointConfig/s3Uri") {
            *uri = json!(format!("{}-{way}", uri.as_str().unwrap()));
        }
        manifest
    };
    files.map(manifest).collect()
}

/// Whether kubectl finds the cluster as the file says.
fn is_clean(said: &Said, when: &str) {
    assert!(said.succeeded(), "a difference {when}: {said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_example_runs_and_nothing_drifts() {
    let root = |launch: Launch| launch.argument("--checkpoint-root=s3://root/points");
    let site = Installation::with(Kubernetes::shared(), "drift", root).await;
    let mut applied = Vec::new();
    for (way, options) in WAYS {
        let manifests = manifests(&site, way);
        assert!(manifests.len() >= 16, "examples");
        let file = format!("{}/drift-{way}.yaml", env!("CARGO_TARGET_TMPDIR"));
        let text = manifests.iter().map(|manifest| format!("---\n{manifest}\n"));
        fs::write(&file, text.collect::<String>()).unwrap();
        let filename = format!("--filename={file}");
        site.kubectl(&[&["apply", &filename], options].concat()).expect_ok();
        is_clean(&site.kubectl(&[&["diff", &filename], options].concat()), "before");
        applied.push((manifests, filename, options));
    }
    for (manifests, filename, options) in &applied {
        for manifest in manifests {
            let name = manifest["metadata"]["name"].as_str().unwrap();
            let started = |object: &Value| object["status"]["trainingJobArn"].is_string();
            site.until(name, "started", started).await;
        }
        is_clean(&site.kubectl(&[&["diff", filename], *options].concat()), "during");
    }
    for (manifests, filename, options) in &applied {
        for manifest in manifests {
            let name = manifest["metadata"]["name"].as_str().unwrap();
            let object = site.state(name, "Completed").await;
            assert_eq!(object["spec"], manifest["spec"], "{name}");
            is_status_only(&object);
        }
        is_clean(&site.kubectl(&[&["diff", filename], *options].concat()), "after");
        // Another manager's apply finds no conflict.
        let other = ["apply", filename, "--server-side", "--field-manager=another"];
        site.kubectl(&other).expect_ok();
    }
}

/// What the operator manages of an object is its status; its finalizer is gone with the training.
fn is_status_only(object: &Value) {
    let entries = object["metadata"]["managedFields"].as_array().unwrap();
    let ours = entries.iter().filter(|entry| entry["manager"] == "spot-training-operator");
    let ours: Vec<_> = ours.collect();
    assert!(!ours.is_empty(), "{object:#}");
    for entry in ours {
        let fields: Vec<_> = entry["fieldsV1"].as_object().unwrap().keys().collect();
        let status = entry["subresource"] == "status" && fields == ["f:status"];
        let finalizer = fields == ["f:metadata"]
            && entry["fieldsV1"]["f:metadata"]
                .as_object()
                .unwrap()
                .keys()
                .all(|key| key == "f:finalizers");
        assert!(status || finalizer, "{entry:#}");
    }
}
