//! Reconcile: decide, commit, perform, and again until there is nothing to do now.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::controller::Action;
use tokio::time::Instant;
use tracing::{debug, info, instrument, warn};

use crate::api::v1alpha1::{Lenient, Object};
use crate::domain::decide;
use crate::domain::decision::{Effect, Note, Wake};
use crate::domain::memory::Memory;
use crate::domain::observation::{Observation, Operation};
use crate::domain::situation::Situation;
use crate::domain::vocabulary::{EventReason, Reason};

use super::admission::Admission;
use super::apiserver::fresh;
use super::commit::commit;
use super::context::Context;
use super::error::Error;
use super::identity::Identity;
use super::perform::{Performed, perform};
use super::readiness::Need;
use super::subject::Subject;

/// The longest chain of steps is finalizer, account, create, acknowledgement; twice that is a bug.
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
    Round(Observation),
    /// The object has changed meanwhile: the decision is dropped, what was seen may still hold.
    Overtaken(Observation),
    End(Action),
}

async fn rounds(object: &Object, ctx: &Context) -> Result<Action, Error> {
    if !ctx.leadership.is_leader() {
        return Ok(Action::await_change());
    }
    let mut object = Cow::Borrowed(object);
    let mut subject = match Subject::read(&object, &ctx.defaults) {
        // A watch that was opened before a CRD was replaced prunes by the old one, and what it
        // pruned stays in the cache until the object changes.
        Err(Error::UnreadableStatus(_)) => newest(ctx, &mut object).await?,
        read => read?,
    };
    let mut seen = Observation::NotLooked;
    for _ in 0..ROUNDS {
        match round(ctx, &mut subject, &object, seen).await? {
            Next::Round(next) => seen = next,
            Next::Overtaken(before) => {
                ctx.metrics.status_conflict();
                // The watch may be long behind: until then every decision would be dropped.
                let newest = newest(ctx, &mut object).await?;
                let holds = newest.memory == subject.memory;
                seen = if holds { before } else { Observation::NotLooked };
                subject = newest;
            }
            Next::End(action) => return Ok(action),
        }
    }
    warn!("no end after {ROUNDS} steps; going on later");
    Ok(Action::requeue(ctx.backoff.next(&subject.identity.key(), ctx.clock.now())))
}

/// Replaces `object` by what the apiserver has now.
async fn newest(ctx: &Context, object: &mut Cow<'_, Object>) -> Result<Subject, Error> {
    let newest = fresh(&ctx.client, object).await?;
    if newest.metadata.uid != object.metadata.uid {
        return Err(Error::Gone);
    }
    let subject = Subject::read(&newest, &ctx.defaults)?;
    *object = Cow::Owned(newest);
    Ok(subject)
}

async fn round(
    ctx: &Context,
    subject: &mut Subject,
    object: &Object,
    seen: Observation,
) -> Result<Next, Error> {
    let key = subject.identity.key();
    let facts = subject.facts.clone();
    let desired = subject.desired.clone();
    let before = std::mem::take(&mut subject.memory);
    let job_name = before.job.name.as_deref().unwrap_or_default();
    let situation = Situation {
        now: ctx.clock.now(),
        object: &facts,
        desired: &desired,
        memory: &before,
        seen: &seen,
        next_look: ctx.following.next_look(&key, job_name),
        failing_since: ctx.backoff.failing_since(&key),
        credentials: ctx.service.credentials(),
    };
    let decision = decide(&situation);
    let (effect, notes, wake) = (decision.effect, decision.notes, decision.wake);
    let changed = match decision.memory {
        Cow::Owned(memory) => Some(memory),
        Cow::Borrowed(_) => None,
    };
    if let Some(Effect::Create(attempt)) = &effect {
        // The token is taken before the commit, so that no request waits between the two.
        let waiter = subject.identity.waiter();
        match ctx.admissions.ask_create(attempt, &waiter, &before, situation.now) {
            Admission::Granted => {}
            Admission::Later(at) => return Ok(Next::End(wake_at(ctx, at))),
            Admission::Refused(refusal) if is_held_otherwise(&before) => {
                return Ok(Next::End(wake_at(ctx, refusal.retry_at.unwrap_or(situation.now))));
            }
            Admission::Refused(refusal) => {
                subject.memory = before;
                return Ok(Next::Round(Observation::Refused(Operation::Create, refusal)));
            }
        }
    }
    let committed = Instant::now();
    match remember(ctx, subject, before, changed).await {
        Err(Error::Conflict) => return Ok(Next::Overtaken(seen)),
        remembered => remembered?,
    }
    report(ctx, subject, notes);
    let Some(effect) = effect else {
        return Ok(Next::End(action(ctx, subject, wake)));
    };
    debug!(?effect, "performing");
    let spec = match &object.spec {
        Lenient::Read(spec) => Some(spec),
        Lenient::Unreadable(..) => None,
    };
    Ok(match perform(ctx, subject, spec, effect, committed).await? {
        Performed::Seen(next) => Next::Round(next),
        Performed::Overtaken => Next::Overtaken(Observation::NotLooked),
        Performed::Later(at) => Next::End(wake_at(ctx, at)),
        Performed::Dropped => Next::End(Action::requeue(AFTER_DROP)),
        Performed::Released => Next::End(Action::await_change()),
    })
}

/// Commits what is to be remembered, if it is new. After an error `subject` remembers what it did
/// before.
async fn remember(
    ctx: &Context,
    subject: &mut Subject,
    before: Memory,
    changed: Option<Memory>,
) -> Result<(), Error> {
    let Some(memory) = changed else {
        subject.memory = before;
        return Ok(());
    };
    if let Err(error) = commit(&ctx.client, subject, &memory).await {
        if matches!(error, Error::CrdOlder) {
            ctx.readiness.lacks(Need::CrdCurrent, &subject.identity.key(), &error.to_string());
        }
        subject.memory = before;
        return Err(error);
    }
    ctx.readiness.has(Need::CrdCurrent, &subject.identity.key());
    tell_change(&before, &subject.memory);
    count(ctx, &before, &subject.memory);
    Ok(())
}

fn report(ctx: &Context, subject: &Subject, notes: Vec<Note>) {
    for note in notes {
        ctx.reports.tell(&subject.identity, subject.memory.attempt, note);
    }
}

/// Whether something other than quota keeps it from starting: that stays said, and is tried less
/// and less often, while the quota is closed.
fn is_held_otherwise(memory: &Memory) -> bool {
    memory.ledger.hold.as_ref().is_some_and(|hold| hold.reason != Reason::QuotaExceeded)
}

/// One line for every change that a person would want to find in the log.
fn tell_change(before: &Memory, after: &Memory) {
    if before.state != after.state || before.job.secondary != after.job.secondary {
        let state = after.state.map_or("", |state| state.as_str());
        let job = after.job.name.as_deref().unwrap_or_default();
        let secondary = after.job.secondary.as_deref().unwrap_or_default();
        info!(state, job, secondary, attempt = after.attempt, "changed");
    }
}

/// What has happened in this step: interruptions, and an attempt's end.
fn count(ctx: &Context, before: &Memory, after: &Memory) {
    ctx.metrics.interrupted(after.interruptions.saturating_sub(before.interruptions));
    let open = before.attempts.last().filter(|record| record.reason.is_none());
    let now = |number| after.attempts.iter().find(|record| record.number == number);
    if let Some(record) = open.and_then(|open| now(open.number))
        && let Some(reason) = record.reason
    {
        let training_seconds = record.training_seconds.unwrap_or(0);
        ctx.metrics.attempt_ended(reason, training_seconds, record.billable_seconds.unwrap_or(0));
    }
}

fn action(ctx: &Context, subject: &Subject, wake: Wake) -> Action {
    let key = subject.identity.key();
    if wake == Wake::Retry {
        return Action::requeue(ctx.backoff.next(&key, ctx.clock.now()));
    }
    ctx.backoff.reset(&key);
    match wake {
        Wake::OnChange => {
            ctx.following.forget(&key);
            ctx.admissions.leave(&subject.identity.uid, ctx.clock.now());
            Action::await_change()
        }
        Wake::At(at) => wake_at(ctx, at),
        Wake::Follow => {
            let job_name = subject.memory.job.name.as_deref().unwrap_or_default();
            let next = ctx.following.next_look(&key, job_name);
            // A job that was just acknowledged was never looked at: give it a moment to show.
            wake_at(ctx, next.max(soon(ctx.clock.now())))
        }
        Wake::Retry => Action::requeue(ctx.backoff.next(&key, ctx.clock.now())),
    }
}

fn soon(now: Timestamp) -> Timestamp {
    now.saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX)
}

fn wake_at(ctx: &Context, at: Timestamp) -> Action {
    let wait = at.duration_since(ctx.clock.now()).max(jiff::SignedDuration::ZERO);
    Action::requeue(wait.unsigned_abs())
}

/// What follows an error: waiting, longer each time.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "kube's signature")]
pub fn on_error(object: Arc<Object>, error: &Error, ctx: Arc<Context>) -> Action {
    let Ok(identity) = Identity::of(&object) else { return Action::await_change() };
    if matches!(error, Error::Gone) {
        return Action::await_change();
    }
    warn!(object = identity.key(), "{error}");
    ctx.metrics.reconcile_error(error.category());
    if matches!(error, Error::UnreadableStatus(_)) {
        let note = Note { reason: EventReason::Stalled, message: error.to_string() };
        ctx.reports.tell(&identity, 0, note);
    }
    Action::requeue(ctx.backoff.next(&identity.key(), ctx.clock.now()))
}
