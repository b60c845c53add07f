//! Golden tables: suspension and deletion.

use spot_training_operator::domain::decision::{Effect, Wake};
use spot_training_operator::domain::observation::{JobStatus, Observation, Operation, RefusalKind};
use spot_training_operator::domain::plan::{DeletionPolicy, Desired, Unreadable};
use spot_training_operator::domain::vocabulary::{ConditionType, EventReason, Reason, State};

use crate::support::objects::{at, job, unreadable};
use crate::support::world::{World, present, reasons, refused};

#[test]
fn suspend_stops_waits_and_resumes_with_a_new_attempt() {
    let mut world = World::created();
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    world.step(&present(training.clone()));
    world.edit(|plan| plan.suspend = true);
    world.next_look = at(3600);
    let step = world.step(&Observation::NotLooked);
    assert!(matches!(step.effect, Some(Effect::Look { .. })), "a wish to stop looks at once");
    let step = world.step(&present(training));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
    assert_eq!((world.state(), reasons(&step)), (State::Stopping, vec![EventReason::Stopping]));
    assert_eq!(world.step(&Observation::StopAccepted).wake, Wake::Follow);
    let mut stopped = job(JobStatus::Stopped, &["Starting", "Training", "Stopped"], 1);
    stopped.training_seconds = Some(10);
    let step = world.step(&present(stopped));
    assert_eq!((step.effect.clone(), step.wake), (None, Wake::OnChange));
    assert_eq!(world.condition(ConditionType::Suspended), Some((true, Reason::Suspended)));
    assert_eq!((world.state(), world.memory.training_seconds), (State::Suspended, 10));
    world.now = at(100);
    world.edit(|plan| plan.suspend = false);
    let step = world.step(&Observation::NotLooked);
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!((attempt.number, world.memory.suspended_seconds), (2, 100));
    assert_eq!(world.condition(ConditionType::Suspended), Some((false, Reason::Resumed)));
}

#[test]
fn suspend_lets_an_upload_finish() {
    let mut world = World::created();
    world.edit(|plan| plan.suspend = true);
    let step = world.step(&present(job(JobStatus::InProgress, &["Training", "Uploading"], 1)));
    assert_eq!((step.effect, step.wake), (None, Wake::Follow));
}

#[test]
fn an_object_created_suspended_asks_aws_nothing() {
    let mut world = World::default();
    world.facts.has_finalizer = false;
    world.edit(|plan| plan.suspend = true);
    let step = world.step(&Observation::NotLooked);
    assert_eq!((step.effect, step.wake), (None, Wake::OnChange));
    assert_eq!((world.state(), world.memory.start_time), (State::Suspended, None));
}

#[test]
fn deletion_stops_waits_and_releases() {
    let mut world = World::created();
    world.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(world.step(&Observation::NotLooked).effect, Some(Effect::Look { .. })));
    assert!(matches!(world.step(&present(training)).effect, Some(Effect::Stop { .. })));
    world.step(&Observation::StopAccepted);
    let stopping = job(JobStatus::Stopping, &["Starting", "Training", "Stopping"], 1);
    let step = world.step(&present(stopping.clone()));
    assert_eq!((step.effect, step.wake), (None, Wake::Follow));
    let mut patient = world.clone();
    let stopped = job(JobStatus::Stopped, &["Starting", "Training", "Stopping", "Stopped"], 1);
    assert_eq!(world.step(&present(stopped)).effect, Some(Effect::RemoveFinalizer));
    patient.now = at(15 * 60);
    let step = patient.step(&present(stopping));
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer), "SageMaker hangs in Stopping");
    assert_eq!(reasons(&step), [EventReason::StopTimedOut]);
}

#[test]
fn a_stop_whose_answer_was_lost_is_not_waited_for_for_ever() {
    let mut world = World::created();
    world.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(world.step(&present(training)).effect, Some(Effect::Stop { .. })));
    world.step(&refused(Operation::Stop, RefusalKind::Unavailable));
    let stopping = job(JobStatus::Stopping, &["Starting", "Training", "Stopping"], 1);
    for (second, released) in [(10, false), (10 + 15 * 60, true)] {
        world.now = at(second);
        let step = world.step(&present(stopping.clone()));
        assert_eq!(step.effect == Some(Effect::RemoveFinalizer), released, "{second}: {step:?}");
    }
}

#[test]
fn deletion_of_an_unanswered_create_waits_until_no_job_can_come() {
    let mut world = World::intended();
    world.facts.deleting = true;
    for (second, released) in [(1, false), (40, false), (99, false), (100, true)] {
        world.now = at(second);
        let step = world.step(&Observation::Absent);
        assert_eq!(step.effect == Some(Effect::RemoveFinalizer), released, "{second}: {step:?}");
    }
}

#[test]
fn orphan_leaves_the_job_running() {
    let mut world = World::created();
    world.edit(|plan| plan.deletion_policy = DeletionPolicy::Orphan);
    world.facts.deleting = true;
    let step = world.step(&Observation::NotLooked);
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer));
    assert_eq!(reasons(&step), [EventReason::OrphanLeft]);
}

#[test]
fn an_unreadable_spec_starts_nothing_and_can_be_deleted() {
    let desired = unreadable();
    let mut world = World { desired, ..World::default() };
    assert_eq!(world.step(&Observation::NotLooked).effect, None);
    assert_eq!(world.condition(ConditionType::Stalled), Some((true, Reason::InvalidSpec)));
    let mut running = World::created();
    running.desired = unreadable();
    running.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(running.step(&present(training)).effect, Some(Effect::Stop { .. })));
}

#[test]
fn an_unreadable_spec_still_says_how_to_leave() {
    let leave = |deletion_policy, suspend| {
        let problems = "spec.template: unknown".to_owned();
        let mut world = World::created();
        world.desired = Desired::Unreadable(Unreadable { problems, suspend, deletion_policy });
        world
    };
    let mut orphan = leave(DeletionPolicy::Orphan, false);
    orphan.facts.deleting = true;
    assert_eq!(orphan.step(&Observation::NotLooked).effect, Some(Effect::RemoveFinalizer));
    let mut suspended = leave(DeletionPolicy::Stop, true);
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(suspended.step(&present(training)).effect, Some(Effect::Stop { .. })));
}

#[test]
fn a_withdrawn_suspension_hides_no_failure() {
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    let ends = [
        (JobStatus::Failed, "Failed", Some(Reason::AlgorithmError)),
        (JobStatus::Stopped, "MaxRuntimeExceeded", Some(Reason::RuntimeExceeded)),
        (JobStatus::Stopped, "Stopped", None),
    ];
    for (status, secondary, failed) in ends {
        let mut world = World::created();
        world.edit(|plan| plan.suspend = true);
        assert!(matches!(world.step(&present(training.clone())).effect, Some(Effect::Stop { .. })));
        world.step(&refused(Operation::Stop, RefusalKind::Throttled));
        assert_eq!(world.state(), State::Stopping);
        world.next_look = at(3600);
        let step = world.step(&Observation::NotLooked);
        assert!(matches!(step.effect, Some(Effect::Look { .. })), "a stop is not waited with");
        world.edit(|plan| plan.suspend = false);
        world.step(&present(training.clone()));
        assert_eq!(world.state(), State::Running);
        let mut over = job(status, &["Starting", "Training", secondary], 1);
        over.failure_reason = Some("AlgorithmError: exit code: 1".to_owned());
        let step = world.step(&present(over));
        let condition = world.condition(ConditionType::Failed).filter(|failed| failed.0);
        assert_eq!(condition.map(|failed| failed.1), failed, "{secondary}");
        // What we may have stopped after all goes on.
        assert_eq!(matches!(step.effect, Some(Effect::Create(_))), failed.is_none());
    }
}

#[test]
fn a_denied_stop_is_told_once_and_asked_again_less_often() {
    let mut world = World::created();
    world.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(world.step(&present(training.clone())).effect, Some(Effect::Stop { .. })));
    let step = world.step(&refused(Operation::Stop, RefusalKind::AccessDenied));
    assert!(matches!(step.wake, Wake::At(_)), "{step:?}");
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, Reason::AccessDenied)));
    world.now = at(1);
    let look = world.step(&present(training.clone()));
    assert_eq!((look.effect, look.changed), (None, false), "the refusal stays said");
    world.now = at(11);
    assert!(matches!(world.step(&present(training)).effect, Some(Effect::Stop { .. })));
}
