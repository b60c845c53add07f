//! What is the case already is no news when it is found again: its beginning stays, and nothing is told.

use spot_training_operator::domain::admission::{CreateTurn, PoolState, RegionHealth};
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::run::cursor::{Cursor, Search};
use spot_training_operator::domain::vocabulary::{ConditionType, State};

use crate::support::fixtures::objects::{at, job, plan, unreadable};
use crate::support::fixtures::world::{World, events, nothing, present, refused, stop_accepted};

#[test]
fn a_wrong_spec_is_wrong_since_it_was_found() {
    let mut world = World { spec: unreadable(), ..World::default() };
    world.step(&nothing());
    // The status keeps less of a long text, and nothing of it where the apiserver refuses it.
    for kept in ["spec.tem … known", ""] {
        world.now = at(100);
        world.run.blocked.as_mut().unwrap().message = kept.to_owned();
        let stored = world.run.clone();
        assert_eq!(events(&world.step(&nothing())), [""; 0]);
        let since = world.run.blocked.as_ref().map(|blocked| blocked.since);
        assert_eq!(since, stored.blocked.map(|blocked| blocked.since), "{kept:?}");
    }
}

#[test]
fn a_probe_that_is_refused_goes_on_with_its_wait() {
    let mut world = World::default();
    world.step(&nothing());
    let quota = refused(Call::Create, CallErrorKind::Quota(None));
    world.admission.pools = vec![PoolState::Closed { probe_at: None }];
    assert_eq!(events(&world.step(&quota)), ["QuotaExceeded"]);
    for seconds in [30, 90] {
        world.now = at(seconds);
        world.admission.pools = vec![PoolState::Open];
        let probe = world.step(&nothing());
        assert!(matches!(probe.effect, Some(Effect::Create(_))), "{probe:?}");
        assert_eq!(events(&probe), [""; 0], "the probe");
        world.admission.pools = vec![PoolState::Closed { probe_at: None }];
        assert_eq!(events(&world.step(&quota)), [""; 0], "its refusal");
        assert_eq!(world.run.blocked.as_ref().unwrap().since, at(0));
        assert_eq!(world.state(), State::Queued);
    }
}

#[test]
fn a_silence_that_is_over_is_not_said_of_a_later_attempt() {
    let mut world = World::created();
    world.edit(|plan| plan.backoff_limit = 1);
    world.step(&present(job(JobStatus::Failed, &["Starting", "Training", "Failed"], 1)));
    world.now = at(10_000);
    let since = at(9000);
    world.admission.region = RegionHealth::Silent { since, words: "no route".to_owned() };
    world.step(&nothing());
    assert_eq!(world.condition(ConditionType::Ready), Some((false, "ServiceUnavailable")));
    world.admission.region = RegionHealth::Answers;
    world.admission.create = CreateTurn::Expected(at(10_003));
    world.step(&nothing());
    assert_ne!(world.condition(ConditionType::Ready), Some((false, "ServiceUnavailable")));
}

#[test]
fn who_was_never_suspended_is_not_resumed() {
    let mut world = World::created();
    world.edit(|plan| plan.suspend = true);
    world.step(&present(job(JobStatus::InProgress, &["Starting", "Training"], 1)));
    world.step(&stop_accepted());
    world.edit(|plan| plan.suspend = false);
    assert_eq!(events(&world.step(&nothing())), [""; 0], "while the job stops");
}

#[test]
fn no_attempt_follows_where_the_object_is_deleted() {
    let mut world = World::created();
    world.edit(|plan| plan.backoff_limit = 3);
    world.facts.deleting = true;
    let mut failed = job(JobStatus::Failed, &["Starting", "Training", "Failed"], 1);
    failed.failure_reason = Some("AlgorithmError: exit 1".to_owned());
    let step = world.step(&present(failed));
    assert!(!events(&step).contains(&"AttemptFailed"), "{step:?}");
    assert!(step.facts.iter().all(|fact| !fact.message.contains("next attempt")), "{step:?}");
}

#[test]
fn a_failure_without_words_is_said_to_be_one() {
    let mut world = World::created();
    let mut failed = job(JobStatus::Failed, &["Starting", "Training", "Failed"], 1);
    failed.transitions.iter_mut().for_each(|transition| transition.message = None);
    world.step(&present(failed));
    assert!(world.message(ConditionType::Failed).starts_with("SageMaker gave no reason"));
}

#[test]
fn no_stored_moment_is_later_than_now() {
    let mut world = World { now: at(50_000), ..World::default() };
    world.step(&nothing());
    world.run.cursor = Some(Cursor::at(
        &plan().pools[0],
        0,
        Search { since: Some(at(50_000)), ..Search::default() },
    ));
    world.run.without_room_since = Some(at(50_000));
    world.run.clocks.start = Some(at(50_000));
    world.now = at(0);
    world.step(&nothing());
    let run = &world.run;
    let search = run.cursor.as_ref().and_then(|cursor| cursor.search.since);
    let moments = [run.clocks.start, search, run.without_room_since];
    let transitions = run.transitions.values().map(|transition| Some(transition.1));
    let late = moments.into_iter().chain(transitions).filter(|moment| *moment > Some(at(0)));
    assert_eq!(late.count(), 0, "{run:#?}");
}

#[test]
fn credentials_that_are_refused_are_tried_a_few_times_an_hour() {
    let mut world = World::default();
    let mut step = world.step(&nothing());
    let mut creates = 0;
    while world.now < at(3600) {
        if let Some(Effect::Create(_)) = step.effect {
            creates += 1;
            step = world.step(&refused(Call::Create, CallErrorKind::Credentials));
            continue;
        }
        let Wake::At(wake) = step.wake else { panic!("{step:?}") };
        world.now = world.now.max(wake);
        step = world.step(&nothing());
    }
    assert!((2..=12).contains(&creates), "{creates} creates in the hour");
}
