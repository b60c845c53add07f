//! Golden tables: suspension and deletion.

use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::spec::plan::{DeletionPolicy, InvalidSpec, Limits, ParsedSpec};
use spot_training_operator::domain::vocabulary::{ConditionType, State};

use crate::support::fixtures::objects::{at, job, unreadable};
use crate::support::fixtures::world::{
    World, absent, events, nothing, present, refused, stop_accepted,
};

#[test]
fn suspend_stops_waits_and_resumes_with_a_new_attempt() {
    let mut world = World::created();
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    world.step(&present(training.clone()));
    world.edit(|plan| plan.suspend = true);
    world.next_poll = at(3600);
    let step = world.step(&nothing());
    assert!(matches!(step.effect, Some(Effect::Describe { urgent: true, .. })), "{step:?}");
    let step = world.step(&present(training));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
    assert_eq!((world.state(), events(&step)), (State::Stopping, vec!["Stopping"]));
    world.step(&stop_accepted());
    let mut stopped = job(JobStatus::Stopped, &["Starting", "Training", "Stopped"], 1);
    stopped.training_seconds = Some(10);
    let step = world.step(&present(stopped));
    assert_eq!((step.effect.clone(), step.wake), (None, Wake::OnChange));
    assert_eq!(world.condition(ConditionType::Suspended), Some((true, "Suspended")));
    assert_eq!(world.state(), State::Suspended);
    assert_eq!(world.run.history.totals.training_seconds, Some(10));
    world.now = at(100);
    world.edit(|plan| plan.suspend = false);
    let step = world.step(&nothing());
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!((attempt.number, world.run.clocks.suspended_seconds), (2, 100));
    assert_eq!(world.condition(ConditionType::Suspended), Some((false, "Resumed")));
}

#[test]
fn suspend_lets_an_upload_finish() {
    let mut world = World::created();
    world.edit(|plan| plan.suspend = true);
    let step = world.step(&present(job(JobStatus::InProgress, &["Training", "Uploading"], 1)));
    assert_eq!((step.effect, step.wake), (None, Wake::At(at(1))));
}

#[test]
fn an_object_created_suspended_asks_aws_nothing() {
    let mut world = World::default();
    world.facts.has_finalizer = false;
    world.edit(|plan| plan.suspend = true);
    let step = world.step(&nothing());
    assert_eq!((step.effect, step.wake), (None, Wake::OnChange));
    assert_eq!((world.state(), world.run.clocks.start), (State::Suspended, None));
}

#[test]
fn deletion_stops_waits_and_releases() {
    let mut world = World::created();
    world.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(world.step(&nothing()).effect, Some(Effect::Describe { .. })));
    assert!(matches!(world.step(&present(training)).effect, Some(Effect::Stop { .. })));
    world.step(&stop_accepted());
    let stopping = job(JobStatus::Stopping, &["Starting", "Training", "Stopping"], 1);
    let step = world.step(&present(stopping.clone()));
    assert_eq!((step.effect, step.wake), (None, Wake::At(at(1))));
    let mut patient = world.clone();
    let stopped = job(JobStatus::Stopped, &["Starting", "Training", "Stopping", "Stopped"], 1);
    assert_eq!(world.step(&present(stopped)).effect, Some(Effect::RemoveFinalizer));
    patient.now = at(15 * 60);
    let step = patient.step(&present(stopping));
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer), "SageMaker hangs in Stopping");
    assert_eq!(events(&step), ["StopTimedOut"]);
}

#[test]
fn a_stop_whose_answer_was_lost_is_given_up_in_the_end() {
    let mut world = World::created();
    world.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(world.step(&present(training)).effect, Some(Effect::Stop { .. })));
    world.step(&refused(Call::Stop, CallErrorKind::Unavailable));
    let stopping = job(JobStatus::Stopping, &["Starting", "Training", "Stopping"], 1);
    for (second, released) in [(10, false), (10 + 15 * 60, true)] {
        world.now = at(second);
        let step = world.step(&present(stopping.clone()));
        assert_eq!(step.effect == Some(Effect::RemoveFinalizer), released, "{second}: {step:?}");
    }
}

#[test]
fn deletion_of_an_unanswered_create_waits_until_no_job_can_come() {
    let mut world = World::requested();
    world.facts.deleting = true;
    for (second, released) in [(1, false), (40, false), (99, false), (100, true)] {
        world.now = at(second);
        let step = world.step(&absent());
        assert_eq!(step.effect == Some(Effect::RemoveFinalizer), released, "{second}: {step:?}");
        if let Wake::At(wake) = step.wake {
            assert!(wake <= at(second + 10), "the job that may come would cost: {wake}");
        }
    }
}

#[test]
fn a_deleted_object_that_others_hold_without_our_finalizer_stops_its_job() {
    let mut world = World::created();
    world.facts.deleting = true;
    world.facts.has_finalizer = false;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    let step = world.step(&present(training));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
}

#[test]
fn orphan_leaves_the_job_running() {
    let mut world = World::created();
    world.edit(|plan| plan.deletion_policy = DeletionPolicy::Orphan);
    world.facts.deleting = true;
    let step = world.step(&nothing());
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer));
    assert_eq!(events(&step), ["JobOrphaned"]);
}

#[test]
fn a_finalizer_of_others_is_shown_once_the_job_is_over() {
    let mut world = World::created();
    world.facts.deleting = true;
    world.facts.other_finalizers = vec!["example.com/backup".to_owned()];
    let stopped = job(JobStatus::Stopped, &["Starting", "Training", "Stopped"], 1);
    let mut sent = world;
    sent.step(&present(job(JobStatus::InProgress, &["Starting", "Training"], 1)));
    sent.step(&stop_accepted());
    assert_eq!(sent.step(&present(stopped)).effect, Some(Effect::RemoveFinalizer));
    sent.facts.has_finalizer = false;
    assert_eq!(sent.step(&nothing()).effect, None);
    let message = sent.message(ConditionType::Reconciling);
    assert!(message.contains("example.com/backup"), "{message}");
}

#[test]
fn an_unreadable_spec_starts_nothing_and_can_be_deleted() {
    let mut world = World { spec: unreadable(), ..World::default() };
    assert_eq!(world.step(&nothing()).effect, None);
    assert_eq!(world.condition(ConditionType::Stalled), Some((true, "InvalidSpec")));
    let mut running = World::created();
    running.spec = unreadable();
    running.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(running.step(&present(training)).effect, Some(Effect::Stop { .. })));
}

#[test]
fn an_unreadable_spec_still_says_how_to_leave() {
    let leave = |deletion_policy, suspend| {
        let problems = "spec.template: unknown".to_owned();
        let mut world = World::created();
        world.spec = ParsedSpec::Invalid(InvalidSpec {
            problems,
            suspend,
            deletion_policy,
            limits: Limits::default(),
        });
        world
    };
    let mut orphan = leave(DeletionPolicy::Orphan, false);
    orphan.facts.deleting = true;
    assert_eq!(orphan.step(&nothing()).effect, Some(Effect::RemoveFinalizer));
    let mut suspended = leave(DeletionPolicy::Stop, true);
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(suspended.step(&present(training)).effect, Some(Effect::Stop { .. })));
}

#[test]
fn a_withdrawn_suspension_hides_no_failure() {
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    let ends = [
        (JobStatus::Failed, "Failed", Some("AlgorithmError")),
        (JobStatus::Stopped, "MaxRuntimeExceeded", Some("RuntimeExceeded")),
        (JobStatus::Stopped, "Stopped", None),
    ];
    for (status, secondary, failed) in ends {
        let mut world = World::created();
        world.edit(|plan| plan.suspend = true);
        assert!(matches!(world.step(&present(training.clone())).effect, Some(Effect::Stop { .. })));
        world.step(&refused(Call::Stop, CallErrorKind::Unavailable));
        assert_eq!(world.state(), State::Stopping);
        world.next_poll = at(3600);
        let step = world.step(&nothing());
        assert!(matches!(step.effect, Some(Effect::Describe { .. })), "a stop is not kept waiting");
        world.edit(|plan| plan.suspend = false);
        world.step(&present(training.clone()));
        assert_eq!(world.state(), State::Running);
        let mut over = job(status, &["Starting", "Training", secondary], 1);
        over.failure_reason = Some("AlgorithmError: exit code: 1".to_owned());
        let step = world.step(&present(over));
        let condition = world.condition(ConditionType::Failed).filter(|failed| failed.0);
        assert_eq!(condition.map(|failed| failed.1), failed, "{secondary}");
        // What we may have stopped after all continues.
        assert_eq!(matches!(step.effect, Some(Effect::Create(_))), failed.is_none());
    }
}

#[test]
fn a_stop_that_was_certainly_not_executed_or_has_lapsed_is_somebody_else_s() {
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    for (refusal, seconds) in [(CallErrorKind::Throttled, 1), (CallErrorKind::Unavailable, 90)] {
        let mut world = World::created();
        world.edit(|plan| plan.suspend = true);
        world.step(&present(training.clone()));
        world.step(&refused(Call::Stop, refusal));
        world.edit(|plan| plan.suspend = false);
        world.now = at(seconds);
        world.step(&present(training.clone()));
        world.now = at(7200);
        let stopped = job(JobStatus::Stopped, &["Starting", "Training", "Stopped"], 1);
        world.step(&present(stopped));
        let condition = world.condition(ConditionType::Failed);
        assert_eq!(condition, Some((true, "StoppedExternally")), "{refusal:?}");
    }
}

#[test]
fn a_job_that_was_over_before_the_stop_was_not_stopped_by_us() {
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    for kind in [CallErrorKind::AlreadyOver, CallErrorKind::NotFound] {
        let mut world = World::created();
        world.edit(|plan| plan.suspend = true);
        world.step(&present(training.clone()));
        let step = world.step(&refused(Call::Stop, kind));
        assert!(matches!(step.effect, Some(Effect::Describe { .. })), "at once: {step:?}");
        let mut over = job(JobStatus::Failed, &["Starting", "Training", "Failed"], 1);
        over.failure_reason = Some("AlgorithmError: exit code: 1".to_owned());
        world.step(&present(over));
        assert_eq!(world.condition(ConditionType::Failed), Some((true, "AlgorithmError")));
    }
}

#[test]
fn the_end_of_a_deleted_object_is_no_failure_event() {
    let mut world = World::created();
    world.facts.deleting = true;
    for second in [61, 100] {
        world.now = at(second);
        let step = world.step(&absent());
        assert!(!events(&step).contains(&"Failed"), "{step:?}");
        assert_eq!(step.effect == Some(Effect::RemoveFinalizer), second == 100);
    }
}

#[test]
fn a_denied_stop_is_shown_once_and_asked_again_less_often() {
    let mut world = World::created();
    world.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(world.step(&present(training.clone())).effect, Some(Effect::Stop { .. })));
    let step = world.step(&refused(Call::Stop, CallErrorKind::AccessDenied));
    assert!(matches!(step.wake, Wake::At(_)), "{step:?}");
    assert_eq!(events(&step), ["AccessDenied"]);
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "AccessDenied")));
    world.now = at(1);
    let poll = world.step(&present(training.clone()));
    assert_eq!((poll.effect, poll.changed), (None, false), "the refusal stays shown");
    world.now = at(11);
    assert!(matches!(world.step(&present(training)).effect, Some(Effect::Stop { .. })));
}

#[test]
fn urgent_polls_keep_a_gap() {
    let mut world = World::created();
    world.facts.deleting = true;
    world.now = at(10);
    world.last_poll = Some(at(10));
    let step = world.step(&nothing());
    assert_eq!((step.effect, step.wake), (None, Wake::At(at(11))));
}
