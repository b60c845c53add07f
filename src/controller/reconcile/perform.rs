//! Perform: the one effect of a decision, and what it shows.

use tokio::time::{Instant, timeout_at};

use super::describe::{describe, find_successor};
use super::target::Target;
use super::{deletion, finalizer};
use crate::api::v1alpha1::SpotTrainingJobSpec;
use crate::controller::admission::{Outcome, Permit, Place, SentCall};
use crate::controller::context::Context;
use crate::controller::convert::request::create_request;
use crate::controller::error::Error;
use crate::domain::effect::{Attempt, Effect};
use crate::domain::job::call_error::{Call, CallError, CallErrorKind};
use crate::domain::job::location::Location;
use crate::domain::run::live_attempt::{CREATE_TIMEOUT, SEND_WITHIN};
use crate::domain::situation::{Answer, Sighting};
use crate::domain::view::messages;
use crate::port::Moment;

/// What an effect led to.
#[derive(Debug)]
pub enum Performed {
    /// Decide again with this.
    Seen(Option<Sighting>, Option<Answer>),
    /// It is not this object's turn: it is woken when it is.
    Queued,
    /// The effect was dropped: decide again soon.
    Dropped,
    /// The object has changed meanwhile, so nothing was done.
    Conflict,
    /// The object is released: nothing is left to do.
    Released,
}

/// What an effect needs beside the target.
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Performance<'a> {
    /// Everything that reconciles share.
    pub ctx: &'a Context,
    /// The spec, if it can be read.
    pub spec: Option<&'a SpotTrainingJobSpec>,
    /// When the decision was committed.
    pub committed: Moment,
    /// The permit of a create, which was claimed before the commit.
    pub permit: Option<Permit>,
    /// The hash of the principal that AWS's rates belong to.
    pub principal: u64,
}

impl Performance<'_> {
    /// Performs `effect`.
    ///
    /// # Errors
    /// What the apiserver failed with. What AWS refuses is an answer.
    pub async fn perform(
        mut self,
        target: &mut Target,
        effect: Effect,
    ) -> Result<Performed, Error> {
        match effect {
            Effect::AddFinalizer => {
                let added = finalizer::add(&self.ctx.client, target).await;
                written(added, Call::Write, Performed::Seen(None, None))
            }
            Effect::RemoveFinalizer => {
                let removed = match finalizer::remove(&self.ctx.client, target).await {
                    Err(Error::Gone) => Ok(()),
                    removed => removed,
                };
                if removed.is_ok() {
                    self.ctx.forget(&target.id.uid);
                }
                written(removed, Call::Write, Performed::Released)
            }
            Effect::DeleteObject => written(
                match deletion::delete(&self.ctx.client, target).await {
                    Err(Error::Gone) => Ok(()),
                    deleted => deleted,
                },
                Call::Delete,
                Performed::Released,
            ),
            Effect::Create(attempt) => match (self.spec, self.permit.take()) {
                (Some(spec), Some(permit)) => Ok(self.create(target, spec, &attempt, permit).await),
                (_, _) => Ok(Performed::Dropped),
            },
            Effect::Describe { ref location, ref job_name, verify_owner, .. } => {
                let Some(permit) = self.claim(target, &effect) else {
                    return Ok(Performed::Queued);
                };
                Ok(describe(self.ctx, target, (location, job_name), verify_owner, permit).await)
            }
            Effect::FindSuccessor { ref location, ref job_name } => {
                let Some(permit) = self.claim(target, &effect) else {
                    return Ok(Performed::Queued);
                };
                Ok(find_successor(self.ctx, target, (location, job_name), permit).await)
            }
            Effect::FindCheckpoint { location, uri } => {
                let newest = self.ctx.checkpoints.newest(&location, &uri).await;
                Ok(Performed::Seen(None, Some(Answer::Checkpoint(newest))))
            }
            Effect::Stop { ref location, ref job_name } => {
                let Some(permit) = self.claim(target, &effect) else {
                    return Ok(Performed::Queued);
                };
                Ok(stop(self.ctx, target, location, job_name, permit).await)
            }
        }
    }

    /// Sends the create request of a committed decision, or drops it when that is no longer safe: too
    /// late after its commit, by either clock, or no longer the leader.
    async fn create(
        &self,
        target: &Target,
        spec: &SpotTrainingJobSpec,
        attempt: &Attempt,
        permit: Permit,
    ) -> Performed {
        let (ctx, committed) = (self.ctx, self.committed);
        let age = ctx.clock.moment().since(committed);
        if age >= SEND_WITHIN.unsigned_abs() || !ctx.leadership.is_leader() {
            return Performed::Dropped;
        }
        let request = create_request(spec, attempt, &target.id, &ctx.defaults.cluster_id);
        let sent = permit.send();
        // The adapter's own time-out is shorter; this one holds for every adapter.
        let send_by = Instant::from_std(committed.monotonic) + SEND_WITHIN.unsigned_abs();
        let deadline = send_by + CREATE_TIMEOUT.unsigned_abs();
        let answer = timeout_at(deadline, ctx.service.create(&request)).await;
        let answer = answer.unwrap_or_else(|_| {
            Err(CallError::new(CallErrorKind::Unavailable, "no answer in time".to_owned()))
        });
        learn(ctx, target, Call::Create, sent, answer.as_ref().err());
        match answer {
            Ok(arn) => match stray_account(&arn, &attempt.location) {
                None => {
                    // The answer says as much as a first poll would.
                    let (uid, now) = (&target.id.uid, ctx.clock.now());
                    ctx.schedule.polled(uid, &attempt.job_name, None, now);
                    Performed::Seen(None, Some(Answer::Created(arn)))
                }
                Some(account) => stop_stray(ctx, attempt, &arn, account).await,
            },
            Err(error) => failed(Call::Create, error),
        }
    }

    fn claim(&self, target: &Target, effect: &Effect) -> Option<Permit> {
        let (call, region, priority) = effect.call()?;
        let place = Place { principal: self.principal, region: region.to_owned() };
        self.ctx.admissions.claim(&target.id, &place, call, priority).ok()
    }
}

/// What a write to the object led to.
fn written(result: Result<(), Error>, call: Call, success: Performed) -> Result<Performed, Error> {
    match result {
        Ok(()) => Ok(success),
        Err(Error::Conflict) => Ok(Performed::Conflict),
        Err(Error::Refused(why)) => {
            let what = if call == Call::Delete {
                "delete the object"
            } else {
                "change metadata.finalizers"
            };
            let message = format!("the apiserver refuses to {what}: {why}");
            Ok(failed(call, CallError::new(CallErrorKind::WriteRefused, message)))
        }
        Err(error) => Err(error),
    }
}

/// The account of a job that was created elsewhere than in the account the object began in.
fn stray_account<'a>(arn: &'a str, location: &Location) -> Option<&'a str> {
    let account = arn.split(':').nth(4)?;
    (!account.is_empty() && account != location.account).then_some(account)
}

/// The credentials changed accounts between the check and the request: the job is stopped there.
async fn stop_stray(ctx: &Context, attempt: &Attempt, arn: &str, account: &str) -> Performed {
    let stopped = ctx.service.stop_stray(&attempt.location.region, &attempt.job_name).await;
    let fate = match stopped {
        Ok(()) => "it was stopped there".to_owned(),
        Err(error) => format!("stop it there, for the operator could not: {}", error.message),
    };
    ctx.identities.doubt();
    let changed = messages::account_changed(&attempt.location.account, account);
    let message = format!("{changed}; training job {arn} was created in that account: {fate}");
    failed(Call::Create, CallError::new(CallErrorKind::AccountChanged, message))
}

async fn stop(
    ctx: &Context,
    target: &Target,
    location: &Location,
    job_name: &str,
    permit: Permit,
) -> Performed {
    let sent = permit.send();
    let answer = ctx.service.stop(location, job_name).await;
    learn(ctx, target, Call::Stop, sent, answer.as_ref().err());
    match answer {
        Ok(()) => {
            ctx.schedule.expect_change(&target.id.uid);
            Performed::Seen(None, Some(Answer::StopAccepted))
        }
        Err(error) => failed(Call::Stop, error),
    }
}

pub(super) const fn failed(call: Call, error: CallError) -> Performed {
    Performed::Seen(None, Some(Answer::Failed(call, error)))
}

/// What a call teaches those that are shared: rates, quotas, credentials, numbers.
pub(super) fn learn(
    ctx: &Context,
    target: &Target,
    call: Call,
    sent: SentCall,
    error: Option<&CallError>,
) {
    let kind = error.map(|error| error.kind);
    let outcome = match (kind, error) {
        (None, _) | (_, None) => Outcome::Accepted,
        (Some(CallErrorKind::Throttled), _) => Outcome::Throttled,
        (Some(CallErrorKind::Unavailable), Some(error)) => {
            Outcome::Unanswered { words: error.message.clone() }
        }
        // As long as nothing changes, this pool is closed for this object alone.
        (Some(kind), _) if call == Call::Create && target.run.concerns_pool(kind) => {
            Outcome::PoolUnfit
        }
        (Some(CallErrorKind::Quota(_)), _) => Outcome::QuotaUsedUp,
        (Some(_), _) => Outcome::Refused,
    };
    sent.finish(outcome, ctx.clock.now());
    if kind == Some(CallErrorKind::Credentials) {
        ctx.identities.doubt();
    }
    let answered = kind != Some(CallErrorKind::Unavailable);
    ctx.sessions.answered(&target.id, answered, ctx.clock.now());
    ctx.metrics.aws_request(call, kind);
}
