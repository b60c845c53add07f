//! A place for one object, and what can be done to it over plain HTTP.

use futures::{AsyncBufReadExt, TryStreamExt};
use http::Request;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::{Api, PostParams};
use kube::{Client, Error};
use serde_json::{Value, json};

use crate::support::fixtures::objects::manifest;

/// The namespace of all rows.
const NAMESPACE: &str = "parity";

/// An answer, or why there is none.
pub(super) type Answer = Result<Value, Error>;

/// A place for one object.
#[derive(Clone)]
pub(super) struct Place {
    client: Client,
    name: String,
}

/// Makes the namespace, which an apiserver in memory has of itself.
pub(super) async fn make_namespace(client: Client) {
    let namespace = serde_json::from_value(json!({ "metadata": { "name": NAMESPACE } })).unwrap();
    Api::<Namespace>::all(client).create(&PostParams::default(), &namespace).await.unwrap();
}

impl Place {
    pub(super) fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// The object's manifest.
    pub(super) fn manifest(&self) -> Value {
        manifest(NAMESPACE, &self.name)
    }

    async fn send(&self, method: &str, path: &str, content_type: &str, body: &Value) -> Answer {
        let all =
            format!("/apis/spottraining.dev/v1alpha1/namespaces/{NAMESPACE}/spottrainingjobs");
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = Request::builder().method(method).uri(all + path);
        let request = request.header("content-type", content_type).body(body).unwrap();
        self.client.request(request).await
    }

    pub(super) async fn create(&self, manifest: &Value) -> Answer {
        self.send("POST", "", "application/json", manifest).await
    }

    /// Creates the manifest as it is.
    pub(super) async fn created(&self) -> Value {
        self.create(&self.manifest()).await.unwrap()
    }

    /// Creates the manifest with these finalizers.
    pub(super) async fn created_with_finalizers(&self, finalizers: &[&str]) -> Value {
        let mut manifest = self.manifest();
        manifest["metadata"]["finalizers"] = json!(finalizers);
        self.create(&manifest).await.unwrap()
    }

    pub(super) async fn get(&self) -> Answer {
        self.send("GET", &format!("/{}", self.name), "application/json", &Value::Null).await
    }

    pub(super) async fn replace(&self, object: &Value) -> Answer {
        self.send("PUT", &format!("/{}", self.name), "application/json", object).await
    }

    pub(super) async fn delete(&self, options: &Value) -> Answer {
        self.send("DELETE", &format!("/{}", self.name), "application/json", options).await
    }

    pub(super) async fn merge(&self, patch: &Value) -> Answer {
        let one = format!("/{}", self.name);
        self.send("PATCH", &one, "application/merge-patch+json", patch).await
    }

    pub(super) async fn patch(&self, operations: &Value) -> Answer {
        let one = format!("/{}", self.name);
        self.send("PATCH", &one, "application/json-patch+json", operations).await
    }

    /// Applies a status by force, with more metadata.
    pub(super) async fn apply(&self, manager: &str, status: &Value, metadata: &Value) -> Answer {
        let mut body = json!({
            "apiVersion": "spottraining.dev/v1alpha1", "kind": "SpotTrainingJob",
            "metadata": { "name": self.name }, "status": status,
        });
        for (name, value) in metadata.as_object().unwrap() {
            body["metadata"][name] = value.clone();
        }
        let path = format!("/{}/status?fieldManager={manager}&force=true", self.name);
        self.send("PATCH", &path, "application/apply-patch+yaml", &body).await
    }

    /// The status after `manager` has applied this one.
    pub(super) async fn status(&self, manager: &str, status: Value) -> Value {
        self.apply(manager, &status, &json!({})).await.unwrap()["status"].clone()
    }

    /// The newest version of all objects.
    pub(super) async fn revision(&self) -> String {
        let list = self.send("GET", "", "application/json", &Value::Null).await.unwrap();
        list["metadata"]["resourceVersion"].as_str().unwrap().to_owned()
    }

    /// Opens a watch; then: what it brings until it ends by itself, types and codes of errors.
    pub(super) async fn watch(&self, from: &str, seconds: u32) -> impl Future<Output = String> {
        let path = format!(
            "/apis/spottraining.dev/v1alpha1/namespaces/{NAMESPACE}/spottrainingjobs?watch=1\
             &allowWatchBookmarks=true&resourceVersion={from}&timeoutSeconds={seconds}"
        );
        let request = Request::get(path).body(Vec::new()).unwrap();
        let lines = self.client.request_stream(request).await.unwrap().lines();
        async {
            let lines: Vec<String> = lines.try_collect().await.unwrap();
            let mut events: Vec<_> = lines.iter().filter_map(|line| self.event(line)).collect();
            // The real one may send a bookmark twice.
            events.dedup();
            events.join(" ")
        }
    }

    fn event(&self, line: &str) -> Option<String> {
        let event: Value = serde_json::from_str(line).unwrap();
        let kind = event["type"].as_str().unwrap();
        match kind {
            "ERROR" => Some(format!("ERROR {}", event["object"]["code"])),
            "BOOKMARK" => Some(kind.to_owned()),
            _ => (event["object"]["metadata"]["name"] == *self.name).then(|| kind.to_owned()),
        }
    }
}

/// What an answer did to an object: whether it has a new version and a new generation.
pub(super) fn effect(before: &Value, answer: Answer) -> String {
    let after = match answer {
        Ok(after) => after,
        Err(error) => return refusal(&error),
    };
    let moved = after["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"];
    let version = if moved { "new version" } else { "same version" };
    let generation = |object: &Value| object["metadata"]["generation"].as_i64().unwrap();
    format!("{version}, generation +{}", generation(&after) - generation(before))
}

/// Code and reason of an answer.
pub(super) fn words(answer: Answer) -> String {
    match answer {
        Ok(object) if object["kind"] == "Status" => object["status"].as_str().unwrap().to_owned(),
        Ok(_) => "the object".to_owned(),
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &Error) -> String {
    match error {
        Error::Api(status) => format!("{} {}", status.code, status.reason),
        other => other.to_string(),
    }
}
