//! Golden tables: an attempt from its create to its end.

use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::run::End;
use spot_training_operator::domain::vocabulary::{ConditionType, FailureClass, State, Word};

use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, absent, created, events, nothing, present};

const fn failed(class: FailureClass) -> End {
    End::Failed(Word::Known(class))
}

#[test]
fn an_applied_object_gets_finalizer_and_job_in_this_order() {
    let mut world = World::default();
    world.facts.has_finalizer = false;
    assert_eq!(world.step(&nothing()).effect, Some(Effect::AddFinalizer));
    assert_eq!(world.state(), State::Pending);
    world.facts.has_finalizer = true;
    let create = world.step(&nothing());
    let Some(Effect::Create(attempt)) = create.effect else { panic!("{create:?}") };
    assert_eq!((attempt.number, attempt.send_by), (1, at(10)));
    assert_eq!(attempt.checkpoint_uri.as_deref(), Some("s3://bucket/checkpoints/"));
    assert!(world.run.live().is_some(), "the attempt is committed before the effect");
    let step = world.step(&created());
    assert_eq!((step.effect.clone(), step.wake.clone()), (None, Wake::At(at(1))));
    assert_eq!(events(&step), ["AttemptStarted"]);
    assert_eq!(world.state(), State::WaitingForCapacity);
}

#[test]
fn secondary_statuses_show_as_states() {
    let rows: [(&[&str], State); 11] = [
        (&["Starting"], State::WaitingForCapacity),
        (&["Pending"], State::WaitingForCapacity),
        (&["Starting", "Downloading"], State::Running),
        (&["Starting", "Downloading", "Training"], State::Running),
        (&["Starting", "Downloading", "Training", "Interrupted"], State::Interrupted),
        (&["Starting", "Downloading", "Training", "Interrupted", "Starting"], State::Interrupted),
        (&["Starting", "Downloading", "Training", "Uploading"], State::Running),
        (&["Starting", "Downloading", "Restarting"], State::Running),
        (&["Starting", "Downloading", "Training", "Restarting", "Starting"], State::Running),
        (&["Starting", "Downloading", "Training", "Starting"], State::Running),
        (&["Starting", "Downloading", "Novelty"], State::Running),
    ];
    for (secondaries, state) in rows {
        let mut world = World::created();
        let step = world.step(&present(job(JobStatus::InProgress, secondaries, 1)));
        assert_eq!((world.state(), step.wake), (state, Wake::At(at(1))), "{secondaries:?}");
        assert_eq!(world.condition(ConditionType::Reconciling).map(|c| c.0), Some(true));
    }
}

#[test]
fn every_interruption_is_counted_once() {
    let mut world = World::created();
    let twice = ["Starting", "Training", "Interrupted", "Starting", "Training", "Interrupted"];
    let step = world.step(&present(job(JobStatus::InProgress, &twice, 1)));
    assert_eq!((world.run.interruptions(), events(&step)), (2, vec!["Interrupted"]));
    let again = world.step(&present(job(JobStatus::InProgress, &twice, 1)));
    assert_eq!((world.run.interruptions(), again.changed), (2, false));
    let back = [twice.as_slice(), &["Starting", "Downloading"]].concat();
    let step = world.step(&present(job(JobStatus::InProgress, &back, 1)));
    assert_eq!(events(&step), ["CapacityReturned"]);
}

#[test]
fn a_restart_by_sagemaker_is_no_interruption() {
    let mut world = World::created();
    let path = ["Starting", "Training", "Restarting", "Starting"];
    let step = world.step(&present(job(JobStatus::InProgress, &path, 1)));
    assert_eq!((world.run.interruptions(), events(&step)), (0, vec![]));
    assert_eq!(world.condition(ConditionType::Ready), Some((false, "Restarting")));
    let back = [path.as_slice(), &["Training"]].concat();
    let step = world.step(&present(job(JobStatus::InProgress, &back, 1)));
    assert_eq!(events(&step), Vec::<&str>::new(), "no capacity had been lost");
}

#[test]
fn capacity_has_returned_only_when_instances_show() {
    let interrupted = ["Starting", "Training", "Interrupted"];
    let rows = [
        (JobStatus::InProgress, "Downloading", true),
        (JobStatus::InProgress, "Novelty", false),
        (JobStatus::InProgress, "Updating", false),
        (JobStatus::Stopping, "MaxWaitTimeExceeded", false),
        (JobStatus::Stopping, "Stopping", false),
    ];
    for (status, secondary, returned) in rows {
        let mut world = World::created();
        world.step(&present(job(JobStatus::InProgress, &interrupted, 1)));
        let path = [interrupted.as_slice(), &[secondary]].concat();
        let step = world.step(&present(job(status.clone(), &path, 1)));
        assert_eq!(events(&step).contains(&"CapacityReturned"), returned, "{status:?} {secondary}");
    }
}

#[test]
fn a_wait_counts_from_its_beginning() {
    let mut world = World::created();
    let path = ["Starting", "Training", "Interrupted", "Starting", "Pending"];
    world.step(&present(job(JobStatus::InProgress, &path, 0)));
    let message = world.message(ConditionType::Reconciling);
    let begin = at(20).strftime("%H:%M:%SZ").to_string();
    assert!(message.contains(&begin), "{message} does not count from {begin}");
}

#[test]
fn success_shows_savings_and_model_and_releases_the_object() {
    let mut world = World::created();
    let mut done = job(JobStatus::Completed, &["Starting", "Training", "Completed"], 1);
    done.training_seconds = Some(4256);
    done.billable_seconds = Some(1610);
    done.model_artifacts = Some("s3://bucket/models/x/output/model.tar.gz".to_owned());
    done.ended = Some(at(400));
    world.now = at(500);
    let step = world.step(&present(done));
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer));
    assert_eq!(events(&step), ["Completed"]);
    let message = world.message(ConditionType::Complete);
    assert!(message.contains("savings 62.2%"), "{message}");
    let totals = &world.run.history.totals;
    assert_eq!((totals.training_seconds, totals.billable_seconds), (Some(4256), Some(1610)));
    assert_eq!(world.run.clocks.completion, Some(at(400)), "SageMaker's TrainingEndTime");
    assert_eq!(world.condition(ConditionType::Complete), Some((true, "Completed")));
    assert_eq!(world.condition(ConditionType::Ready), Some((true, "Completed")));
    world.facts.has_finalizer = false;
    let rest = world.step(&nothing());
    assert_eq!((rest.effect, rest.wake, rest.changed), (None, Wake::OnChange, false));
}

#[test]
fn numbers_that_are_missing_stay_unknown_and_are_asked_for_once_more() {
    let path = ["Starting", "Training", "Completed"];
    for (training, billable) in [(Some(1800), None), (None, Some(600)), (None, None)] {
        let mut world = World::created();
        let mut done = job(JobStatus::Completed, &path, 1);
        (done.training_seconds, done.billable_seconds) = (training, billable);
        let step = world.step(&present(done.clone()));
        assert_eq!((world.state(), step.effect), (State::Completed, None));
        assert_eq!(step.wake, Wake::At(at(60)));
        let message = world.message(ConditionType::Complete).to_owned();
        assert!(
            !message.contains("savings")
                && !message.contains(" 0 training")
                && !message.contains(" 0 bill"),
            "{message}"
        );
        let totals = &world.run.history.totals;
        assert_eq!((totals.training_seconds, totals.billable_seconds), (training, billable));

        world.now = at(60);
        let step = world.step(&nothing());
        assert!(matches!(step.effect, Some(Effect::Describe { .. })), "{step:?}");
        let mut silent = world.clone();
        (done.training_seconds, done.billable_seconds) = (Some(1800), Some(600));
        let step = world.step(&present(done.clone()));
        assert_eq!(step.effect, Some(Effect::RemoveFinalizer));
        let totals = &world.run.history.totals;
        assert_eq!((totals.training_seconds, totals.billable_seconds), (Some(1800), Some(600)));
        (done.training_seconds, done.billable_seconds) = (training, billable);
        let step = silent.step(&present(done));
        assert_eq!(step.effect, Some(Effect::RemoveFinalizer), "asked once only");
    }
}

#[test]
fn a_new_generation_of_a_finished_object_is_written_once() {
    let mut world = World::created();
    world.step(&present(job(JobStatus::Failed, &["Starting", "Training", "Failed"], 1)));
    world.facts.has_finalizer = false;
    world.edit(|plan| plan.suspend = true);
    assert!(world.step(&nothing()).changed);
    assert_eq!(world.view.as_ref().unwrap().conditions[0].generation, 2);
    assert_eq!(world.state(), State::Failed);
    assert!(!world.step(&nothing()).changed);
}

#[test]
fn an_acknowledged_job_that_vanishes_is_missing_after_the_lag() {
    let mut world = World::created();
    world.now = at(30);
    assert_eq!(world.step(&absent()).wake, Wake::At(at(31)));
    assert_eq!(world.run.end(), None, "reads may lag behind the create");
    world.now = at(61);
    world.step(&absent());
    assert_eq!(world.run.end(), Some(&failed(FailureClass::Missing)));
    let message = world.message(ConditionType::Failed);
    assert!(message.contains("outcome is unknown"), "{message}");
    assert!(message.contains("s3://bucket/models/"), "{message}");
}

#[test]
fn an_older_description_changes_nothing() {
    let mut world = World::created();
    let mut newer = job(JobStatus::InProgress, &["Starting", "Downloading", "Training"], 1);
    newer.modified = Some(at(100));
    world.step(&present(newer));
    let mut older = job(JobStatus::InProgress, &["Starting"], 1);
    older.modified = Some(at(50));
    let step = world.step(&present(older));
    assert_eq!((world.state(), step.changed), (State::Running, false));
}
