//! What is imported: a request or a description of SageMaker's, or another operator's object.

use serde_json::{Map, Value};

use super::answers::is_answer;
use crate::api::validation::spelling::is_same;
use crate::cli::files::Written;

/// The API groups of AWS's operators and what they are called.
const OPERATORS: [(&str, &str); 2] = [
    ("sagemaker.services.k8s.aws/", "AWS's ACK controller"),
    ("sagemaker.aws.amazon.com/", "AWS's first operator, which is archived"),
];

/// What becomes of a job of ACK's whose object is deleted.
const RETENTION: &str = "services.k8s.aws/deletion-policy";

/// Annotations that say what a field says here.
const TAKEN_OVER: [&str; 3] =
    [RETENTION, "services.k8s.aws/region", "kubectl.kubernetes.io/last-applied-configuration"];

/// Members of metadata that tie an object to others.
const OWNERSHIP: [(&str, &str); 2] = [
    ("finalizers", "the other operator's, and this one adds its own"),
    ("ownerReferences", "the object would go when its owner goes; put them back if that is meant"),
];

/// Whether a label says which tool, and which of its applications or releases, an object belongs to: with
/// it the tool would take the new object for its own, and prune it.
fn is_tracking(label: &str) -> bool {
    let (prefix, _) = label.split_once('/').unwrap_or_default();
    matches!(
        prefix,
        "app.kubernetes.io"
            | "argocd.argoproj.io"
            | "helm.sh"
            | "helm.toolkit.fluxcd.io"
            | "kustomize.toolkit.fluxcd.io"
    )
}

/// The labels that say something of the training.
fn labels(metadata: &Value, remarks: &mut Vec<String>) -> Map<String, Value> {
    let labels = metadata["labels"].as_object().cloned().unwrap_or_default();
    let (labels, tracking): (Map<_, _>, Map<_, _>) =
        labels.into_iter().partition(|(key, _)| !is_tracking(key));
    if !tracking.is_empty() {
        let keys: Vec<_> = tracking.keys().map(String::as_str).collect();
        let keys = keys.join(", ");
        remarks.push(format!("labels dropped, by which tools know what they have applied: {keys}"));
    }
    labels
}

/// The text of a member, however its name is spelled.
fn text_of<'a>(members: &'a Value, name: &str) -> Option<&'a str> {
    let mut members = members.as_object()?.iter();
    members.find(|(member, _)| is_same(member, name))?.1.as_str()
}

/// That the job still runs, if so: a description says it, or the status of an object.
fn running(description: &Value) -> Option<String> {
    let status = text_of(description, "TrainingJobStatus").unwrap_or_default();
    matches!(status, "InProgress" | "Stopping").then(|| {
        format!(
            "its job is {status}: wait until it is over, or set another checkpointConfig.s3Uri, for both \
             would write to one place"
        )
    })
}

/// One training job of another tool.
#[derive(Debug)]
pub(super) struct Source {
    /// What it is, for people.
    pub(super) what: String,
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) labels: Map<String, Value>,
    pub(super) region: Option<String>,
    /// The members of the request, as they are spelled there.
    pub(super) request: Written,
    /// What else the object says, and what becomes of it.
    pub(super) remarks: Vec<String>,
    /// Whether its job is left running when the object is deleted.
    pub(super) is_orphan: bool,
    /// Whether SageMaker has added to it what nobody asked for.
    pub(super) is_description: bool,
}

impl Source {
    /// The training job that a document is, if it is one.
    pub(super) fn of(document: &Written) -> Option<Self> {
        let object = &document.value;
        let version = object["apiVersion"].as_str().unwrap_or_default();
        let operator = OPERATORS.iter().find(|(group, _)| version.starts_with(group));
        match operator {
            Some((_, operator)) if object["kind"] == "TrainingJob" => {
                Some(Self::of_object(document, operator))
            }
            Some(_) => None,
            None => Self::of_request(document),
        }
    }

    fn of_object(document: &Written, operator: &str) -> Self {
        let object = &document.value;
        let text =
            |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let region = text("/spec/region")
            .or_else(|| text("/metadata/annotations/services.k8s.aws~1region"))
            .or_else(|| text("/status/ackResourceMetadata/region"));
        let written = document.written.get("spec").unwrap_or(&Value::Null);
        let mut request = Written { value: object["spec"].clone(), written: written.clone() };
        let metadata = &object["metadata"];
        let mut remarks: Vec<_> = running(&object["status"]).into_iter().collect();
        // No members of the request: where the job runs, which is a field beside the template here.
        for name in ["region", "sageMakerEndpoint"] {
            let dropped =
                request.value.as_object_mut().and_then(|members| members.shift_remove(name));
            if let Some(dropped) = dropped.filter(|_| name != "region") {
                remarks.push(format!("{name} {dropped} dropped: the operator has one endpoint"));
            }
        }
        let annotations = object.pointer("/metadata/annotations").and_then(Value::as_object);
        let is_orphan = annotations.is_some_and(|annotations| {
            annotations.get(RETENTION).is_some_and(|kept| kept == "retain")
        });
        if is_orphan {
            remarks.push(format!("annotation {RETENTION} retain: spec.deletionPolicy Orphan"));
        }
        let others = annotations.into_iter().flatten().map(|(key, _)| key.as_str());
        let others: Vec<_> = others.filter(|key| !TAKEN_OVER.contains(key)).collect();
        if !others.is_empty() {
            remarks.push(format!("annotations dropped: {}", others.join(", ")));
        }
        let labels = labels(metadata, &mut remarks);
        let ties = OWNERSHIP.iter().filter(|(member, _)| !metadata[*member].is_null());
        remarks.extend(ties.map(|(member, why)| format!("{member} dropped: {why}")));
        Self {
            what: format!("a TrainingJob of {operator}"),
            name: text("/metadata/name"),
            namespace: text("/metadata/namespace"),
            labels,
            region,
            request,
            remarks,
            is_orphan,
            is_description: false,
        }
    }

    fn of_request(document: &Written) -> Option<Self> {
        let members = document.value.as_object()?;
        let has = |name: &str| members.keys().any(|member| is_same(member, name));
        if !has("AlgorithmSpecification") && !has("TrainingJobName") {
            return None;
        }
        let is_description = members.keys().any(|name| is_answer(name));
        let arn = text_of(&document.value, "TrainingJobArn");
        let region = arn.and_then(|arn| arn.split(':').nth(3).map(str::to_owned));
        let what = if is_description { "a description of a training job" } else { "a request" };
        Some(Self {
            what: what.to_owned(),
            name: None,
            namespace: None,
            labels: Map::new(),
            region,
            request: document.clone(),
            remarks: running(&document.value).into_iter().collect(),
            is_orphan: false,
            is_description,
        })
    }
}
