//! The limits that end an object: its deadline and its training budget.

use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::run::End;
use spot_training_operator::domain::vocabulary::{ConditionType, Limit, State};

use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{
    World, absent, created, nothing, present, refused, stop_accepted,
};

const TRAINING: [&str; 3] = ["Starting", "Downloading", "Training"];

fn with_deadline(seconds: i64) -> World {
    let mut world = World::default();
    world.edit(|plan| plan.limits.active_deadline_seconds = Some(seconds));
    world.step(&nothing());
    world.step(&created());
    world
}

fn training() -> Job {
    job(JobStatus::InProgress, &TRAINING, 0)
}

fn stopped() -> Job {
    job(JobStatus::Stopped, &[TRAINING.as_slice(), &["Stopping", "Stopped"]].concat(), 0)
}

/// The job is seen to run and is stopped.
fn is_stopped(world: &mut World) {
    let poll = world.step(&nothing()).effect;
    assert!(matches!(poll, Some(Effect::Describe { .. })), "{poll:?}");
    let step = world.step(&present(training()));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
    world.step(&stop_accepted());
    assert_eq!(world.state(), State::Stopping);
}

#[test]
fn at_its_deadline_the_job_is_stopped_and_the_object_fails_once_it_is_over() {
    let mut world = with_deadline(600);
    world.next_poll = at(900);
    let step = world.step(&present(training()));
    assert_eq!(step.wake, Wake::At(at(600)), "it does not wait for the next poll");
    world.now = at(600);
    world.last_poll = Some(at(560));
    is_stopped(&mut world);
    assert_eq!(world.run.end(), None, "not before the job is over");
    world.now = at(630);
    world.step(&present(stopped()));
    assert_eq!(world.run.end(), Some(&End::Exceeded(Limit::DeadlineExceeded)));
    assert_eq!(world.condition(ConditionType::Failed), Some((true, "DeadlineExceeded")));
    let message = world.message(ConditionType::Failed);
    assert!(message.contains("activeDeadlineSeconds") && message.contains("s3://"), "{message}");
}

#[test]
fn a_job_that_completes_in_time_or_too_late_has_completed() {
    let mut world = with_deadline(600);
    world.now = at(601);
    is_stopped(&mut world);
    let completed = [TRAINING.as_slice(), &["Uploading", "Completed"]].concat();
    world.step(&present(job(JobStatus::Completed, &completed, 0)));
    assert_eq!(world.run.end(), Some(&End::Completed));
}

#[test]
fn an_object_of_which_nothing_runs_ends_at_its_deadline() {
    let mut world = with_deadline(600);
    world.edit(|plan| plan.backoff_limit = 9);
    world.now = at(590);
    let path = [TRAINING.as_slice(), &["Failed"]].concat();
    let seen = Job {
        failure_reason: Some("AlgorithmError: x".to_owned()),
        ..job(JobStatus::Failed, &path, 0)
    };
    let step = world.step(&present(seen));
    let Wake::At(wake) = step.wake else { panic!("{step:?}") };
    assert!(wake <= at(600), "it waits for its next attempt until {wake}");
    world.now = at(600);
    let step = world.step(&nothing());
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer));
    assert_eq!(world.run.end(), Some(&End::Exceeded(Limit::DeadlineExceeded)));
}

#[test]
fn the_clock_of_the_deadline_stands_still_while_the_object_is_suspended() {
    let mut world = with_deadline(600);
    world.now = at(100);
    world.edit(|plan| plan.suspend = true);
    is_stopped(&mut world);
    world.step(&present(stopped()));
    assert_eq!(world.state(), State::Suspended);
    world.now = at(5000);
    assert_eq!(world.step(&nothing()).wake, Wake::OnChange);
    assert_eq!(world.run.end(), None);
    world.edit(|plan| plan.suspend = false);
    world.step(&nothing());
    world.step(&created());
    world.next_poll = at(9000);
    let step = world.step(&present(training()));
    assert_eq!(step.wake, Wake::At(at(5500)), "500 of 600 seconds were left");
}

#[test]
fn an_edit_of_the_deadline_acts_at_once_in_both_directions() {
    let mut world = with_deadline(600);
    world.now = at(300);
    world.edit(|plan| plan.limits.active_deadline_seconds = Some(200));
    is_stopped(&mut world);
    let mut world = with_deadline(600);
    world.now = at(650);
    world.edit(|plan| plan.limits.active_deadline_seconds = Some(1000));
    let step = world.step(&present(training()));
    assert_eq!(step.effect, None, "{step:?}");
}

#[test]
fn the_training_budget_counts_the_instances_of_all_attempts() {
    let mut world = World::created();
    world.edit(|plan| {
        plan.limits.max_training_seconds = Some(1000);
        plan.backoff_limit = 9;
    });
    let failed = Job {
        failure_reason: Some("AlgorithmError: x".to_owned()),
        training_seconds: Some(700),
        billable_seconds: Some(700),
        ..job(JobStatus::Failed, &[TRAINING.as_slice(), &["Failed"]].concat(), 0)
    };
    world.now = at(800);
    let Wake::At(next) = world.step(&present(failed)).wake else { panic!("it backs off") };
    world.now = next;
    world.step(&nothing());
    world.step(&created());
    world.now = at(1010);
    world.next_poll = at(9000);
    let again = job(JobStatus::InProgress, &TRAINING, 990);
    let step = world.step(&present(again.clone()));
    // It has its instances since second 1000: 300 seconds are left.
    assert_eq!(step.wake, Wake::At(at(1300)), "{step:?}");
    world.now = at(1300);
    world.last_poll = Some(at(1200));
    let poll = world.step(&nothing()).effect;
    assert!(matches!(poll, Some(Effect::Describe { .. })), "{poll:?}");
    assert!(matches!(world.step(&present(again)).effect, Some(Effect::Stop { .. })));
    world.step(&stop_accepted());
    world.step(&present(Job { training_seconds: Some(310), ..stopped() }));
    assert_eq!(world.run.end(), Some(&End::Exceeded(Limit::TrainingBudgetExceeded)));
    assert_eq!(world.state(), State::Failed);
}

#[test]
fn waiting_for_capacity_uses_nothing_of_the_budget() {
    let mut world = World::created();
    world.edit(|plan| plan.limits.max_training_seconds = Some(100));
    world.now = at(100_000);
    let step = world.step(&present(job(JobStatus::InProgress, &["Starting"], 0)));
    assert_eq!(step.effect, None, "{step:?}");
    let path = ["Starting", "Training", "Interrupted"];
    let step = world.step(&present(job(JobStatus::InProgress, &path, 0)));
    assert_eq!(step.effect, None, "10 s of training: {step:?}");
}

#[test]
fn a_suspension_before_the_start_moves_no_deadline() {
    let mut world = World::default();
    world.edit(|plan| {
        plan.limits.active_deadline_seconds = Some(600);
        plan.suspend = true;
    });
    world.step(&nothing());
    world.now = at(100_000);
    world.edit(|plan| plan.suspend = false);
    world.step(&nothing());
    world.step(&created());
    world.next_poll = at(999_999);
    let step = world.step(&present(job(JobStatus::InProgress, &TRAINING, 100_000)));
    assert_eq!(step.wake, Wake::At(at(100_600)), "{step:?}");
}

#[test]
fn a_job_that_vanished_has_used_its_instances_until_it_was_missed() {
    let mut world = World::created();
    world.now = at(20);
    world.step(&present(training()));
    for second in [5000, 5040] {
        world.now = at(second);
        world.step(&absent());
    }
    assert_eq!(world.run.history.totals.used_seconds, 5030);
}

#[test]
fn what_kept_an_object_from_starting_until_its_deadline_is_said() {
    let mut world = World::default();
    world.edit(|plan| plan.limits.active_deadline_seconds = Some(600));
    world.step(&nothing());
    world.step(&refused(Call::Create, CallErrorKind::Invalid));
    world.now = at(600);
    world.step(&nothing());
    assert_eq!(world.run.end(), Some(&End::Exceeded(Limit::DeadlineExceeded)));
    let message = world.message(ConditionType::Failed);
    assert!(message.contains("before the training could start: AWS says no"), "{message}");
}

#[test]
fn a_budget_that_ends_while_the_model_is_uploaded_stops_nothing() {
    let mut world = World::created();
    world.edit(|plan| plan.limits.max_training_seconds = Some(600));
    world.now = at(900);
    let uploading = [TRAINING.as_slice(), &["Uploading"]].concat();
    let step = world.step(&present(job(JobStatus::InProgress, &uploading, 0)));
    assert_eq!(step.effect, None);
    let step = world.step(&present(training()));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
}
