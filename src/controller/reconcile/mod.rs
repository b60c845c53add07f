//! Reconcile: decide, commit, perform, and again until there is nothing to do now.

mod admit;
pub mod commit;
mod deletion;
mod describe;
pub mod finalizer;
pub mod perform;
pub mod rest;
pub mod target;
mod unreadable;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::controller::Action;
use tokio::time::Instant;
use tracing::{debug, error, instrument, warn};

use self::admit::{candidates, hold_prefix, place, view, wish};
use self::commit::{Committed, commit};
use self::perform::{Performance, Performed};
use self::rest::{rest, try_again};
use self::target::Target;
use self::unreadable::unreadable;
use super::context::Context;
use super::error::Error;
use super::kube::calls::fresh;
use super::publish::publish;
use crate::api::v1alpha1::{Lenient, Object};
use crate::domain::admission::Admission;
use crate::domain::decide;
use crate::domain::decision::Decision;
use crate::domain::effect::Effect;
use crate::domain::situation::{Polled, Seen, Situation};
use crate::domain::vocabulary::EventReason;

/// The longest chain of steps is finalizer, lost claim, create, acknowledgement; more is a bug.
const ROUNDS: usize = 10;

/// How soon a step that was dropped is decided on again.
const AFTER_DROP: Duration = Duration::from_millis(100);

/// Reconciles one object.
///
/// # Errors
/// What went wrong with the apiserver; everything else is a decision.
#[instrument(skip_all, fields(object = format!("{}/{}", object.namespace().unwrap_or_default(), object.name_any())))]
pub async fn reconcile(object: Arc<Object>, ctx: Arc<Context>) -> Result<Action, Error> {
    let started = Instant::now();
    let result = Box::pin(rounds(&object, &ctx)).await;
    ctx.metrics.reconciled(started.elapsed(), result.as_ref().err().map(Error::category));
    result
}

/// What a round leads to.
enum Next {
    /// Decide again.
    Round,
    /// The object has changed meanwhile: the decision is dropped, what was seen may still hold.
    Conflict,
    End(Action),
}

async fn rounds(object: &Object, ctx: &Context) -> Result<Action, Error> {
    if !ctx.leadership.is_leader() {
        return Ok(rest::without_leadership(ctx));
    }
    if !object.is_ours() {
        return leave_to_others(ctx, object).await;
    }
    let mut object = Cow::Borrowed(object);
    let mut target = match read(ctx, &mut object).await {
        Err(Error::UnreadableStatus(why)) => return unreadable(ctx, &object, why).await,
        read => read?,
    };
    let mut seen = Seen::default();
    for _ in 0..ROUNDS {
        let next = round(ctx, &mut target, &object, &mut seen).await;
        if !ctx.sessions.knows(&target.id, &target.resource_version) {
            // It went while a call was under way, whose answer must not be kept.
            ctx.forget(&target.id.uid);
        }
        match next? {
            Next::Round => {}
            Next::Conflict => {
                ctx.metrics.status_conflict();
                // The watch may be long behind: until then every decision would be dropped.
                let newest = newest(ctx, &mut object).await?;
                if newest.run != target.run {
                    seen = Seen::default();
                }
                target = newest;
            }
            Next::End(action) => return Ok(action),
        }
    }
    warn!("no end after {ROUNDS} steps; continuing later");
    Ok(try_again(ctx, &target))
}

async fn read(ctx: &Context, object: &mut Cow<'_, Object>) -> Result<Target, Error> {
    let metadata = &object.metadata;
    let (uid, version) = (metadata.uid.as_deref(), metadata.resource_version.as_deref());
    if ctx.sessions.knows_newer(uid.unwrap_or_default(), version.unwrap_or_default()) {
        // The watch has not brought what was written a moment ago: by the old version, a job that is
        // acknowledged would be asked about once more.
        return newest(ctx, object).await;
    }
    match Target::read(object, &ctx.defaults) {
        // A watch that was opened before a CRD was replaced prunes by the old one, and what it
        // pruned stays in the cache until the object changes.
        Err(Error::UnreadableStatus(_)) => newest(ctx, object).await,
        read => read,
    }
}

/// Replaces `object` by what the apiserver has now.
async fn newest(ctx: &Context, object: &mut Cow<'_, Object>) -> Result<Target, Error> {
    let newest = fresh(&ctx.client, object).await?;
    if newest.metadata.uid != object.metadata.uid {
        return Err(Error::Gone);
    }
    *object = Cow::Owned(newest);
    Target::read(object, &ctx.defaults)
}

/// Somebody else works on the object. A finalizer of ours can only have come with a copy of it.
async fn leave_to_others(ctx: &Context, object: &Object) -> Result<Action, Error> {
    let mut target = Target::without_status(object, &ctx.defaults)?;
    if target.facts.deleting && target.facts.has_finalizer {
        finalizer::remove(&ctx.client, &mut target).await?;
    }
    ctx.forget(&target.id.uid);
    Ok(Action::await_change())
}

async fn round(
    ctx: &Context,
    target: &mut Target,
    object: &Object,
    seen: &mut Seen,
) -> Result<Next, Error> {
    let now = ctx.clock.now();
    let admission = view(ctx, target, now);
    let decision = decide_on(ctx, target, seen, &admission, now);
    let principal = admission.identity.principal();
    let permit = match &decision.effect {
        // Claimed before the commit, so that no request waits between the two.
        Some(Effect::Create(attempt)) => {
            let place = place(principal, &attempt.location.region);
            let pools = candidates(target);
            let wish = wish(target, &pools, Some(&place));
            match ctx.admissions.claim_create(&target.id, &wish, attempt) {
                Ok(permit) => Some(permit),
                // That is new admission: decide again.
                Err(_) => return Ok(Next::Round),
            }
        }
        _ => None,
    };
    let committed = ctx.clock.moment();
    let outcome = match commit(ctx, target, &decision.run, &decision.view).await {
        Err(Error::Conflict) => return Ok(Next::Conflict),
        outcome => outcome?,
    };
    if let Committed::Part(why) | Committed::Nothing(why) = &outcome {
        refused_status(ctx, target, why, &outcome);
    }
    let nothing = matches!(outcome, Committed::Nothing(_));
    if !nothing {
        publish(ctx, &target.id, &decision.run, &decision.facts);
    }
    hold_prefix(ctx, target, &decision.run);
    let Some(effect) = decision.effect else {
        let is_shown = matches!(outcome, Committed::Whole | Committed::Part(_));
        let is_unwritten =
            object.metadata.resource_version.as_ref() == Some(&target.resource_version);
        let has_worked = *seen != Seen::default() || !is_unwritten;
        let done = (is_shown, has_worked);
        return Ok(Next::End(rest(ctx, target, &decision, (principal, now), done)));
    };
    if nothing && !effect.is_safe_uncommitted(target.facts.deleting) {
        return Ok(Next::End(try_again(ctx, target)));
    }
    debug!(?effect, "performing");
    perform_effect(
        target,
        seen,
        effect,
        Performance {
            ctx,
            spec: match &object.spec {
                Lenient::Read(spec) => Some(spec),
                Lenient::Unreadable(..) => None,
            },
            committed,
            permit,
            principal,
        },
    )
    .await
}

async fn perform_effect(
    target: &mut Target,
    seen: &mut Seen,
    effect: Effect,
    performance: Performance<'_>,
) -> Result<Next, Error> {
    Ok(match performance.perform(target, effect).await? {
        Performed::Seen(sighting, answer) => {
            seen.answered(answer);
            if sighting.is_some() {
                seen.job = sighting;
            }
            Next::Round
        }
        Performed::Conflict => Next::Conflict,
        Performed::Queued | Performed::Released => Next::End(Action::await_change()),
        Performed::Dropped => Next::End(Action::requeue(AFTER_DROP)),
    })
}

fn decide_on(
    ctx: &Context,
    target: &Target,
    seen: &Seen,
    admission: &Admission,
    now: Timestamp,
) -> Decision {
    let name = current_job_name(target);
    let uid = &target.id.uid;
    decide(&Situation {
        now,
        object: &target.facts,
        spec: &target.spec,
        run: &target.run,
        seen,
        admission,
        polled: Polled {
            last: ctx.schedule.last_poll(uid, &name, now),
            next: ctx.schedule.next_poll(uid, &name, now),
        },
        unanswered_since: ctx.sessions.unanswered_since(&target.id),
        elapsed: ctx.sessions.elapsed(&target.id, &target.run),
    })
}

fn current_job_name(target: &Target) -> String {
    let id = &target.id;
    let number = target.run.attempt();
    crate::domain::job::name::job_name(&id.namespace, &id.name, &id.uid, number)
}

fn refused_status(ctx: &Context, target: &Target, why: &str, outcome: &Committed) {
    let part = matches!(outcome, Committed::Part(_));
    error!(object = %target.id, part, "the apiserver refuses the status: {why}");
    ctx.metrics.status_refused();
    let text = format!("the apiserver refuses the status of this object: {why}");
    ctx.events.emit_stalled(&target.id, EventReason::Stalled, &text);
}
