//! Property laws: whatever is observed, in whatever order, every decision keeps them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use spot_training_operator::controller::convert::{read_status, status};
use spot_training_operator::domain::admission::{PoolState, Rooms};
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::run::Run;
use spot_training_operator::domain::situation::{Answer, Seen};
use spot_training_operator::domain::spec::plan::DeletionPolicy;
use spot_training_operator::domain::spec::pool::Market;
use spot_training_operator::domain::vocabulary::{
    Blocker, ConditionType, FailureClass, Limit, Progress, StopReason, Vocabulary,
};

use super::happenings::{happen, happenings};
use crate::support::fixtures::world::{Step, World, nothing};
use crate::support::random::check;

/// Histories of an object that are tried.
const HISTORIES: u32 = 4000;

fn laws(before: &World, after: &World, seen: &Seen, step: &Step) -> Result<(), TestCaseError> {
    let (was, is) = (&before.run, &after.run);
    let mut again = before.clone();
    prop_assert_eq!(&again.step(seen), step, "deterministic");
    prop_assert_eq!(&again.run, is, "deterministic");

    let at_once = step.wake == Wake::At(after.now);
    let settled = step.effect.is_none() && after.facts == before.facts && !at_once;
    if settled && !matches!(seen.answer, Some(Answer::Failed(..))) {
        let second = after.clone().step(seen);
        prop_assert!(!second.changed && second.effect.is_none(), "fixpoint: {second:?}");
        prop_assert!(second.facts.is_empty(), "emitted twice: {second:?}");
    }
    creates(before, after, step)?;
    moves(after, step)?;
    let hangs = is
        .live()
        .and_then(|live| live.job.as_ref())
        .is_some_and(|job| job.status() == JobStatus::Stopping);
    let orphans = after.spec.deletion_policy() == DeletionPolicy::Orphan;
    if step.effect == Some(Effect::RemoveFinalizer) {
        prop_assert!(is.live().is_none() || orphans || hangs, "possibly live: {is:?}");
    }
    for kind in [ConditionType::Complete, ConditionType::Failed, ConditionType::Suspended] {
        let holds = after.condition(kind).is_some_and(|(status, _)| status);
        prop_assert!(
            !holds || is.live().is_none() || after.facts.deleting,
            "{kind} while possibly live"
        );
    }
    totals(was, is)?;
    if was.end().is_some() {
        prop_assert_eq!(is.end(), was.end(), "an end is final");
        let quiet =
            matches!(step.effect, None | Some(Effect::RemoveFinalizer | Effect::Describe { .. }));
        prop_assert!(quiet, "{step:?}");
    }
    if step.effect.is_none() && is.live().is_some() {
        prop_assert!(
            step.wake != Wake::OnChange || !after.facts.has_finalizer,
            "somebody polls: {step:?}"
        );
    }
    if let Wake::At(at) = step.wake {
        let ahead = at.duration_since(after.now).as_secs();
        prop_assert!(ahead <= 3600, "a wake within the longest wait: {ahead} s");
    }
    conditions(before, after)?;
    projection(after)
}

fn creates(before: &World, after: &World, step: &Step) -> Result<(), TestCaseError> {
    if let Some(Effect::Create(attempt)) = &step.effect {
        prop_assert!(after.facts.has_finalizer && !after.facts.deleting, "no create unprotected");
        prop_assert!(!after.spec.suspend(), "no create while suspended");
        let live = after.live();
        prop_assert_eq!(live.request.committed, after.now);
        prop_assert_eq!(attempt.number, live.number);
        let was = &before.run;
        prop_assert!(attempt.number == was.attempt() || was.live().is_none() || !attempt.is_resend);
    }
    if step.effect.is_some() && after.run.live().is_some() && !after.facts.deleting {
        // The cluster may have refused it.
        let blocked = after.run.blocked.as_ref();
        let refused = blocked.is_some_and(|blocked| blocked.blocker == Blocker::WriteRefused);
        let added = step.effect == Some(Effect::AddFinalizer);
        let asserted = after.facts.has_finalizer || added || refused;
        prop_assert!(asserted, "live and not deleting: finalizer: {step:?}");
    }
    Ok(())
}

/// A job is stopped for no pool that is known to have no room, unless its own is edited away, or a
/// target has it stand in line for on-demand.
fn moves(after: &World, step: &Step) -> Result<(), TestCaseError> {
    let (Some(Effect::Stop { .. }), Some(plan)) = (&step.effect, after.spec.plan()) else {
        return Ok(());
    };
    let live = after.live();
    let to = live.stop.as_ref().and_then(|stop| stop.to.as_ref()?.pool());
    let is_dropped = live.pool().is_some_and(|pool| !plan.pools.contains(&pool));
    if let Some(to) = to.filter(|_| !is_dropped) {
        let rooms = Rooms::new(&plan.pools, &after.admission.pools);
        let others = plan.pools.iter().filter(|pool| pool.market == to.market);
        let may_be_had = |pool| match rooms.of(pool) {
            PoolState::Open => true,
            PoolState::Closed { .. } => to.market == Market::OnDemand,
            PoolState::Unusable { .. } => false,
        };
        prop_assert!(
            others.clone().any(may_be_had),
            "stopped for {to}: {:?}",
            after.admission.pools
        );
    }
    Ok(())
}

fn totals(was: &Run, is: &Run) -> Result<(), TestCaseError> {
    let (before, after) = (was.attempt(), is.attempt());
    let given_back = was.live().is_some_and(|live| !live.is_acknowledged());
    let least = if given_back { before.saturating_sub(1) } else { before };
    prop_assert!((least..=before + 1).contains(&after), "attempts count up: {before} {after}");
    prop_assert!(is.interruptions() >= was.interruptions());
    let (old, new) = (&was.history.totals, &is.history.totals);
    prop_assert!(new.training_seconds >= old.training_seconds);
    prop_assert!(new.billable_seconds >= old.billable_seconds);
    prop_assert!(new.used_seconds >= old.used_seconds);
    let (old, new) = (&was.retries, &is.retries);
    prop_assert!(new.restarts >= old.restarts && new.counted >= old.counted);
    let counts = |run: &Run| run.history.records.last().and_then(|record| record.reason.clone());
    if new.counted > old.counted {
        let class = counts(is).unwrap_or_default();
        let uncounted = ["CapacityError", "SpotWaitExceeded", "ServiceError"];
        prop_assert!(!uncounted.contains(&class.as_str()), "{class} counts");
    }
    Ok(())
}

fn conditions(before: &World, after: &World) -> Result<(), TestCaseError> {
    let conditions = &after.view.as_ref().unwrap().conditions;
    for (index, condition) in conditions.iter().enumerate() {
        let same_type = conditions.iter().filter(|other| other.kind == condition.kind).count();
        prop_assert_eq!(same_type, 1, "one condition per type");
        let old = before.view.iter().flat_map(|view| &view.conditions);
        let old = old.into_iter().find(|other| other.kind == condition.kind);
        if let Some(old) = old.filter(|old| old.status == condition.status) {
            prop_assert_eq!(old.since, condition.since, "moves only with status");
        }
        let relative = [" ago", "in a few", "seconds left", "minutes left"];
        prop_assert!(!relative.iter().any(|text| condition.message.contains(text)), "{index}");
    }
    let holds = |kind| after.condition(kind).is_some_and(|(status, _)| status);
    prop_assert!(!(holds(ConditionType::Complete) && holds(ConditionType::Failed)));
    prop_assert!(!(holds(ConditionType::Reconciling) && holds(ConditionType::Stalled)));
    Ok(())
}

/// The status is bounded, and says all that the run holds.
fn projection(world: &World) -> Result<(), TestCaseError> {
    let view = world.view.as_ref().unwrap();
    let written = status::status(&world.run, view, world.facts.generation).unwrap();
    let text = serde_json::to_string(&written).unwrap();
    prop_assert!(text.len() <= 16 * 1024, "{} bytes", text.len());
    prop_assert!(written.internal_state.as_ref().unwrap().len() <= 8192);
    let read = read_status::run(&serde_json::from_str(&text).unwrap()).unwrap();
    prop_assert_eq!(&read, &world.run, "nothing is lost in the status");
    let mut reread = world.clone();
    reread.run = read;
    reread.step(&nothing());
    Ok(())
}

#[test]
fn every_history_keeps_the_laws_and_every_reason_is_met() {
    let met = std::cell::RefCell::new(BTreeSet::<String>::new());
    let histories = prop::collection::vec(happenings(), 1..60);
    check("histories of an object", HISTORIES, &histories, |history| {
        let mut world = World::default();
        let mut seconds = 0;
        for happening in &history {
            let Some(seen) = happen(&mut world, &mut seconds, happening) else { continue };
            let before = world.clone();
            let step = world.step(&seen);
            laws(&before, &world, &seen, &step)?;
            match step.effect {
                Some(Effect::AddFinalizer) => world.facts.has_finalizer = true,
                Some(Effect::RemoveFinalizer) => world.facts.has_finalizer = false,
                _ => {}
            }
            let conditions = world.view.iter().flat_map(|view| &view.conditions);
            let records = &world.run.history.records;
            let reasons = conditions.map(|condition| condition.reason.clone());
            let outcomes = records.iter().filter_map(|record| record.reason.clone());
            met.borrow_mut().extend(reasons.chain(outcomes));
        }
        Ok(())
    });
    let met = met.into_inner();
    let words = Blocker::ALL.iter().map(|word| word.as_str());
    let words = words.chain(Progress::ALL.iter().map(|word| word.as_str()));
    let words = words.chain(FailureClass::ALL.iter().map(|word| word.as_str()));
    let words = words.chain(Limit::ALL.iter().map(|word| word.as_str()));
    let words = words.chain(StopReason::ALL.iter().map(|word| word.as_str()));
    let missing: Vec<_> = words.filter(|word| !met.contains(*word)).collect();
    // What only a newer version, another object's status or hours on demand bring about
    // has tests of its own.
    let elsewhere = ["StatusOfAnotherObject", "NewerVersionNeeded", "StoppedForSpot"];
    assert_eq!(missing, elsewhere, "met: {met:?}");
}

#[test]
fn a_closed_pool_is_left_for_an_open_one_in_their_order() {
    let mut world = World::default();
    let mut second = String::new();
    world.edit(|plan| {
        let mut pool = plan.pools[0].clone();
        pool.instance_type = "ml.g6.4xlarge".to_owned();
        second.clone_from(&pool.instance_type);
        plan.pools.push(pool);
    });
    world.admission.pools = vec![PoolState::Closed { probe_at: None }, PoolState::Open];
    let Some(Effect::Create(attempt)) = world.step(&nothing()).effect else { panic!() };
    assert_eq!(attempt.pool.instance_type, second);
}
