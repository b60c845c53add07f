//! Golden tables: an attempt from its create to its end.

use spot_training_operator::domain::decision::{Effect, Wake};
use spot_training_operator::domain::memory::End;
use spot_training_operator::domain::observation::{JobStatus, Observation};
use spot_training_operator::domain::outcome::failure_class;
use spot_training_operator::domain::vocabulary::{ConditionType, EventReason, Reason, State};

use crate::support::objects::{at, job};
use crate::support::world::{World, present, reasons};

fn ended(status: JobStatus, secondaries: &[&str], failure: Option<&str>) -> World {
    let mut world = World::created();
    world.now = at(500);
    let mut seen = job(status, secondaries, 1);
    seen.failure_reason = failure.map(str::to_owned);
    world.step(&present(seen));
    world
}

#[test]
fn an_applied_object_gets_finalizer_account_and_job_in_this_order() {
    let mut world = World::default();
    world.facts.has_finalizer = false;
    assert_eq!(world.step(&Observation::NotLooked).effect, Some(Effect::AddFinalizer));
    assert_eq!(world.state(), State::Pending);
    world.facts.has_finalizer = true;
    let identify = Effect::Identify { region: "eu-west-1".to_owned() };
    assert_eq!(world.step(&Observation::NotLooked).effect, Some(identify));
    let create = world.step(&Observation::Identified("123456789012".to_owned()));
    let Some(Effect::Create(attempt)) = create.effect else { panic!("{create:?}") };
    assert_eq!((attempt.number, attempt.send_by), (1, at(10)));
    assert_eq!(attempt.checkpoint_uri.as_deref(), Some("s3://bucket/checkpoints"));
    assert!(world.memory.ledger.intent.is_some(), "the intent is committed before the effect");
    let created = world.step(&Observation::Created("arn".to_owned()));
    assert_eq!((created.effect.clone(), created.wake), (None, Wake::Follow));
    assert_eq!(reasons(&created), [EventReason::AttemptStarted]);
    assert_eq!(world.state(), State::WaitingForCapacity);
}

#[test]
fn secondary_statuses_show_as_states() {
    let rows: [(&[&str], State); 8] = [
        (&["Starting"], State::WaitingForCapacity),
        (&["Pending"], State::WaitingForCapacity),
        (&["Starting", "Downloading"], State::Running),
        (&["Starting", "Downloading", "Training"], State::Running),
        (&["Starting", "Downloading", "Training", "Interrupted"], State::Interrupted),
        (&["Starting", "Downloading", "Training", "Interrupted", "Starting"], State::Interrupted),
        (&["Starting", "Downloading", "Training", "Uploading"], State::Running),
        (&["Starting", "Downloading", "Restarting"], State::Running),
    ];
    for (secondaries, state) in rows {
        let mut world = World::created();
        let step = world.step(&present(job(JobStatus::InProgress, secondaries, 1)));
        assert_eq!((world.state(), step.wake), (state, Wake::Follow), "{secondaries:?}");
        assert_eq!(world.condition(ConditionType::Reconciling).map(|c| c.0), Some(true));
    }
}

#[test]
fn every_interruption_is_counted_once() {
    let mut world = World::created();
    let twice = ["Starting", "Training", "Interrupted", "Starting", "Training", "Interrupted"];
    let step = world.step(&present(job(JobStatus::InProgress, &twice, 1)));
    assert_eq!((world.memory.interruptions, reasons(&step)), (2, vec![EventReason::Interrupted]));
    let again = world.step(&present(job(JobStatus::InProgress, &twice, 1)));
    assert_eq!((world.memory.interruptions, again.changed), (2, false));
    let back = [twice.as_slice(), &["Starting", "Downloading"]].concat();
    let step = world.step(&present(job(JobStatus::InProgress, &back, 1)));
    assert_eq!(reasons(&step), [EventReason::CapacityReturned]);
}

#[test]
fn ended_jobs_are_classified_by_the_table() {
    let trained: &[&str] = &["Starting", "Downloading", "Training"];
    let starved: &[&str] = &["Starting"];
    let rows = [
        (JobStatus::Failed, trained, "Failed", Some("CapacityError: x"), Reason::CapacityError),
        (
            JobStatus::Failed,
            trained,
            "Failed",
            Some("AlgorithmError: , exit code: 1"),
            Reason::AlgorithmError,
        ),
        (JobStatus::Failed, trained, "Failed", Some("ClientError: y"), Reason::ClientError),
        (
            JobStatus::Failed,
            trained,
            "Failed",
            Some("InternalServerError: z"),
            Reason::ServiceError,
        ),
        (JobStatus::Failed, trained, "Failed", Some("something new"), Reason::Unknown),
        (JobStatus::Stopped, starved, "MaxWaitTimeExceeded", None, Reason::SpotWaitExceeded),
        (JobStatus::Stopped, trained, "MaxWaitTimeExceeded", None, Reason::SpotWaitExceeded),
        (JobStatus::Stopped, trained, "MaxRuntimeExceeded", None, Reason::RuntimeExceeded),
        (JobStatus::Stopped, trained, "Stopped", None, Reason::StoppedExternally),
        (JobStatus::Stopped, trained, "Novelty", None, Reason::Unknown),
    ];
    for (status, path, last, failure, reason) in rows {
        let world = ended(status, &[path, &[last]].concat(), failure);
        assert_eq!(world.memory.ledger.end, Some(End::Failed(reason)), "{last} {failure:?}");
        assert_eq!(world.state(), State::Failed);
        for kind in [ConditionType::Failed, ConditionType::Stalled] {
            assert_eq!(world.condition(kind), Some((true, reason)));
        }
        assert_eq!(world.condition(ConditionType::Reconciling), Some((false, reason)));
        assert_eq!(world.memory.completion_time, Some(at(500)));
    }
}

#[test]
fn failure_reasons_are_read_by_their_prefix() {
    let capacity = "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.";
    assert_eq!(failure_class(capacity), Reason::CapacityError);
    assert_eq!(failure_class("ClientError: CapacityError in the text"), Reason::ClientError);
    assert_eq!(failure_class(""), Reason::Unknown);
}

#[test]
fn success_shows_savings_and_model_and_releases_the_object() {
    let mut world = World::created();
    let mut done = job(JobStatus::Completed, &["Starting", "Training", "Completed"], 1);
    done.training_seconds = Some(4256);
    done.billable_seconds = Some(1610);
    done.model_artifacts = Some("s3://bucket/models/x/output/model.tar.gz".to_owned());
    let step = world.step(&present(done));
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer));
    assert_eq!(reasons(&step), [EventReason::Completed]);
    assert!(step.notes[0].message.contains("savings 62.2%"), "{}", step.notes[0].message);
    assert_eq!((world.memory.training_seconds, world.memory.billable_seconds), (4256, 1610));
    assert_eq!(world.condition(ConditionType::Complete), Some((true, Reason::Succeeded)));
    assert_eq!(world.condition(ConditionType::Ready), Some((true, Reason::Succeeded)));
    world.facts.has_finalizer = false;
    let rest = world.step(&Observation::NotLooked);
    assert_eq!((rest.effect, rest.wake, rest.changed), (None, Wake::OnChange, false));
}

#[test]
fn a_new_generation_of_a_finished_object_is_written_once() {
    let mut world = ended(JobStatus::Completed, &["Starting", "Training", "Completed"], None);
    world.facts.has_finalizer = false;
    world.edit(|plan| plan.suspend = true);
    assert!(world.step(&Observation::NotLooked).changed);
    assert_eq!((world.memory.observed_generation, world.state()), (2, State::Succeeded));
    assert!(!world.step(&Observation::NotLooked).changed);
}

#[test]
fn an_acknowledged_job_that_vanishes_is_missing_after_the_lag() {
    let mut world = World::created();
    world.now = at(30);
    assert_eq!(world.step(&Observation::Absent).wake, Wake::Follow);
    assert_eq!(world.memory.ledger.end, None, "reads may lag behind the create");
    world.now = at(61);
    world.step(&Observation::Absent);
    assert_eq!(world.memory.ledger.end, Some(End::Failed(Reason::Missing)));
}
