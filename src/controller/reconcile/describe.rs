//! Describes: what `SageMaker` says of a job, and whose it is.

use super::perform::{Performed, failed, learn};
use super::target::Target;
use crate::controller::admission::Permit;
use crate::controller::context::Context;
use crate::controller::convert::request::uid_tag;
use crate::domain::job::call_error::{Call, CallError};
use crate::domain::job::location::Location;
use crate::domain::job::{Job, Owner};
use crate::domain::situation::{Answer, Sighting};

/// Describes a job.
pub(super) async fn describe(
    ctx: &Context,
    target: &Target,
    (location, job_name): (&Location, &str),
    verify_owner: bool,
    permit: Permit,
) -> Performed {
    match ask(ctx, target, (location, job_name), verify_owner, permit).await {
        Ok(job) => {
            ctx.schedule.polled(&target.id.uid, job_name, job.as_ref(), ctx.clock.now());
            let sighting = Sighting { job_name: job_name.to_owned(), job: job.map(Box::new) };
            Performed::Seen(Some(sighting), None)
        }
        Err(error) => failed(Call::Describe, error),
    }
}

/// Whether there is a job of that name, and it is this object's.
pub(super) async fn find_successor(
    ctx: &Context,
    target: &Target,
    named: (&Location, &str),
    permit: Permit,
) -> Performed {
    match ask(ctx, target, named, true, permit).await {
        Ok(job) => {
            let is_ours = job.is_some_and(|job| job.owner == Owner::Ours);
            Performed::Seen(None, Some(Answer::Successor(is_ours)))
        }
        Err(error) => failed(Call::Describe, error),
    }
}

/// What `SageMaker` says of a job, and whose it is.
async fn ask(
    ctx: &Context,
    target: &Target,
    (location, job_name): (&Location, &str),
    verify_owner: bool,
    permit: Permit,
) -> Result<Option<Job>, CallError> {
    let sent = permit.send();
    let mut answer = ctx.service.describe(location, job_name).await;
    if let (Ok(Some(job)), true) = (&mut answer, verify_owner) {
        match owner(ctx, target, location, job).await {
            Ok(owner) => job.owner = owner,
            Err(error) => answer = Err(error),
        }
    }
    learn(ctx, target, Call::Describe, sent, answer.as_ref().err());
    answer
}

/// Whose job it is, by the UID tag that every job of ours carries.
async fn owner(
    ctx: &Context,
    target: &Target,
    location: &Location,
    job: &Job,
) -> Result<Owner, CallError> {
    let tag = ctx.service.tag(location, &job.arn, &uid_tag()).await?;
    let ours = tag.as_deref() == Some(target.id.uid.as_str());
    Ok(if ours { Owner::Ours } else { Owner::Foreign })
}
