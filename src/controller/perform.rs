//! Perform: the one effect of a round, and what it shows.

use tokio::time::{Instant, timeout_at};

use crate::domain::decision::{Attempt, Effect};
use crate::domain::intent::SEND_WITHIN;
use crate::domain::location::Location;
use crate::domain::observation::{Job, Observation, Operation, Owner, Refusal, RefusalKind};
use crate::domain::pacing::Turn;

use crate::api::v1alpha1::SpotTrainingJobSpec;

use super::admission::{Admission, Asker};
use super::context::Context;
use super::error::Error;
use super::finalizer;
use super::request::{create_request, uid_tag};
use super::subject::Subject;

/// What a step led to.
#[derive(Debug)]
pub enum Performed {
    /// Decide again with this observation.
    Seen(Observation),
    /// The step was not taken: come back then.
    Later(jiff::Timestamp),
    /// The step was dropped: decide again.
    Dropped,
    /// The object has changed meanwhile, so the step was not taken.
    Overtaken,
    /// The object is released: nothing is left to do.
    Released,
}

/// Takes the step `effect`, whose decision was committed at `committed`.
///
/// # Errors
/// What the apiserver refused. What AWS refused is an observation.
pub async fn perform(
    ctx: &Context,
    subject: &mut Subject,
    spec: Option<&SpotTrainingJobSpec>,
    effect: Effect,
    committed: Instant,
) -> Result<Performed, Error> {
    let seen = match effect {
        Effect::AddFinalizer => match finalizer::add(&ctx.client, subject).await {
            Err(Error::Conflict) => return Ok(Performed::Overtaken),
            added => {
                added?;
                Observation::NotLooked
            }
        },
        Effect::RemoveFinalizer => {
            match finalizer::remove(&ctx.client, subject).await {
                Ok(()) | Err(Error::Gone) => {}
                Err(Error::Conflict) => return Ok(Performed::Overtaken),
                Err(error) => return Err(error),
            }
            ctx.following.forget(&subject.identity.key());
            ctx.admissions.leave(&subject.identity.uid, ctx.clock.now());
            return Ok(Performed::Released);
        }
        Effect::Identify { region } => return Ok(identify(ctx, subject, &region).await),
        Effect::Create(attempt) => match spec {
            Some(spec) => return Ok(create(ctx, subject, spec, &attempt, committed).await),
            None => return Ok(Performed::Dropped),
        },
        Effect::Look { location, job_name, verify_owner } => {
            return Ok(look(ctx, subject, &location, &job_name, verify_owner).await);
        }
        Effect::Stop { location, job_name } => {
            if let Some(later) = wait(ctx, Operation::Stop, &location.region, subject) {
                return Ok(later);
            }
            let answer = ctx.service.stop(&location, &job_name).await;
            let seen = observed(Operation::Stop, answer.map(|()| Observation::StopAccepted));
            learn(ctx, Operation::Stop, &location, &seen);
            seen
        }
    };
    Ok(Performed::Seen(seen))
}

/// Sends the create request of a committed intent, or drops it when that is no longer safe: too
/// late after its commit, or no longer the leader.
async fn create(
    ctx: &Context,
    subject: &Subject,
    spec: &SpotTrainingJobSpec,
    attempt: &Attempt,
    committed: Instant,
) -> Performed {
    let send_by = committed + SEND_WITHIN.unsigned_abs();
    // Fetching credentials and asking STS can take long after they have changed; what they say is
    // remembered, so that nothing but the request is between this check and its leaving.
    if let Err(refusal) = ctx.service.account(&attempt.location.region).await {
        let seen = Observation::Refused(Operation::Create, refusal);
        ctx.metrics.aws_request(Operation::Create, &seen);
        return Performed::Seen(seen);
    }
    if Instant::now() >= send_by || !ctx.leadership.is_leader() {
        return Performed::Dropped;
    }
    let request = create_request(spec, attempt, &subject.identity, &ctx.defaults.cluster_id);
    // The adapter's own time-out is shorter; this one holds for every adapter.
    let deadline = send_by + crate::domain::intent::CREATE_TIMEOUT.unsigned_abs();
    let answer = timeout_at(deadline, ctx.service.create(&request)).await;
    let answer = answer.unwrap_or_else(|_| {
        Err(Refusal {
            kind: RefusalKind::Unavailable,
            message: "no answer in time".to_owned(),
            retry_at: None,
        })
    });
    let mut seen = observed(Operation::Create, answer.map(Observation::Created));
    let waiter = subject.identity.waiter();
    ctx.admissions.learn_create(attempt, &waiter, &mut seen, ctx.clock.now());
    ctx.metrics.aws_request(Operation::Create, &seen);
    Performed::Seen(seen)
}

async fn identify(ctx: &Context, subject: &Subject, region: &str) -> Performed {
    if let Some(later) = wait(ctx, Operation::Identify, region, subject) {
        return later;
    }
    let answer = ctx.service.account(region).await;
    let seen = observed(Operation::Identify, answer.map(Observation::Identified));
    ctx.metrics.aws_request(Operation::Identify, &seen);
    Performed::Seen(seen)
}

async fn look(
    ctx: &Context,
    subject: &Subject,
    location: &Location,
    job_name: &str,
    verify_owner: bool,
) -> Performed {
    if let Some(later) = wait(ctx, Operation::Describe, &location.region, subject) {
        return later;
    }
    let mut answer = ctx.service.describe(location, job_name).await;
    if let (Ok(Some(job)), true) = (&mut answer, verify_owner) {
        match owner(ctx, subject, location, job).await {
            Ok(owner) => job.owner = owner,
            Err(refusal) => answer = Err(refusal),
        }
    }
    if let Ok(job) = &answer {
        let key = subject.identity.key();
        ctx.following.looked(&key, job_name, job.as_ref(), ctx.clock.now());
    }
    let seen = observed(
        Operation::Describe,
        answer.map(|job| match job {
            Some(job) => Observation::Present(Box::new(job)),
            None => Observation::Absent,
        }),
    );
    learn(ctx, Operation::Describe, location, &seen);
    Performed::Seen(seen)
}

/// Whose job it is, by the UID tag that every job of ours carries.
async fn owner(
    ctx: &Context,
    subject: &Subject,
    location: &Location,
    job: &Job,
) -> Result<Owner, Refusal> {
    let tag = ctx.service.tag(location, &job.arn, &uid_tag()).await?;
    Ok(if tag.as_deref() == Some(subject.identity.uid.as_str()) {
        Owner::Ours
    } else {
        Owner::Foreign
    })
}

fn wait(ctx: &Context, operation: Operation, region: &str, subject: &Subject) -> Option<Performed> {
    let asker = Asker { uid: &subject.identity.uid, turn: turn(operation, subject) };
    match ctx.admissions.ask(operation, region, asker, ctx.clock.now()) {
        Admission::Granted => None,
        Admission::Later(at) => Some(Performed::Later(at)),
        Admission::Refused(refusal) => {
            Some(Performed::Seen(Observation::Refused(operation, refusal)))
        }
    }
}

/// A look that leads to a stop, or to whether a create got through, goes before the others: a job
/// that nobody wants costs money meanwhile.
fn turn(operation: Operation, subject: &Subject) -> Turn {
    let intent = subject.memory.ledger.intent.as_ref();
    let urgent = subject.facts.deleting
        || subject.desired.suspend()
        || intent.is_none_or(|intent| !intent.is_acknowledged());
    if operation != Operation::Describe || urgent { Turn::First } else { Turn::Again }
}

fn learn(ctx: &Context, operation: Operation, location: &Location, seen: &Observation) {
    ctx.admissions.learn(operation, location, seen);
    ctx.metrics.aws_request(operation, seen);
}

fn observed(operation: Operation, answer: Result<Observation, Refusal>) -> Observation {
    answer.unwrap_or_else(|refusal| Observation::Refused(operation, refusal))
}
