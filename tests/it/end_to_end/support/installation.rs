//! An installation: a namespace, the operator that watches it, and its SageMaker.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use kube::api::{Api, ApiResource, DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use kube::core::GroupVersionKind;
use kube::runtime::wait::await_condition;
use sagemaker_simulator::Options;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::kubernetes::{Kubernetes, Said};
use super::operator::{Launch, Operator};
use super::sagemaker::SageMaker;
use super::wait::{LIMIT, eventually};
use crate::support::fixtures::objects::manifest;

/// A namespace with an operator.
pub(crate) struct Installation {
    // Dropped first: it shows its log.
    pub(crate) operator: Operator,
    pub(crate) launch: Launch,
    pub(crate) sagemaker: SageMaker,
    pub(crate) kubernetes: Arc<Kubernetes>,
    pub(crate) namespace: String,
    objects: Api<DynamicObject>,
}

impl Installation {
    /// One in the shared cluster.
    pub(crate) async fn new(namespace: &str) -> Self {
        Self::with(Kubernetes::shared(), namespace, |launch| launch).await
    }

    /// One in a cluster, its operator's settings changed.
    pub(crate) async fn with(
        kubernetes: Arc<Kubernetes>,
        namespace: &str,
        change: impl FnOnce(Launch) -> Launch,
    ) -> Self {
        let installation = Self::unready(kubernetes, namespace, change).await;
        installation.operator.wait_until_ready().await;
        installation
    }

    /// The same, whose operator need not get ready.
    pub(crate) async fn unready(
        kubernetes: Arc<Kubernetes>,
        namespace: &str,
        change: impl FnOnce(Launch) -> Launch,
    ) -> Self {
        let sagemaker = SageMaker::start(Options::default()).await;
        let client = kubernetes.client().await;
        let namespaces: Api<Namespace> = Api::all(client.clone());
        let new = serde_json::from_value(json!({ "metadata": { "name": namespace } })).unwrap();
        namespaces.create(&PostParams::default(), &new).await.unwrap();
        let kubeconfig = &kubernetes.operator_kubeconfig;
        let launch = change(Launch::new(kubeconfig, namespace, &sagemaker.url()));
        let kind = GroupVersionKind::gvk("spottraining.dev", "v1alpha1", "SpotTrainingJob");
        let kind = ApiResource::from_gvk_with_plural(&kind, "spottrainingjobs");
        let objects = Api::namespaced_with(client, namespace, &kind);
        let operator = Operator::start(&launch);
        let namespace = namespace.to_owned();
        Self { operator, launch, sagemaker, kubernetes, namespace, objects }
    }

    /// Starts another operator in place of the one that ended.
    pub(crate) async fn restart(&mut self) {
        self.operator = Operator::ready(&self.launch).await;
    }

    /// A manifest with this workload; what it leaves out takes a moment.
    pub(crate) fn manifest(&self, name: &str, workload: &Value) -> Value {
        let mut full = json!({
            "starting": 0.2, "downloading": 0.2, "training": 0.2, "uploading": 0.2, "gap": 0.2,
            "stopping": 0.2, "spotRatio": 0.5,
        });
        for (member, value) in workload.as_object().unwrap() {
            full[member] = value.clone();
        }
        let mut manifest = manifest(&self.namespace, name);
        manifest["spec"]["template"]["hyperParameters"] = json!({ "simulator": full.to_string() });
        manifest
    }

    /// An example under `examples/`, with the workload that its jobs have here.
    pub(crate) fn example(&self, file: &str, workload: &Value) -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        let mut manifest: Value = serde_yaml::from_str(&text).unwrap();
        let name = manifest["metadata"]["name"].as_str().unwrap().to_owned();
        let ours = self.manifest(&name, workload);
        manifest["metadata"] = ours["metadata"].clone();
        let hyper_parameters = &ours["spec"]["template"]["hyperParameters"];
        manifest["spec"]["template"]["hyperParameters"] = hyper_parameters.clone();
        manifest
    }

    /// Applies a manifest.
    pub(crate) async fn apply(&self, manifest: &Value) -> Value {
        let name = manifest["metadata"]["name"].as_str().unwrap();
        let params = PatchParams::apply("test");
        let applied = self.objects.patch(name, &params, &Patch::Apply(manifest)).await;
        serde_json::to_value(applied.unwrap()).unwrap()
    }

    /// Applies an object with this workload.
    pub(crate) async fn run(&self, name: &str, workload: &Value) -> Value {
        self.apply(&self.manifest(name, workload)).await
    }

    /// Merges a change into an object.
    pub(crate) async fn merge(&self, name: &str, change: &Value) -> Value {
        let patch = Patch::Merge(change);
        let patched = self.objects.patch(name, &PatchParams::default(), &patch).await;
        serde_json::to_value(patched.unwrap()).unwrap()
    }

    /// Edits the spec of an object, as a person does.
    pub(crate) fn edit(&self, name: &str, change: &Value) -> Said {
        let patch = json!({ "spec": change }).to_string();
        self.kubectl(&["patch", "stj", name, "--type=merge", "--patch", &patch])
    }

    /// The object as it is.
    pub(crate) async fn object(&self, name: &str) -> Value {
        serde_json::to_value(self.objects.get(name).await.unwrap()).unwrap()
    }

    /// Waits until an object satisfies `condition`, watching every change of it.
    pub(crate) async fn until(
        &self,
        name: &str,
        what: &str,
        condition: impl Fn(&Value) -> bool,
    ) -> Value {
        let last = RefCell::new(Value::Null);
        let satisfied = |seen: Option<&DynamicObject>| {
            let Some(seen) = seen else { return false };
            last.replace(serde_json::to_value(seen).unwrap());
            condition(&last.borrow())
        };
        let met = self.watch(name, satisfied).await;
        let last = last.into_inner();
        assert!(met, "{name} is not {what} within a minute: {last:#}");
        last
    }

    /// Watches an object until it satisfies `condition` or the time is over; an apiserver may come back.
    async fn watch(&self, name: &str, condition: impl Fn(Option<&DynamicObject>) -> bool) -> bool {
        let watching = async {
            while await_condition(self.objects.clone(), name, &condition).await.is_err() {
                sleep(Duration::from_millis(200)).await;
            }
        };
        timeout(LIMIT, watching).await.is_ok()
    }

    /// Waits until an object is in a state.
    pub(crate) async fn state(&self, name: &str, state: &str) -> Value {
        self.until(name, state, |object| object["status"]["state"] == state).await
    }

    /// Waits until a condition is true for a reason; gives its message.
    pub(crate) async fn condition(&self, name: &str, kind: &str, reason: &str) -> String {
        let what = format!("{kind} for {reason}");
        let holds = |object: &Value| {
            let condition = condition(object, kind);
            condition["status"] == "True" && condition["reason"] == reason
        };
        let object = self.until(name, &what, holds).await;
        condition(&object, kind)["message"].as_str().unwrap().to_owned()
    }

    /// Deletes an object, and waits until it is gone.
    pub(crate) async fn delete(&self, name: &str) {
        self.begin_deletion(name).await;
        self.gone(name).await;
    }

    /// Deletes an object without waiting.
    pub(crate) async fn begin_deletion(&self, name: &str) {
        drop(self.objects.delete(name, &DeleteParams::default()).await.unwrap());
    }

    /// Waits until an object is gone.
    pub(crate) async fn gone(&self, name: &str) {
        let gone = self.watch(name, |seen| seen.is_none()).await;
        assert!(gone, "{name} is not gone within a minute");
    }

    /// Runs kubectl as the administrator in the namespace.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Said {
        let namespace = format!("--namespace={}", self.namespace);
        Said::from(self.kubernetes.cluster.kubectl().arg(namespace).args(arguments))
    }

    /// Waits until the Events about an object have these reasons, oldest first, and no others.
    pub(crate) async fn emits(&self, name: &str, reasons: &[&str]) {
        let output = "--output=jsonpath={range .items[*]}{.reason}{'\\n'}{end}";
        let object = format!("--field-selector=involvedObject.name={name}");
        let ask = ["get", "events", "--sort-by=.metadata.name", output, &object];
        let emitted = eventually(&format!("{name} emits {reasons:?}"), || {
            let emitted = self.kubectl(&ask).expect_ok();
            (emitted.lines().count() >= reasons.len()).then_some(emitted)
        })
        .await;
        assert_eq!(emitted.lines().collect::<Vec<_>>(), reasons, "{name}");
    }
}

/// The UID of an object.
pub(crate) fn uid(object: &Value) -> &str {
    object["metadata"]["uid"].as_str().unwrap()
}

/// The condition of a type; null if there is none.
pub(crate) fn condition(object: &Value, kind: &str) -> Value {
    let conditions = object["status"]["conditions"].as_array();
    let found = conditions.into_iter().flatten().find(|condition| condition["type"] == kind);
    found.cloned().unwrap_or_default()
}
