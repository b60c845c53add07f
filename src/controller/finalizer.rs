//! The finalizer, added and removed as explicit steps by guarded JSON patches.
//!
//! kube's own helper releases an object as soon as clean-up returns: wrong for stop-then-wait.

use kube::Client;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::api::v1alpha1::FINALIZER;

use super::apiserver::{api, bounded};
use super::error::Error;
use super::subject::Subject;

/// Adds our finalizer.
///
/// # Errors
/// [`Error::Conflict`] when the object has changed.
pub async fn add(client: &Client, subject: &mut Subject) -> Result<(), Error> {
    let operation = if subject.finalizers.is_empty() {
        json!({ "op": "add", "path": "/metadata/finalizers", "value": [FINALIZER] })
    } else {
        json!({ "op": "add", "path": "/metadata/finalizers/-", "value": FINALIZER })
    };
    patch(client, subject, vec![operation]).await
}

/// Removes our finalizer, and with it a deleted object if it was the last one.
///
/// # Errors
/// [`Error::Conflict`] when the object has changed.
pub async fn remove(client: &Client, subject: &mut Subject) -> Result<(), Error> {
    let Some(index) = subject.finalizers.iter().position(|name| name == FINALIZER) else {
        return Ok(());
    };
    let path = format!("/metadata/finalizers/{index}");
    let operations = vec![
        json!({ "op": "test", "path": path, "value": FINALIZER }),
        json!({ "op": "remove", "path": path }),
    ];
    patch(client, subject, operations).await
}

/// Applies `operations` if the object is still the version they were made for.
async fn patch(
    client: &Client,
    subject: &mut Subject,
    mut operations: Vec<Value>,
) -> Result<(), Error> {
    let version = &subject.resource_version;
    let guard = json!({ "op": "test", "path": "/metadata/resourceVersion", "value": version });
    operations.insert(0, guard);
    let patch: json_patch::Patch = serde_json::from_value(Value::Array(operations))?;
    let api = api(client, &subject.identity);
    let name = &subject.identity.name;
    match bounded(api.patch(name, &PatchParams::default(), &Patch::<()>::Json(patch))).await {
        Ok(object) => {
            subject.written(&object);
            Ok(())
        }
        Err(Error::Kubernetes(error)) if is_failed_test(&error) => Err(Error::Conflict),
        Err(error) => Err(error),
    }
}

/// A failed `test` is 422 Invalid in the apiserver's words.
fn is_failed_test(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_invalid())
}
