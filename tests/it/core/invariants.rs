//! What must be true again and again: reasserted, not assumed.

use spot_training_operator::domain::admission::{CreateTurn, Identity, PrefixState, RegionHealth};
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{CallError, CallErrorKind};
use spot_training_operator::domain::vocabulary::{ConditionType, State};

use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, nothing, present};

#[test]
fn a_finalizer_that_somebody_removed_comes_back() {
    let mut world = World::created();
    world.facts.has_finalizer = false;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert_eq!(world.step(&present(training)).effect, Some(Effect::AddFinalizer));
    world.facts.deleting = true;
    let effect = world.step(&nothing()).effect;
    assert_ne!(effect, Some(Effect::AddFinalizer), "a deleted object takes no finalizer");
}

#[test]
fn a_status_of_another_object_is_never_believed() {
    let mut world = World::created();
    world.facts.uid = "0f1d7c1e-0000-4a62-9a8e-0d4a5a1c2b3d".to_owned();
    let step = world.step(&nothing());
    assert_eq!((step.effect, step.wake), (None, Wake::OnChange));
    assert_eq!(world.condition(ConditionType::Stalled), Some((true, "StatusOfAnotherObject")));
    assert_eq!(world.state(), State::Stalled);
    world.facts.deleting = true;
    assert_eq!(world.step(&nothing()).effect, Some(Effect::RemoveFinalizer));
}

#[test]
fn what_ended_under_another_uid_stays_ended() {
    let mut world = World::created();
    world.step(&present(job(JobStatus::Failed, &["Starting", "Failed"], 1)));
    world.facts.uid = "0f1d7c1e-0000-4a62-9a8e-0d4a5a1c2b3d".to_owned();
    let step = world.step(&nothing());
    assert_eq!((step.effect, world.state()), (Some(Effect::RemoveFinalizer), State::Failed));
}

#[test]
fn the_name_of_a_job_is_derived_and_never_read() {
    let mut world = World::created();
    let name = world.job_name();
    let Some(Effect::Describe { job_name, .. }) = world.step(&nothing()).effect else { panic!() };
    assert_eq!(job_name, name);
}

#[test]
fn a_clock_that_was_set_back_holds_nothing_up() {
    let mut world = World { now: at(50_000), ..World::default() };
    world.step(&nothing());
    world.step(&crate::support::fixtures::world::refused(
        spot_training_operator::domain::job::call_error::Call::Create,
        CallErrorKind::AccessDenied,
    ));
    world.now = at(0);
    let step = world.step(&nothing());
    let Wake::At(wake) = step.wake else { panic!("{step:?}") };
    assert!(wake <= at(3600), "{wake}");
}

#[test]
fn a_wait_for_the_rate_is_shown_once_and_only_if_it_is_long() {
    let mut world = World::default();
    for (seconds, queued) in [(4, false), (6, true)] {
        world.admission.create = CreateTurn::Expected(at(seconds));
        let step = world.step(&nothing());
        assert!(matches!(step.wake, Wake::InTurn(..)), "{step:?}");
        assert_eq!(world.state() == State::Queued, queued, "{seconds} s");
    }
    world.now = at(100);
    world.admission.create = CreateTurn::Expected(at(200));
    assert!(!world.step(&nothing()).changed);
    world.admission.create = CreateTurn::Now;
    assert!(matches!(world.step(&nothing()).effect, Some(Effect::Create(_))));
    assert_eq!(world.state(), State::Pending);
}

#[test]
fn a_checkpoint_prefix_in_use_is_waited_for() {
    let mut world = World::default();
    world.admission.prefix = PrefixState::InUse { by: None };
    let step = world.step(&nothing());
    assert!(matches!(step.wake, Wake::InTurn(..)), "{step:?}");
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "CheckpointInUse")));
    assert_eq!(world.state(), State::Queued);
    world.admission.prefix = PrefixState::Free;
    assert!(matches!(world.step(&nothing()).effect, Some(Effect::Create(_))));
    let mut starting = World::default();
    starting.admission.prefix = PrefixState::Unknown;
    assert_eq!(starting.step(&nothing()).effect, None, "no create before the index is complete");
}

#[test]
fn a_region_that_does_not_answer_is_shown_and_not_asked() {
    let mut world = World::default();
    let words = "connection refused".to_owned();
    world.admission.region = RegionHealth::Silent { since: at(0), words };
    world.now = at(30);
    assert_eq!((world.step(&nothing()).effect, world.state()), (None, State::Pending));
    is_silent_at(&mut world, 61);
}

/// At this second the object says that AWS does not answer.
fn is_silent_at(world: &mut World, second: i64) {
    world.now = at(second);
    world.step(&nothing());
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "ServiceUnavailable")));
    assert!(world.message(ConditionType::Ready).contains("connection refused"));
}

#[test]
fn an_sts_that_does_not_answer_is_shown_after_a_minute() {
    let mut world = World::default();
    let error = CallError::new(CallErrorKind::Unavailable, "connection refused".to_owned());
    world.admission.identity = Identity::Refused { error, since: at(0) };
    world.step(&nothing());
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "Creating")));
    is_silent_at(&mut world, 61);
}

#[test]
fn who_is_overtaken_says_that_it_waits() {
    let mut world = World::default();
    world.admission.create = CreateTurn::Expected(at(2));
    let step = world.step(&nothing());
    assert!(matches!(step.wake, Wake::InTurn(_, Some(until)) if until == at(5)), "{step:?}");
    assert_eq!(world.state(), State::Pending);
    world.now = at(5);
    world.admission.create = CreateTurn::Expected(at(7));
    let step = world.step(&nothing());
    assert!(matches!(step.wake, Wake::InTurn(_, None)), "{step:?}");
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "RateLimited")));
}

#[test]
fn refused_credentials_are_shown_by_every_object_that_needs_them() {
    let mut world = World::default();
    let message = "the security token is expired".to_owned();
    let mut error = CallError::new(CallErrorKind::Credentials, message);
    error.retry_at = Some(at(10));
    world.admission.identity = Identity::Refused { error, since: at(0) };
    let step = world.step(&nothing());
    assert!(matches!(step.wake, Wake::InTurn(..)), "{step:?}");
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "CredentialsInvalid")));
    assert!(!world.step(&nothing()).changed);
    world.now = at(11);
    world.step(&nothing());
    assert!(!world.step(&nothing()).changed, "STS has not been asked again");
    world.admission.identity = Identity::Known { account: "123456789012".to_owned(), principal: 7 };
    assert!(matches!(world.step(&nothing()).effect, Some(Effect::Create(_))));
}
