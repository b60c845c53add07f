//! Commit: the memory goes into the status before anything is done about it.
//!
//! A server-side apply that carries resourceVersion: somebody else's write meanwhile is a conflict,
//! and the decision is dropped.

use std::time::Duration;

use kube::api::{Api, Patch, PatchParams};
use kube::{Client, Resource, ResourceExt};
use serde_json::json;

use crate::api::v1alpha1::{Lenient, Object, SpotTrainingJobStatus};
use crate::domain::memory::Memory;

use super::error::Error;
use super::project;
use super::subject::{Identity, Subject};

/// The field manager of everything the operator writes.
pub const MANAGER: &str = "spot-training-operator";

/// Every call to the apiserver but a watch ends within this time.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// Ends a call to the apiserver that does not answer; kube itself waits for ever.
pub(super) async fn bounded<T>(
    call: impl Future<Output = Result<T, kube::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(CALL_TIMEOUT, call).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Error::TimedOut(CALL_TIMEOUT)),
    }
}

/// The API of an object's namespace.
pub(super) fn api(client: &Client, identity: &Identity) -> Api<Object> {
    Api::namespaced(client.clone(), &identity.namespace)
}

/// The object as the apiserver has it now.
pub(super) async fn fresh(client: &Client, object: &Object) -> Result<Object, Error> {
    let namespace = object.namespace().ok_or(Error::Incomplete("namespace"))?;
    let api: Api<Object> = Api::namespaced(client.clone(), &namespace);
    bounded(api.get(&object.name_any())).await
}

/// Writes `memory` into the status of `subject`.
///
/// # Errors
/// [`Error::Conflict`] when the object has changed; [`Error::CrdOlder`] when the apiserver refused
/// or dropped a part of what was written.
pub async fn commit(client: &Client, subject: &mut Subject, memory: Memory) -> Result<(), Error> {
    let status = project::status(&memory)?;
    let body = json!({
        "apiVersion": Object::api_version(&()),
        "kind": Object::kind(&()),
        "metadata": {
            "name": subject.identity.name,
            "namespace": subject.identity.namespace,
            "resourceVersion": subject.resource_version,
        },
        "status": status,
    });
    let params = PatchParams::apply(MANAGER).force();
    let api = api(client, &subject.identity);
    let patch = Patch::Apply(&body);
    let object = match bounded(api.patch_status(&subject.identity.name, &params, &patch)).await {
        Err(Error::Kubernetes(error)) if is_undeclared_field(&error) => Err(Error::CrdOlder),
        answer => answer,
    }?;
    if !matches!(&object.status, Lenient::Read(kept) if contains(kept, &status)) {
        return Err(Error::CrdOlder);
    }
    subject.written(&object);
    subject.memory = memory;
    Ok(())
}

/// Whether the apiserver kept all that was sent. Conditions of others are theirs.
fn contains(kept: &SpotTrainingJobStatus, sent: &SpotTrainingJobStatus) -> bool {
    let conditions = sent.conditions.clone();
    sent.conditions.iter().all(|condition| kept.conditions.contains(condition))
        && SpotTrainingJobStatus { conditions, ..kept.clone() } == *sent
}

/// Whether an apply had a field that the CRD lacks: not pruned, as in an update, but refused with
/// 500 (structured-merge-diff's text).
fn is_undeclared_field(error: &kube::Error) -> bool {
    const UNDECLARED: &str = "field not declared in schema";
    matches!(error, kube::Error::Api(status) if status.message.contains(UNDECLARED))
}
