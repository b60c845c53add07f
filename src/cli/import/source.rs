//! What is imported: a request or a description of SageMaker's, or another operator's object.

use serde_json::Value;

use super::answers::is_answer;
use crate::api::validation::spelling::is_same;

/// The API groups of AWS's operators and what they are called.
const OPERATORS: [(&str, &str); 2] = [
    ("sagemaker.services.k8s.aws/", "AWS's ACK controller"),
    ("sagemaker.aws.amazon.com/", "AWS's first operator, which is archived"),
];

/// One training job of another tool.
#[derive(Debug)]
pub(super) struct Source {
    /// What it is, for people.
    pub(super) what: String,
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) labels: Option<Value>,
    pub(super) region: Option<String>,
    /// The members of the request, as they are spelled there.
    pub(super) request: Value,
    /// Whether SageMaker has added to it what nobody asked for.
    pub(super) is_description: bool,
}

impl Source {
    /// The training job that a document is, if it is one.
    pub(super) fn of(document: &Value) -> Option<Self> {
        let version = document["apiVersion"].as_str().unwrap_or_default();
        let operator = OPERATORS.iter().find(|(group, _)| version.starts_with(group));
        match operator {
            Some((_, operator)) if document["kind"] == "TrainingJob" => {
                Some(Self::of_object(document, operator))
            }
            Some(_) => None,
            None => Self::of_request(document),
        }
    }

    fn of_object(object: &Value, operator: &str) -> Self {
        let text =
            |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let region = text("/spec/region")
            .or_else(|| text("/metadata/annotations/services.k8s.aws~1region"))
            .or_else(|| text("/status/ackResourceMetadata/region"));
        let mut request = object["spec"].clone();
        // No members of the request: where the job runs, which is a field beside the template here.
        for name in ["region", "sageMakerEndpoint"] {
            request.as_object_mut().and_then(|members| members.remove(name));
        }
        Self {
            what: format!("a TrainingJob of {operator}"),
            name: text("/metadata/name"),
            namespace: text("/metadata/namespace"),
            labels: object["metadata"].get("labels").cloned(),
            region,
            request,
            is_description: false,
        }
    }

    fn of_request(document: &Value) -> Option<Self> {
        let members = document.as_object()?;
        let has = |name: &str| members.keys().any(|member| is_same(member, name));
        if !has("AlgorithmSpecification") && !has("TrainingJobName") {
            return None;
        }
        let is_description =
            members.iter().any(|(name, member)| member.is_null() || is_answer(name));
        let arn = members.iter().find(|(name, _)| is_same(name, "TrainingJobArn"));
        let region = arn.and_then(|(_, arn)| arn.as_str()?.split(':').nth(3).map(str::to_owned));
        let what = if is_description { "a description of a training job" } else { "a request" };
        Some(Self {
            what: what.to_owned(),
            name: None,
            namespace: None,
            labels: None,
            region,
            request: document.clone(),
            is_description,
        })
    }
}
