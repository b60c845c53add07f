//! Golden tables: what each refusal of AWS leads to.

use spot_training_operator::domain::decision::{Effect, Wake};
use spot_training_operator::domain::observation::{
    JobStatus, Observation, Operation, Owner, RefusalKind,
};
use spot_training_operator::domain::plan::{CheckpointPlan, Desired};
use spot_training_operator::domain::vocabulary::{ConditionType, Reason, State};

use crate::support::objects::{at, job};
use crate::support::world::{World, present, refused};

#[test]
fn refusals_of_create_follow_the_table() {
    let rows = [
        (RefusalKind::Invalid, Reason::InvalidRequest, true),
        (RefusalKind::NotInRegion, Reason::InvalidRequest, true),
        (RefusalKind::Quota, Reason::QuotaExceeded, false),
        (RefusalKind::AccessPropagating, Reason::AccessPropagating, false),
        (RefusalKind::AccessDenied, Reason::AccessDenied, false),
        (RefusalKind::Credentials, Reason::CredentialsInvalid, false),
        (RefusalKind::AccountChanged, Reason::AccountChanged, true),
    ];
    for (kind, reason, stalled) in rows {
        let mut world = World::intended();
        let step = world.step(&refused(Operation::Create, kind));
        assert!(matches!(step.wake, Wake::At(_)), "{kind:?}: {step:?}");
        assert_eq!(world.condition(ConditionType::Stalled).map(|c| c.0), Some(stalled), "{kind:?}");
        assert_eq!(world.condition(ConditionType::Ready), Some((false, reason)));
        assert!(world.memory.ledger.intent.is_none(), "{kind:?}: refused for certain");
        assert_eq!((world.memory.attempts.len(), world.state()), (0, State::Pending));
        world.now = at(7200);
        let again = world.step(&Observation::NotLooked);
        assert!(matches!(again.effect, Some(Effect::Identify { .. })), "{kind:?}: {again:?}");
        let again = world.step(&Observation::Identified("123456789012".to_owned()));
        let Some(Effect::Create(attempt)) = again.effect else { panic!("{kind:?}: {again:?}") };
        assert_eq!(attempt.number, 1, "the name was never used");
    }
}

#[test]
fn refused_permission_stalls_after_five_minutes_and_heals_with_new_credentials() {
    let mut world = World::intended();
    for second in [0, 60, 299, 301] {
        world.now = at(second);
        world.memory.ledger.hold.iter_mut().for_each(|hold| hold.retry_at = Some(at(second)));
        world.step(&Observation::Identified("123456789012".to_owned()));
        world.step(&refused(Operation::Create, RefusalKind::AccessDenied));
        let stalled = world.condition(ConditionType::Stalled).map(|condition| condition.0);
        assert_eq!(stalled, Some(second > 300), "after {second} s");
    }
    assert_eq!(world.step(&Observation::NotLooked).effect, None);
    world.credentials += 1;
    assert!(matches!(world.step(&Observation::NotLooked).effect, Some(Effect::Identify { .. })));
}

#[test]
fn transient_refusals_change_nothing() {
    for kind in [RefusalKind::Throttled, RefusalKind::Unavailable] {
        for operation in [Operation::Create, Operation::Describe, Operation::Stop] {
            let mut world =
                if operation == Operation::Create { World::intended() } else { World::created() };
            let step = world.step(&refused(operation, kind));
            assert_eq!((step.changed, step.effect, step.wake), (false, None, Wake::Retry));
        }
    }
}

#[test]
fn refused_reads_are_told_and_never_stall() {
    let mut world = World::created();
    for hour in 0..3 {
        world.now = at(hour * 3600);
        world.step(&refused(Operation::Describe, RefusalKind::Credentials));
    }
    let reconciling = world.condition(ConditionType::Reconciling);
    assert_eq!(reconciling, Some((true, Reason::CredentialsInvalid)));
    assert_eq!(world.condition(ConditionType::Stalled), Some((false, Reason::AsExpected)));
    assert_eq!(world.state(), State::WaitingForCapacity, "the job goes on");
}

#[test]
fn a_taken_name_is_ours_by_its_tag_or_stalls() {
    for (owner, stalled) in [(Owner::Ours, false), (Owner::Foreign, true)] {
        let mut world = World::intended();
        let step = world.step(&refused(Operation::Create, RefusalKind::NameInUse));
        let Some(Effect::Look { verify_owner: true, .. }) = step.effect else { panic!("{step:?}") };
        let mut found = job(JobStatus::InProgress, &["Starting"], 1);
        found.owner = owner;
        world.step(&present(found));
        let condition = world.condition(ConditionType::Stalled);
        let expected = if stalled { Reason::NameTaken } else { Reason::AsExpected };
        assert_eq!(condition, Some((stalled, expected)));
        assert_eq!(world.memory.ledger.intent.is_some(), !stalled);
    }
}

#[test]
fn a_lost_reply_is_looked_for_and_created_again_under_the_same_name() {
    let mut world = World::intended();
    world.step(&refused(Operation::Create, RefusalKind::Unavailable));
    let step = world.step(&Observation::NotLooked);
    let Some(Effect::Look { job_name, verify_owner: true, .. }) = step.effect else {
        panic!("{step:?}")
    };
    world.now = at(2);
    let step = world.step(&Observation::Absent);
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!((attempt.job_name, attempt.send_by, attempt.number), (job_name, at(12), 1));
    // The first request may still arrive: a refusal of the second settles nothing.
    world.step(&refused(Operation::Create, RefusalKind::Invalid));
    assert!(world.memory.ledger.intent.is_some());
}

#[test]
fn what_is_missing_stalls_with_the_remedy_and_heals_with_the_settings() {
    let mut world = World::default();
    world.edit(|plan| plan.checkpoint = CheckpointPlan::Missing);
    let step = world.step(&Observation::NotLooked);
    assert_eq!((step.effect, step.wake), (None, Wake::OnChange));
    let stalled = world.condition(ConditionType::Stalled);
    assert_eq!(stalled, Some((true, Reason::CheckpointLocationMissing)));
    assert!(!world.step(&Observation::NotLooked).changed);
    if let Desired::Plan(plan) = &mut world.desired {
        plan.checkpoint = CheckpointPlan::At("s3://root/x".to_owned());
    }
    assert!(matches!(world.step(&Observation::NotLooked).effect, Some(Effect::Identify { .. })));
}

#[test]
fn a_first_attempt_that_never_was_may_begin_elsewhere() {
    let mut world = World::intended();
    world.step(&refused(Operation::Create, RefusalKind::AccountChanged));
    assert_eq!((&world.memory.location, &world.memory.checkpoint_uri), (&None, &None));
    world.credentials += 1;
    world.edit(|plan| plan.region = Some("us-east-1".to_owned()));
    let step = world.step(&Observation::NotLooked);
    assert_eq!(step.effect, Some(Effect::Identify { region: "us-east-1".to_owned() }));
}

#[test]
fn new_credentials_are_tried_at_once_and_buy_no_patience() {
    let mut world = World::intended();
    world.step(&refused(Operation::Create, RefusalKind::AccessDenied));
    world.now = at(301);
    world.credentials += 1;
    world.step(&Observation::Identified("123456789012".to_owned()));
    world.step(&refused(Operation::Create, RefusalKind::AccessDenied));
    let stalled = world.condition(ConditionType::Stalled);
    assert_eq!(stalled, Some((true, Reason::AccessDenied)));
}

#[test]
fn a_long_silence_is_told_and_bars_nothing() {
    let mut world = World::intended();
    world.facts.deleting = true;
    world.now = at(301);
    for (since, told) in [(None, false), (Some(at(2)), false), (Some(at(1)), true)] {
        world.failing_since = since;
        let step = world.step(&refused(Operation::Describe, RefusalKind::Unavailable));
        assert_eq!((step.changed, step.wake), (told, Wake::Retry), "{since:?}");
    }
    let reconciling = world.memory.conditions.iter().find(|c| c.status).unwrap();
    assert_eq!(reconciling.reason, Reason::ServiceUnavailable);
    assert!(reconciling.message.contains("spec.deletionPolicy: Orphan"), "{reconciling:?}");
    let step = world.step(&Observation::NotLooked);
    assert!(matches!(step.effect, Some(Effect::Look { .. })), "{step:?}");
    world.step(&Observation::Absent);
    assert_eq!(world.memory.ledger.blind, None, "an answer ends it");
}

#[test]
fn a_create_that_never_shows_is_sent_less_and_less_often() {
    let mut world = World::intended();
    let mut sent = Vec::new();
    for second in 0..400 {
        world.now = at(second);
        if let Some(Effect::Create(_)) = world.step(&Observation::Absent).effect {
            sent.push(second);
        }
    }
    assert!((5..=14).contains(&sent.len()), "{sent:?}");
    let gaps: Vec<_> = sent.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.last() > gaps.first() && gaps.iter().all(|gap| *gap <= 60), "{gaps:?}");
}
