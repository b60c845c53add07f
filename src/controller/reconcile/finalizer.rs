//! The finalizer, added and removed as explicit steps by guarded JSON patches.
//!
//! kube's own helper releases an object as soon as clean-up returns: wrong for stop-then-wait.

use kube::Client;
use kube::api::{Api, Patch, PatchParams};
use serde_json::{Value, json};

use crate::api::v1alpha1::{FINALIZER, Object};
use crate::controller::error::Error;
use crate::controller::kube::calls::{api, bounded};

use super::target::Target;

/// Adds our finalizer.
///
/// # Errors
/// [`Error::Conflict`] when the object has changed; [`Error::Refused`] when a policy of the cluster
/// refuses the patch.
pub async fn add(client: &Client, target: &mut Target) -> Result<(), Error> {
    let operation = if target.finalizers.is_empty() {
        json!({ "op": "add", "path": "/metadata/finalizers", "value": [FINALIZER] })
    } else {
        json!({ "op": "add", "path": "/metadata/finalizers/-", "value": FINALIZER })
    };
    patch(client, target, vec![operation]).await
}

/// Removes our finalizer, and with it a deleted object if it was the last one.
///
/// # Errors
/// [`Error::Conflict`] when the object has changed; [`Error::Refused`] when a policy of the cluster
/// refuses the patch.
pub async fn remove(client: &Client, target: &mut Target) -> Result<(), Error> {
    let Some(index) = target.finalizers.iter().position(|name| name == FINALIZER) else {
        return Ok(());
    };
    let path = format!("/metadata/finalizers/{index}");
    let operations = vec![
        json!({ "op": "test", "path": path, "value": FINALIZER }),
        json!({ "op": "remove", "path": path }),
    ];
    patch(client, target, operations).await
}

/// Applies `operations` if the object is still the version they were made for.
async fn patch(
    client: &Client,
    target: &mut Target,
    mut operations: Vec<Value>,
) -> Result<(), Error> {
    let version = &target.resource_version;
    let guard = json!({ "op": "test", "path": "/metadata/resourceVersion", "value": version });
    operations.insert(0, guard);
    let patch: json_patch::Patch = serde_json::from_value(Value::Array(operations))?;
    let api = api(client, &target.id);
    let name = &target.id.name;
    match bounded(api.patch(name, &PatchParams::default(), &Patch::<()>::Json(patch))).await {
        Ok(object) => {
            target.written(&object);
            Ok(())
        }
        Err(Error::Refused(why)) => Err(conflict_or_refusal(&api, target, why).await?),
        Err(error) => Err(error),
    }
}

/// A failed `test` and the refusal of an admission policy are the same 422: only where the object
/// has changed it was the `test`.
async fn conflict_or_refusal(
    api: &Api<Object>,
    target: &Target,
    why: String,
) -> Result<Error, Error> {
    let now = bounded(api.get(&target.id.name)).await?;
    let same_version = now.metadata.resource_version.as_ref() == Some(&target.resource_version);
    Ok(if same_version { Error::Refused(why) } else { Error::Conflict })
}
