//! Starting: nothing is live, and a job is wanted.

use jiff::{SignedDuration, Timestamp};

use super::room::{has_another, open_pool, wait_for_room};
use super::{Step, block_until_changed};
use crate::domain::admission::{CreateTurn, Identity, PrefixState, Queue, RegionHealth};
use crate::domain::decision::Wake;
use crate::domain::draft::Draft;
use crate::domain::effect::{Attempt, Effect, Priority};
use crate::domain::fact::FactKind;
use crate::domain::job::call_error::{CallError, CallErrorKind};
use crate::domain::job::location::Location;
use crate::domain::moment::after;
use crate::domain::run::Activity;
use crate::domain::run::blocked::Blocked;
use crate::domain::run::cursor::Cursor;
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::run::refusals::LONGEST_WAIT;
use crate::domain::situation::Situation;
use crate::domain::spec::checkpoint::CheckpointPlan;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::{Market, Pool};
use crate::domain::view::{capacity_messages, messages};
use crate::domain::vocabulary::{Blocker, Word};

/// A wait for the rate that is expected to be shorter is not worth a word in the status.
const WAIT_SHOWN: SignedDuration = SignedDuration::from_secs(5);

/// Nothing is live, and a job is wanted.
pub(super) fn start(d: &mut Draft<'_>, plan: &Plan) -> Step {
    let s = d.s;
    if let Some((blocker, remedy)) = obstacle(d, plan) {
        block_until_changed(d, blocker, remedy);
        return (None, Wake::OnChange);
    }
    forget_what_was_mended(d);
    let pools = plan.candidates(d.run.cursor.as_ref());
    let blocked = d.run.blocked.as_ref().filter(|blocked| blocked.is_blocking(s));
    if let Some(blocked) = blocked.filter(|blocked| !has_another(s, &pools, blocked)) {
        return (None, blocked.retry_at.map_or(Wake::OnChange, Wake::At));
    }
    // What one pool refused is left behind with it.
    let other = d.run.blocked.take_if(|blocked| has_another(s, &pools, blocked));
    if let Some(refused) = other {
        let message = capacity_messages::pool_left(&refused);
        d.fact(FactKind::PoolLeft(refused.blocker), message);
    }
    d.run.blocked.take_if(|blocked| blocked.blocker == Blocker::BackingOff);
    if s.seen.failure().is_some_and(|(_, error)| error.kind.is_transient()) {
        return (None, Wake::Backoff);
    }
    if !s.object.has_finalizer {
        return (Some(Effect::AddFinalizer), Wake::Backoff);
    }
    let location = match locate(d, plan) {
        Ok(location) => location,
        Err(step) => return *step,
    };
    match admit(d, &pools) {
        Ok(pool) => {
            begin(d, plan, &pool, location);
            create(d)
        }
        Err(Queue::Create) if d.run.blocked.is_none() => {
            // Others may overtake it: then the wait is worth a word after all.
            (None, Wake::InTurn(Queue::Create, Some(after(s.now, WAIT_SHOWN))))
        }
        Err(queue) => (None, Wake::InTurn(queue, None)),
    }
}

/// What stands in the way of any attempt, with the remedy.
fn obstacle(d: &Draft<'_>, plan: &Plan) -> Option<(Blocker, &'static str)> {
    if plan.region.is_none() && d.run.location.is_none() {
        return Some((
            Blocker::RegionMissing,
            "no AWS region: run the operator with --region, or delete the object and apply it with \
             spec.region",
        ));
    }
    if plan.checkpoint == CheckpointPlan::Missing && d.run.checkpoint_uri.is_none() {
        return Some((
            Blocker::CheckpointLocationMissing,
            "checkpointing is Enabled without a place: run the operator with --checkpoint-root, or \
             delete the object and apply it with spec.template.checkpointConfig.s3Uri, or with \
             spec.checkpointing: Disabled to accept restarts from scratch",
        ));
    }
    None
}

/// What only the object or the settings could mend is no longer in the way.
fn forget_what_was_mended(d: &mut Draft<'_>) {
    let mended = d.run.blocked.as_ref().is_some_and(|blocked| {
        matches!(
            blocked.blocker,
            Word::Known(
                Blocker::InvalidSpec
                    | Blocker::RegionMissing
                    | Blocker::CheckpointLocationMissing
                    | Blocker::StatusOfAnotherObject
            )
        )
    });
    if mended {
        d.run.blocked = None;
    }
}

/// Where the job is to be, or what has to happen before that is known.
fn locate(d: &mut Draft<'_>, plan: &Plan) -> Result<Location, Box<Step>> {
    let s = d.s;
    let account = match &s.admission.identity {
        Identity::Known { account, .. } => account.clone(),
        Identity::Unknown => {
            return Err(Box::new((None, Wake::InTurn(Queue::Identity, None))));
        }
        Identity::Refused { error, since } => {
            without_identity(d, error, *since);
            return Err(Box::new((None, Wake::InTurn(Queue::Identity, None))));
        }
    };
    match &d.run.location {
        None => Ok(Location { region: plan.region.clone().unwrap_or_default(), account }),
        Some(location) if location.account == account => Ok(location.clone()),
        Some(location) => {
            let message = messages::account_changed(&location.account, &account);
            let error = CallError::new(CallErrorKind::AccountChanged, message);
            d.run.blocked = Blocked::by(s, &error, d.run.blocked.as_ref());
            let retry_at = d.run.blocked.as_ref().and_then(|blocked| blocked.retry_at);
            Err(Box::new((None, retry_at.map_or(Wake::OnChange, Wake::At))))
        }
    }
}

/// STS refuses, or has not answered since then. One answer of STS is one refusal, however often it is
/// looked at.
fn without_identity(d: &mut Draft<'_>, error: &CallError, since: Timestamp) {
    let s = d.s;
    let Some(mut refused) = Blocked::by(s, error, d.run.blocked.as_ref()) else {
        if let Some(blocked) = Blocked::by_silence(s, since, &error.message) {
            wait_for(d, blocked);
        }
        return;
    };
    let latest = after(s.now, LONGEST_WAIT);
    refused.retry_at = refused.retry_at.map(|at| at.min(latest));
    let known = d.run.blocked.as_mut().filter(|known| {
        let is_new_try = known.retry_at <= Some(s.now) && refused.retry_at > Some(s.now);
        known.belongs_to(s)
            && (&known.blocker, known.stalled) == (&refused.blocker, refused.stalled)
            && !is_new_try
    });
    match known {
        Some(known) => known.message = refused.message,
        None => d.run.blocked = Some(refused),
    }
}

/// The first pool that is open, if it is this object's turn; else where it waits.
fn admit(d: &mut Draft<'_>, pools: &[Pool]) -> Result<Pool, Queue> {
    let s = d.s;
    if let RegionHealth::Silent { since, words } = &s.admission.region {
        if let Some(blocked) = Blocked::by_silence(s, *since, words) {
            wait_for(d, blocked);
        }
        return Err(Queue::Region);
    }
    if s.admission.region == RegionHealth::Answers {
        d.run.blocked.take_if(|blocked| blocked.blocker == Blocker::ServiceUnavailable);
    }
    match &s.admission.prefix {
        PrefixState::Free => {}
        PrefixState::InUse { by } => {
            let message = messages::checkpoint_in_use(by.as_deref());
            if let Some(known) =
                d.run.blocked.as_mut().filter(|known| known.blocker == Blocker::CheckpointInUse)
            {
                known.message.clone_from(&message);
            }
            queue(d, Blocker::CheckpointInUse, message);
            return Err(Queue::Prefix);
        }
        PrefixState::Unknown => return Err(Queue::Prefix),
    }
    let Some(pool) = open_pool(s, pools) else {
        wait_for_room(d, pools);
        return Err(pools.first().cloned().map_or(Queue::Create, Queue::Pool));
    };
    if let CreateTurn::Expected(at) = s.admission.create {
        let waited =
            d.run.clocks.start.map_or(SignedDuration::ZERO, |start| s.now.duration_since(start));
        let is_first = d.run.attempt() == 0;
        if at.duration_since(s.now) > WAIT_SHOWN || (is_first && waited >= WAIT_SHOWN) {
            wait_for_turn(d, at);
        }
        return Err(Queue::Create);
    }
    Ok(pool.clone())
}

/// Whether a create request may be sent now.
pub(super) fn is_turn(s: &Situation<'_>) -> bool {
    s.admission.create == CreateTurn::Now && s.admission.region == RegionHealth::Answers
}

/// Waits for its turn at the rate. A refusal whose next try this is stays, with its beginning and its
/// count: else it would begin anew with every turn.
fn wait_for_turn(d: &mut Draft<'_>, at: Timestamp) {
    let s = d.s;
    let latest = after(s.now, LONGEST_WAIT);
    match &mut d.run.blocked {
        Some(refused)
            if !refused.waits_for_others()
                && refused.blocker != Blocker::ServiceUnavailable
                && refused.belongs_to(s) =>
        {
            let is_long = at.duration_since(s.now) > WAIT_SHOWN;
            if is_long && refused.retry_at.is_some_and(|retry_at| retry_at <= s.now) {
                refused.retry_at = Some(at.min(latest));
            }
        }
        Some(_) | None => queue(d, Blocker::RateLimited, messages::rate_limited()),
    }
}

/// Waits for others; what is already said of the same wait stays as it is.
pub(super) fn queue(d: &mut Draft<'_>, blocker: Blocker, message: String) {
    wait_for(d, Blocked::until_changed(d.s, blocker, message));
}

fn wait_for(d: &mut Draft<'_>, blocked: Blocked) {
    if d.run
        .blocked
        .as_ref()
        .is_none_or(|known| known.blocker != blocked.blocker || known.pool.is_some())
    {
        d.run.blocked = Some(blocked);
    }
}

/// Makes the next attempt live.
fn begin(d: &mut Draft<'_>, plan: &Plan, pool: &Pool, location: Location) {
    let now = d.s.now;
    let run = &mut d.run;
    run.blocked.take_if(|blocked| blocked.waits_for_others() || blocked.pool.is_some());
    run.location.get_or_insert(location);
    if let (None, CheckpointPlan::At(uri)) = (&run.checkpoint_uri, &plan.checkpoint) {
        run.checkpoint_uri = Some(uri.clone());
    }
    if let Some(job) = run.history.last.as_mut().and_then(|last| last.job.as_mut()) {
        // The public fields that keep its texts are the next attempt's from now on.
        (job.arn, job.message) = (None, None);
    }
    // A cursor that the plan no longer has would be followed again when it comes back.
    let dropped =
        run.cursor.take_if(|cursor| cursor.pool().is_none_or(|pool| !plan.pools.contains(&pool)));
    if let Some(dropped) = dropped.filter(Cursor::is_sent_to_on_demand)
        && pool.market == Market::OnDemand
    {
        // It was sent there, if not to this type.
        run.cursor = Some(Cursor::at(pool, dropped.tried, dropped.search));
    }
    let number = run.attempt().saturating_add(1);
    let live = LiveAttempt::new(number, pool, plan.instance_count, now);
    run.activity = Activity::Live(Box::new(live));
}

/// Creates the live attempt's job, whose request is committed by this decision.
pub(super) fn create(d: &Draft<'_>) -> Step {
    let Some(live) = d.run.live() else { return (None, Wake::Backoff) };
    let (Some(location), Some(pool)) = (d.run.location.clone(), live.pool()) else {
        return (None, Wake::Backoff);
    };
    let attempt = Attempt {
        location,
        number: live.number,
        job_name: d.job_name(live.number),
        pool,
        checkpoint_uri: d.run.checkpoint_uri.clone(),
        send_by: live.send_by(),
        is_resend: live.request.doubtful,
        priority: Priority::of_create(&d.run),
    };
    (Some(Effect::Create(attempt)), Wake::Backoff)
}
