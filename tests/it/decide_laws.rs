//! Property laws: whatever is observed, in whatever order, every decision keeps them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};
use spot_training_operator::controller::project;
use spot_training_operator::domain::decision::{Effect, Wake};
use spot_training_operator::domain::observation::{
    Job, JobStatus, Observation, Operation, Owner, RefusalKind,
};
use spot_training_operator::domain::plan::{CheckpointPlan, DeletionPolicy};
use spot_training_operator::domain::vocabulary::{ConditionType, Reason};

use crate::support::objects::{at, job, unreadable};
use crate::support::world::{Step, World, present, refused};

/// Histories of an object that are tried.
const HISTORIES: u32 = 1500;

/// Something that happens to an object.
#[derive(Clone, Debug)]
enum Happening {
    Seen(Observation),
    Time(i64),
    Suspend(bool),
    Policy(DeletionPolicy),
    Checkpoint(CheckpointPlan),
    Region(bool),
    Readable(bool),
    Pending,
    Credentials,
    Silence(bool),
    Delete,
}

fn jobs() -> impl Strategy<Value = Job> {
    let paths: Vec<&'static [&'static str]> = vec![
        &["Starting"],
        &["Pending"],
        &["Starting", "Downloading"],
        &["Starting", "Downloading", "Training"],
        &["Starting", "Training", "Interrupted"],
        &["Starting", "Training", "Interrupted", "Starting"],
        &["Starting", "Training", "Interrupted", "Starting", "Training"],
        &["Starting", "Training", "Uploading"],
        &["Starting", "Stopping"],
        &["Novelty"],
    ];
    let ends = ["Completed", "Failed", "Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded", "X"];
    let failures =
        ["AlgorithmError: a", "CapacityError: b", "ClientError: c", "InternalServerError: d", "e"];
    let status = prop_oneof![
        8 => Just(JobStatus::InProgress),
        2 => Just(JobStatus::Stopping),
        1 => Just(JobStatus::Deleting),
        1 => Just(JobStatus::Unknown("Novelty".to_owned())),
        2 => Just(JobStatus::Completed),
        2 => Just(JobStatus::Failed),
        3 => Just(JobStatus::Stopped),
    ];
    let owner =
        prop_oneof![4 => Just(Owner::Ours), 1 => Just(Owner::Foreign), 1 => Just(Owner::NotAsked)];
    let choice = (prop::sample::select(paths), prop::sample::select(ends.to_vec()));
    (choice, status, owner, prop::sample::select(failures.to_vec()), 0..5000_i64).prop_map(
        |((path, end), status, owner, failure, seconds)| {
            let path = if status.is_over() { [path, &[end]].concat() } else { path.to_vec() };
            let failed = status == JobStatus::Failed;
            Job {
                owner,
                failure_reason: failed.then(|| failure.to_owned()),
                training_seconds: Some(seconds),
                billable_seconds: Some(seconds / 3),
                ended: Some(at(seconds)),
                ..job(status, &path, 0)
            }
        },
    )
}

fn observations() -> impl Strategy<Value = Observation> {
    let operations = [Operation::Identify, Operation::Create, Operation::Describe, Operation::Stop];
    let kinds = [
        RefusalKind::NameInUse,
        RefusalKind::Quota,
        RefusalKind::NotInRegion,
        RefusalKind::AccessPropagating,
        RefusalKind::Invalid,
        RefusalKind::AccessDenied,
        RefusalKind::Credentials,
        RefusalKind::AccountChanged,
        RefusalKind::AlreadyOver,
        RefusalKind::Throttled,
        RefusalKind::Unavailable,
    ];
    let refusals =
        (prop::sample::select(operations.to_vec()), prop::sample::select(kinds.to_vec()))
            .prop_map(|(operation, kind)| refused(operation, kind));
    prop_oneof![
        6 => Just(Observation::NotLooked),
        2 => Just(Observation::Identified("123456789012".to_owned())),
        3 => Just(Observation::Created("arn".to_owned())),
        1 => Just(Observation::StopAccepted),
        2 => Just(Observation::Absent),
        6 => jobs().prop_map(present),
        3 => refusals,
    ]
}

fn happenings() -> impl Strategy<Value = Happening> {
    prop_oneof![
        20 => observations().prop_map(Happening::Seen),
        4 => (1..400_i64).prop_map(Happening::Time),
        1 => any::<bool>().prop_map(Happening::Suspend),
        1 => prop_oneof![Just(DeletionPolicy::Stop), Just(DeletionPolicy::Orphan)]
            .prop_map(Happening::Policy),
        1 => prop_oneof![
            Just(CheckpointPlan::Missing),
            Just(CheckpointPlan::Disabled),
            Just(CheckpointPlan::At("s3://b/c".to_owned()))
        ].prop_map(Happening::Checkpoint),
        1 => any::<bool>().prop_map(Happening::Region),
        1 => any::<bool>().prop_map(Happening::Readable),
        1 => Just(Happening::Pending),
        1 => Just(Happening::Credentials),
        1 => any::<bool>().prop_map(Happening::Silence),
        1 => Just(Happening::Delete),
    ]
}

/// Lets something happen; an observation is decided on.
fn happen(world: &mut World, seconds: &mut i64, happening: &Happening) -> Option<Observation> {
    match happening {
        Happening::Seen(seen) => return Some(seen.clone()),
        Happening::Time(passed) => *seconds += passed,
        Happening::Suspend(suspend) => world.edit(|plan| plan.suspend = *suspend),
        Happening::Policy(policy) => world.edit(|plan| plan.deletion_policy = *policy),
        Happening::Checkpoint(checkpoint) => {
            world.edit(|plan| plan.checkpoint = checkpoint.clone());
        }
        Happening::Region(known) => {
            world.edit(|plan| plan.region = known.then(|| "eu-west-1".to_owned()));
        }
        Happening::Readable(true) => world.desired = World::default().desired,
        Happening::Readable(false) => world.desired = unreadable(),
        Happening::Pending => world.edit(|plan| plan.max_pending_seconds = Some(1800)),
        Happening::Credentials => world.credentials += 1,
        Happening::Silence(long) => world.failing_since = long.then(|| at(-1000)),
        Happening::Delete => world.facts.deleting = true,
    }
    world.now = at(*seconds);
    None
}

fn laws(
    before: &World,
    after: &World,
    seen: &Observation,
    step: &Step,
) -> Result<(), TestCaseError> {
    let (was, is) = (&before.memory, &after.memory);
    let ledger = &is.ledger;
    let mut again = before.clone();
    prop_assert_eq!(&again.step(seen), step, "deterministic");
    prop_assert_eq!(&again.memory, is, "deterministic");

    let settled = step.effect.is_none() && after.facts == before.facts;
    if settled && !matches!(seen, Observation::Refused(..)) {
        let second = after.clone().step(seen);
        prop_assert!(!second.changed && second.effect.is_none(), "fixpoint: {second:?}");
        prop_assert!(second.notes.is_empty(), "told twice: {second:?}");
    }

    if let Some(Effect::Create(attempt)) = &step.effect {
        prop_assert!(after.facts.has_finalizer && !after.facts.deleting, "no create unprotected");
        prop_assert!(!after.desired.suspend(), "no create while suspended");
        prop_assert_eq!(ledger.intent.as_ref().map(|intent| intent.committed), Some(after.now));
        prop_assert_eq!(attempt.number, is.attempt);
        prop_assert!(attempt.number == was.attempt || was.ledger.intent.is_none());
    }
    let hangs = is.job.status.as_deref() == Some("Stopping");
    let orphans = after.desired.deletion_policy() == DeletionPolicy::Orphan;
    if step.effect == Some(Effect::RemoveFinalizer) {
        prop_assert!(ledger.intent.is_none() || orphans || hangs, "possibly live: {ledger:?}");
    }
    for kind in [ConditionType::Complete, ConditionType::Failed, ConditionType::Suspended] {
        let holds = after.condition(kind).is_some_and(|(status, _)| status);
        prop_assert!(
            !holds || ledger.intent.is_none() || after.facts.deleting,
            "{kind} while possibly live"
        );
    }
    prop_assert!(is.attempt == was.attempt || is.attempt == was.attempt + 1, "attempts count up");
    prop_assert!(
        is.interruptions >= was.interruptions && is.training_seconds >= was.training_seconds
    );
    if was.ledger.end.is_some() {
        prop_assert_eq!(ledger.end, was.ledger.end, "terminal is for ever");
        prop_assert!(matches!(step.effect, None | Some(Effect::RemoveFinalizer)));
    }
    if step.effect.is_none() && ledger.intent.is_some() {
        prop_assert!(
            step.wake != Wake::OnChange || !after.facts.has_finalizer,
            "somebody looks: {step:?}"
        );
    }
    if let Wake::At(at) = step.wake {
        let ahead = at.duration_since(after.now).as_secs();
        prop_assert!(ahead <= 3600, "a wake within the longest poll: {ahead} s");
    }
    conditions(before, after)?;
    projection(after)
}

fn conditions(before: &World, after: &World) -> Result<(), TestCaseError> {
    let conditions = &after.memory.conditions;
    for (index, condition) in conditions.iter().enumerate() {
        let same_type = conditions.iter().filter(|other| other.kind == condition.kind).count();
        prop_assert_eq!(same_type, 1, "one condition per type");
        let old = before.memory.conditions.iter().find(|other| other.kind == condition.kind);
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

/// The status is bounded, and says all that the memory holds.
fn projection(world: &World) -> Result<(), TestCaseError> {
    let status = project::status(&world.memory).unwrap();
    let text = serde_json::to_string(&status).unwrap();
    prop_assert!(text.len() <= 16 * 1024, "{} bytes", text.len());
    prop_assert!(status.memory.as_ref().unwrap().len() <= 4096);
    let read = project::memory(&serde_json::from_str(&text).unwrap()).unwrap();
    prop_assert!(project::status(&read).unwrap() == status, "nothing is lost in the status");
    Ok(())
}

#[test]
fn every_history_keeps_the_laws_and_every_reason_is_met() {
    let mut runner = TestRunner::new_with_rng(
        Config { cases: HISTORIES, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let met = std::cell::RefCell::new(BTreeMap::<Reason, u32>::new());
    let histories = prop::collection::vec(happenings(), 1..60);
    let result = runner.run(&histories, |history| {
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
            let reasons = world.memory.conditions.iter().map(|condition| condition.reason);
            let outcomes = world.memory.attempts.iter().filter_map(|record| record.reason);
            for reason in reasons.chain(outcomes) {
                *met.borrow_mut().entry(reason).or_default() += 1;
            }
        }
        Ok(())
    });
    result.unwrap();
    let met = met.into_inner();
    println!("decisions by reason: {met:?}");
    for reason in Reason::ALL {
        assert!(met.contains_key(reason), "no history came to {reason}");
    }
}

#[test]
fn what_a_newer_version_remembers_survives_an_older_one() {
    let mut world = World::created();
    let mut status = project::status(&world.memory).unwrap();
    let memory = status.memory.as_ref().unwrap().replacen('{', r#"{"novelty":{"a":[1,2]},"#, 1);
    status.memory = Some(memory);
    world.memory = project::memory(&status).unwrap();
    world.step(&present(job(JobStatus::InProgress, &["Starting", "Training"], 1)));
    let written = project::status(&world.memory).unwrap().memory.unwrap();
    assert!(written.contains(r#""novelty":{"a":[1,2]}"#), "{written}");
}
