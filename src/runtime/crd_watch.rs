//! The CRD as the apiserver serves it: waited for at the start, which is better than ending again
//! and again, and checked while the operator runs.

use std::time::Duration;

use axum::http::Request;
use kube::Client;
use kube::Resource;
use serde_json::Value;
use tracing::{info, warn};

use crate::api::v1alpha1::Object;
use crate::api::v1alpha1::definition::definition;
use crate::controller::error::Error;
use crate::controller::readiness::{Need, Readiness};
use crate::domain::job::error_chain::chain;

/// How often the apiserver is asked.
const INTERVAL: Duration = Duration::from_secs(2);

/// Ends when the apiserver serves the CRD; meanwhile readiness says what is missing.
pub async fn served(client: &Client, readiness: &Readiness) {
    let mut said = String::new();
    loop {
        let Some(why) = missing(client).await else { break };
        if why != said {
            warn!("{why}");
            readiness.lacks(Need::CrdServed, "", &why);
            said = why;
        }
        tokio::time::sleep(INTERVAL).await;
    }
    readiness.has(Need::CrdServed, "");
    info!("the CRD is served");
}

/// How often the apiserver is asked later on.
const LATER: Duration = Duration::from_secs(30);

/// The apiserver's CRD, among what can lack a field.
const SERVED: &str = "every object";

/// Keeps readiness informed about the CRD, until dropped.
pub async fn guard(client: &Client, readiness: &Readiness) {
    let definition = definition().unwrap_or_default();
    let ours = definition.pointer("/spec/versions/0/schema/openAPIV3Schema");
    loop {
        match missing(client).await {
            Some(why) => readiness.lacks(Need::CrdServed, "", &why),
            None => readiness.has(Need::CrdServed, ""),
        }
        // Without an answer nothing is known.
        if let Some(served) = served_schema(client).await {
            match ours.and_then(|ours| lacking(ours, &served, "")) {
                Some(field) => {
                    let why = format!("{}; it lacks {field}", Error::CrdOlder);
                    readiness.lacks(Need::CrdCurrent, SERVED, &why);
                }
                None => readiness.has(Need::CrdCurrent, SERVED),
            }
        }
        tokio::time::sleep(LATER).await;
    }
}

/// The schema that is served, which everybody who may discover may read.
async fn served_schema(client: &Client) -> Option<Value> {
    let path = format!("/openapi/v3/apis/{}", Object::api_version(&()));
    let request = Request::get(path).body(Vec::new()).ok()?;
    let answer = tokio::time::timeout(INTERVAL * 3, client.request::<Value>(request)).await;
    let mut document = answer.ok()?.ok()?;
    let schemas = document.pointer_mut("/components/schemas")?.as_object_mut()?;
    let kind = Object::kind(&());
    let is_ours = |schema: &&mut Value| {
        let named = schema.pointer("/x-kubernetes-group-version-kind/0/kind");
        named.and_then(Value::as_str) == Some(&kind)
    };
    schemas.values_mut().find(is_ours).map(Value::take)
}

/// The first field of `ours` that `served` does not know.
fn lacking(ours: &Value, served: &Value, path: &str) -> Option<String> {
    if let Some(items) = ours.get("items") {
        return lacking(items, served.get("items")?, path);
    }
    // A schema without properties takes everything.
    let known = served.get("properties")?.as_object()?;
    ours.get("properties")?.as_object()?.iter().find_map(|(name, schema)| {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match known.get(name) {
            Some(served) => lacking(schema, served, &path),
            None => Some(path),
        }
    })
}

/// Why the CRD cannot be used, if so. Discovery needs no permission on CRDs.
async fn missing(client: &Client) -> Option<String> {
    let version = Object::api_version(&());
    let plural = Object::plural(&());
    let asked = tokio::time::timeout(INTERVAL * 3, client.list_api_group_resources(&version)).await;
    match asked {
        Ok(Ok(list)) if list.resources.iter().any(|resource| resource.name == plural) => None,
        // A group that nobody serves is a plain 404 without a Status.
        Ok(Err(kube::Error::Api(status))) if status.code != 404 => {
            Some(format!("the apiserver refuses: {status}"))
        }
        Ok(Ok(_) | Err(kube::Error::Api(_))) => Some(format!(
            "the apiserver does not serve {plural} of {version}: apply crds/spottrainingjobs.yaml"
        )),
        Ok(Err(error)) => Some(format!("the apiserver cannot be reached: {}", chain(&error))),
        Err(_) => Some("the apiserver does not answer".to_owned()),
    }
}
