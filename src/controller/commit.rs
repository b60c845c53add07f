//! Commit: the memory goes into the status before anything is done about it.
//!
//! A server-side apply that carries resourceVersion: somebody else's write meanwhile is a conflict,
//! and the decision is dropped.

use kube::api::{Patch, PatchParams};
use kube::{Client, Resource};
use serde_json::json;

use crate::api::v1alpha1::{Lenient, Object, SpotTrainingJobStatus};
use crate::domain::memory::Memory;

use super::apiserver::{MANAGER, api, bounded};
use super::error::Error;
use super::project;
use super::subject::Subject;

/// Writes `memory` into the status of `subject`.
///
/// # Errors
/// [`Error::Conflict`] when the object has changed; [`Error::CrdOlder`] when the apiserver refused
/// or dropped a part of what was written.
pub async fn commit(client: &Client, subject: &mut Subject, memory: &Memory) -> Result<(), Error> {
    let status = project::status(memory)?;
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
    let kept = match &object.status {
        Lenient::Read(kept) if contains(kept, &status) => kept,
        Lenient::Read(_) | Lenient::Unreadable(..) => return Err(Error::CrdOlder),
    };
    // As every later round will read it: times have whole seconds there.
    let memory = project::memory(kept).map_err(Error::UnreadableStatus)?;
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
