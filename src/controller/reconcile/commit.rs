//! Commit: what is going on goes into the status before anything is done about it.
//!
//! A server-side apply that carries resourceVersion: somebody else's write meanwhile is a conflict,
//! and the decision is dropped. An apply removes nothing that somebody else has written too (an edit,
//! a restored backup): what then says more than we do is removed by a patch.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::Resource;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};
use tracing::debug;

use super::target::Target;
use crate::api::v1alpha1::{Lenient, Object, SpotTrainingJobStatus};
use crate::controller::context::Context;
use crate::controller::convert::status::{smallest, status};
use crate::controller::error::Error;
use crate::controller::kube::calls::{MANAGER, api, bounded};
use crate::domain::run::Run;
use crate::domain::view::View;
use crate::domain::vocabulary::{ConditionType, Vocabulary};

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// The status says all of it, or said it before.
    Whole,
    /// The status says all of it, and something of somebody else that could not be removed.
    Foreign,
    /// The apiserver refuses a part of it for this reason; the rest is committed.
    Part(String),
    /// The apiserver refuses every status for this reason: nothing is committed.
    Nothing(String),
}

/// Writes `run` into the status of `target`, if it does not say so already.
///
/// # Errors
/// [`Error::Conflict`] when the object has changed; [`Error::CrdOlder`] when the apiserver dropped
/// what must not be lost.
pub async fn commit(
    ctx: &Context,
    target: &mut Target,
    run: &Run,
    view: &View,
) -> Result<Committed, Error> {
    let ours = status(run, view, target.facts.generation)?;
    if shows(&target.status, &ours) {
        target.run.clone_from(run);
        return Ok(Committed::Whole);
    }
    let text = serde_json::to_string(&ours)?;
    let shown = serde_json::to_string(&target.status)?;
    if ctx.sessions.is_written(&target.id, &text, &shown) {
        target.run.clone_from(run);
        return Ok(Committed::Whole);
    }
    let committed = if contains(&target.status, &ours)? {
        Committed::Whole
    } else {
        match write(ctx, target, &ours).await {
            Err(Error::Refused(why)) => match write(ctx, target, &smallest(&ours, &why)).await {
                Err(Error::Refused(_)) => Committed::Nothing(why),
                written => {
                    written?;
                    Committed::Part(why)
                }
            },
            written => {
                written?;
                Committed::Whole
            }
        }
    };
    if matches!(committed, Committed::Nothing(_)) {
        return Ok(committed);
    }
    target.run.clone_from(run);
    if committed == Committed::Whole
        && !shows(&target.status, &ours)
        && let Err(error) = remove_foreign(ctx, target, &ours).await
    {
        debug!("what somebody else has written stays in the status: {error}");
        return Ok(Committed::Foreign);
    }
    let kept = serde_json::to_string(&target.status)?;
    ctx.sessions.wrote(&target.id, &text, &kept);
    Ok(committed)
}

async fn write(
    ctx: &Context,
    target: &mut Target,
    status: &SpotTrainingJobStatus,
) -> Result<(), Error> {
    let body = json!({
        "apiVersion": Object::api_version(&()),
        "kind": Object::kind(&()),
        "metadata": {
            "name": target.id.name,
            "namespace": target.id.namespace,
            "resourceVersion": target.resource_version,
        },
        "status": status,
    });
    let params = PatchParams::apply(MANAGER).force();
    let api = api(&ctx.client, &target.id);
    let patch = Patch::Apply(&body);
    let object = match bounded(api.patch_status(&target.id.name, &params, &patch)).await {
        Err(Error::Kubernetes(error)) if is_undeclared_field(&error) => Err(Error::CrdOlder),
        answer => answer,
    }?;
    let Lenient::Read(kept) = &object.status else { return Err(Error::CrdOlder) };
    if kept.internal_state != status.internal_state {
        return Err(Error::CrdOlder);
    }
    target.status = kept.clone();
    target.written(&object);
    Ok(())
}

/// Removes what `ours` does not say from the status of `target`.
async fn remove_foreign(
    ctx: &Context,
    target: &mut Target,
    ours: &SpotTrainingJobStatus,
) -> Result<(), Error> {
    let conditions = with_foreign(&target.status, ours);
    let wanted = SpotTrainingJobStatus { conditions, ..ours.clone() };
    let (shown, ours) = (serde_json::to_value(&target.status)?, serde_json::to_value(wanted)?);
    let version = &target.resource_version;
    let mut operations =
        vec![json!({ "op": "test", "path": "/metadata/resourceVersion", "value": version })];
    let shown = shown.as_object().into_iter().flatten();
    for (name, _) in shown.filter(|(name, value)| ours.get(name) != Some(*value)) {
        let path = format!("/status/{name}");
        operations.push(match ours.get(name) {
            Some(wanted) => json!({ "op": "replace", "path": path, "value": wanted }),
            None => json!({ "op": "remove", "path": path }),
        });
    }
    let patch = serde_json::from_value(Value::Array(operations))?;
    let params = PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() };
    let api = api(&ctx.client, &target.id);
    let patch = Patch::<()>::Json(patch);
    let object = bounded(api.patch_status(&target.id.name, &params, &patch)).await?;
    if let Lenient::Read(kept) = &object.status {
        target.status = kept.clone();
        target.written(&object);
    }
    Ok(())
}

/// Our conditions, and those of `shown` whose type is none of ours.
fn with_foreign(shown: &SpotTrainingJobStatus, ours: &SpotTrainingJobStatus) -> Vec<Condition> {
    let is_ours = |name: &str| ConditionType::ALL.iter().any(|own| own.as_str() == name);
    let foreign = shown.conditions.iter().filter(|condition| !is_ours(&condition.type_));
    ours.conditions.iter().chain(foreign).cloned().collect()
}

/// Whether `shown` says all that `ours` says.
fn contains(
    shown: &SpotTrainingJobStatus,
    ours: &SpotTrainingJobStatus,
) -> Result<bool, serde_json::Error> {
    let conditions = ours.conditions.iter().all(|condition| shown.conditions.contains(condition));
    let (shown, ours) = (serde_json::to_value(shown)?, serde_json::to_value(ours)?);
    Ok(conditions && members(&ours).all(|(name, value)| shown.get(name) == Some(value)))
}

/// The members of a status, but for the conditions: those of other types are somebody else's.
fn members(status: &Value) -> impl Iterator<Item = (&String, &Value)> {
    status.as_object().into_iter().flatten().filter(|(name, _)| *name != "conditions")
}

/// Whether `shown` says all that `ours` says, and nothing more that is ours to say. Conditions of
/// other types are somebody else's.
fn shows(shown: &SpotTrainingJobStatus, ours: &SpotTrainingJobStatus) -> bool {
    let conditions = ours.conditions.clone();
    ours.conditions.iter().all(|condition| shown.conditions.contains(condition))
        && shown.conditions.len() == with_foreign(shown, ours).len()
        && SpotTrainingJobStatus { conditions, ..shown.clone() } == *ours
}

/// Whether an apply had a field that the CRD lacks: not pruned, as in an update, but refused with
/// 500 (structured-merge-diff's text).
fn is_undeclared_field(error: &kube::Error) -> bool {
    const UNDECLARED: &str = "field not declared in schema";
    matches!(error, kube::Error::Api(status) if status.message.contains(UNDECLARED))
}
