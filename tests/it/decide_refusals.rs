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
        world.step(&Observation::NotLooked);
        world.step(&refused(Operation::Create, RefusalKind::AccessDenied));
        let stalled = world.condition(ConditionType::Stalled).map(|condition| condition.0);
        assert_eq!(stalled, Some(second > 300), "after {second} s");
    }
    assert_eq!(world.step(&Observation::NotLooked).effect, None);
    world.credentials += 1;
    assert!(matches!(world.step(&Observation::NotLooked).effect, Some(Effect::Create(_))));
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
