//! A status that can't be read: nothing is known of what runs, so nothing is done but to say so.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::api::{Patch, PatchParams};
use kube::runtime::controller::Action;
use serde_json::{Value, json};
use tracing::debug;

use super::finalizer;
use super::target::Target;
use crate::api::v1alpha1::{Lenient, Object, SpotTrainingJobStatus};
use crate::controller::context::Context;
use crate::controller::convert::status::{condition_message, whole_seconds};
use crate::controller::error::Error;
use crate::controller::kube::calls::{MANAGER, api, bounded};
use crate::controller::object_id::ObjectId;
use crate::controller::publish::publish;
use crate::domain::fact::{Fact, FactKind};
use crate::domain::spec::plan::DeletionPolicy;
use crate::domain::vocabulary::{ConditionType, EventReason, State, Vocabulary};

/// Says so in the status; an object whose job may be left running is released when it is deleted.
///
/// # Errors
/// [`Error::UnreadableStatus`], unless the object was released.
pub(super) async fn unreadable(
    ctx: &Context,
    object: &Object,
    why: String,
) -> Result<Action, Error> {
    let mut target = Target::without_status(object, &ctx.defaults)?;
    let orphan = target.spec.deletion_policy() == DeletionPolicy::Orphan;
    if target.facts.deleting && target.facts.has_finalizer && orphan {
        finalizer::remove(&ctx.client, &mut target).await?;
        let message =
            format!("a training job may be left running, by deletionPolicy Orphan: {why}");
        let orphaned = Fact { kind: FactKind::JobOrphaned, message };
        publish(ctx, &target.id, &target.run, &[orphaned]);
        ctx.forget(&target.id.uid);
        return Ok(Action::await_change());
    }
    let has_ended = matches!(&object.status, Lenient::Read(status) if has_ended(status));
    let remedy = remedy(&target, has_ended);
    let message = format!("{why}; nothing is done about a job that may run; {remedy}");
    if let Lenient::Read(status) = &object.status
        && !has_ended
    {
        match show(ctx, &target, status, &message).await {
            Err(error @ (Error::Conflict | Error::Gone)) => return Err(error),
            Err(error) => debug!("it is not shown in the status: {error}"),
            Ok(()) => {}
        }
    }
    Err(Error::UnreadableStatus(message))
}

/// What helps where the state is lost: a job that is live is found again by its name when it is to be
/// created.
fn remedy(target: &Target, has_ended: bool) -> String {
    if has_ended {
        return "it has ended: leave it as it is, or delete it".to_owned();
    }
    if target.facts.deleting {
        return "stop it in SageMaker (status.trainingJobName), then set spec.deletionPolicy: Orphan to \
                let the object go"
            .to_owned();
    }
    let ObjectId { namespace, name, .. } = &target.id;
    let first = if target.spec.suspend() {
        format!(
            "set spec.suspend: false (kubectl patch stj {name} --namespace {namespace} --type=merge \
             --patch '{{\"spec\":{{\"suspend\":false}}}}'), and then "
        )
    } else {
        String::new()
    };
    format!(
        "to find it again and begin anew, {first}remove the whole status: kubectl patch stj {name} \
         --namespace {namespace} --subresource=status --type=json \
         --patch '[{{\"op\":\"remove\",\"path\":\"/status\"}}]'"
    )
}

/// Whether the object has ended: that is final, whatever else is lost.
fn has_ended(status: &SpotTrainingJobStatus) -> bool {
    status.conditions.iter().any(|condition| {
        let mut ends = [ConditionType::Complete, ConditionType::Failed].into_iter();
        condition.status == "True" && ends.any(|end| condition.type_ == end.as_str())
    })
}

/// Shows it beside what the status says otherwise. A merge patch, for an apply would drop all that the
/// operator has applied before and does not apply now.
async fn show(
    ctx: &Context,
    target: &Target,
    status: &SpotTrainingJobStatus,
    message: &str,
) -> Result<(), Error> {
    let conditions = conditions(ctx, target, status, message);
    let (state, generation) = (State::Stalled.as_str(), Some(target.facts.generation));
    if (&status.conditions, status.state.as_deref(), status.observed_generation)
        == (&conditions, Some(state), generation)
    {
        return Ok(());
    }
    if status.internal_state.is_none() && !is_served(ctx, target).await? {
        // Through a CRD without the field, a write would prune what is stored.
        return Ok(());
    }
    let shown =
        json!({ "conditions": conditions, "state": state, "observedGeneration": generation });
    let written = patch(ctx, target, shown, false).await?;
    let version = written.metadata.resource_version.unwrap_or_default();
    ctx.sessions.knows(&target.id, &version);
    Ok(())
}

/// Whether the CRD that the apiserver serves has the internal state.
async fn is_served(ctx: &Context, target: &Target) -> Result<bool, Error> {
    let kept = patch(ctx, target, json!({ "internalState": "?" }), true).await?;
    Ok(matches!(kept.status, Lenient::Read(status) if status.internal_state.is_some()))
}

async fn patch(
    ctx: &Context,
    target: &Target,
    status: Value,
    dry_run: bool,
) -> Result<Object, Error> {
    let version = &target.resource_version;
    let body = json!({ "metadata": { "resourceVersion": version }, "status": status });
    let field_manager = Some(MANAGER.to_owned());
    let params = PatchParams { dry_run, field_manager, ..PatchParams::default() };
    let api = api(&ctx.client, &target.id);
    bounded(api.patch_status(&target.id.name, &params, &Patch::Merge(&body))).await
}

/// Stalled, and whatever other conditions there are.
fn conditions(
    ctx: &Context,
    target: &Target,
    status: &SpotTrainingJobStatus,
    message: &str,
) -> Vec<Condition> {
    let said = [
        (ConditionType::Ready, "False", message),
        (ConditionType::Reconciling, "False", ""),
        (ConditionType::Stalled, "True", message),
    ];
    let said = said.map(|(kind, value, message)| {
        let before = status.conditions.iter().find(|before| before.type_ == kind.as_str());
        let unchanged = before.filter(|before| before.status == value);
        Condition {
            type_: kind.as_str().to_owned(),
            status: value.to_owned(),
            reason: EventReason::StatusUnreadable.as_str().to_owned(),
            message: condition_message(message),
            last_transition_time: unchanged.map_or_else(
                || whole_seconds(ctx.clock.now()),
                |before| Time(before.last_transition_time.0),
            ),
            observed_generation: Some(target.facts.generation),
        }
    });
    let is_said = |other: &&Condition| said.iter().any(|said| said.type_ == other.type_);
    let others: Vec<_> =
        status.conditions.iter().filter(|other| !is_said(other)).cloned().collect();
    said.into_iter().chain(others).collect()
}
