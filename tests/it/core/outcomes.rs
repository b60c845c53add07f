//! Golden tables: how an attempt ended, or whether it did.

use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::policy::outcome::failure_class;
use spot_training_operator::domain::run::End;
use spot_training_operator::domain::vocabulary::{
    ConditionType, FailureClass, State, Vocabulary, Word,
};

use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, absent, present, refused};

fn ended(status: JobStatus, secondaries: &[&str], failure: Option<&str>) -> World {
    let mut world = World::created();
    world.now = at(500);
    let mut seen = job(status, secondaries, 1);
    seen.failure_reason = failure.map(str::to_owned);
    world.step(&present(seen));
    world
}

const fn failed(class: FailureClass) -> End {
    End::Failed(Word::Known(class))
}

/// Whether another attempt follows although `spec.backoffLimit` is 0.
fn is_retried(class: FailureClass) -> bool {
    [FailureClass::CapacityError, FailureClass::ServiceError, FailureClass::SpotWaitExceeded]
        .contains(&class)
}

#[test]
fn ended_jobs_are_classified_by_the_table() {
    let trained: &[&str] = &["Starting", "Downloading", "Training"];
    let starved: &[&str] = &["Starting"];
    let rows = [
        (
            JobStatus::Failed,
            trained,
            "Failed",
            Some("CapacityError: x"),
            FailureClass::CapacityError,
        ),
        (
            JobStatus::Failed,
            trained,
            "Failed",
            Some("AlgorithmError: , exit code: 1"),
            FailureClass::AlgorithmError,
        ),
        (JobStatus::Failed, trained, "Failed", Some("ClientError: y"), FailureClass::ClientError),
        (
            JobStatus::Failed,
            trained,
            "Failed",
            Some("InternalServerError: z"),
            FailureClass::ServiceError,
        ),
        (JobStatus::Failed, trained, "Failed", Some("something new"), FailureClass::Unknown),
        (JobStatus::Stopped, starved, "MaxWaitTimeExceeded", None, FailureClass::SpotWaitExceeded),
        (JobStatus::Stopped, trained, "MaxWaitTimeExceeded", None, FailureClass::SpotWaitExceeded),
        (JobStatus::Stopped, trained, "MaxRuntimeExceeded", None, FailureClass::RuntimeExceeded),
        (JobStatus::Stopped, trained, "Stopped", None, FailureClass::StoppedExternally),
        (JobStatus::Stopped, trained, "Novelty", None, FailureClass::Unknown),
        (JobStatus::Deleting, trained, "Failed", Some("ClientError: z"), FailureClass::ClientError),
        (JobStatus::Deleting, trained, "Stopped", None, FailureClass::StoppedExternally),
    ];
    for (status, path, last, failure, class) in rows {
        let world = ended(status, &[path, &[last]].concat(), failure);
        let record = world.run.history.records.last().unwrap();
        assert_eq!(record.reason.as_deref(), Some(class.as_str()), "{last} {failure:?}");
        if is_retried(class) {
            assert_eq!(world.state(), State::Queued, "{last} {failure:?}");
            assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "BackingOff")));
            continue;
        }
        assert_eq!(world.run.end(), Some(&failed(class)), "{last} {failure:?}");
        assert_eq!(world.state(), State::Failed);
        for kind in [ConditionType::Failed, ConditionType::Stalled] {
            assert_eq!(world.condition(kind), Some((true, class.to_string().as_str())));
        }
        let reconciling = world.condition(ConditionType::Reconciling);
        assert_eq!(reconciling, Some((false, class.to_string().as_str())));
        assert_eq!(world.run.clocks.completion, Some(at(500)));
    }
}

#[test]
fn failure_reasons_are_read_by_their_prefix() {
    let capacity = "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.";
    let rows = [
        (capacity, FailureClass::CapacityError),
        ("ClientError: CapacityError in the text", FailureClass::ClientError),
        ("", FailureClass::Unknown),
        ("Algorithm error: [SM-111] 123", FailureClass::AlgorithmError),
        ("clienterror: bucket", FailureClass::ClientError),
        (
            "AlgorithmError: \"Training job inner: Failed. Reason: CapacityError: Unable to \
             provision requested ML compute capacity.\"",
            FailureClass::AlgorithmError,
        ),
    ];
    for (text, class) in rows {
        assert_eq!(failure_class(text), class, "{text}");
    }
}

#[test]
fn a_stop_by_somebody_else_keeps_aws_s_words() {
    let mut world = World::created();
    let mut stopped = job(JobStatus::Stopped, &["Starting", "Training", "Stopped"], 1);
    stopped.transitions[2].message = Some("Stopped by governance policy X-17".to_owned());
    world.step(&present(stopped));
    let message = world.message(ConditionType::Failed);
    assert!(message.contains("somebody else stopped"), "{message}");
    assert!(message.contains("Stopped by governance policy X-17"), "{message}");
}

#[test]
fn statuses_that_contradict_each_other_are_waited_for() {
    for (status, secondary) in [(JobStatus::Stopped, "Stopping"), (JobStatus::Failed, "Uploading")]
    {
        let mut world = World::created();
        let seen = job(status, &["Starting", "Training", secondary], 1);
        for (second, over) in [(0, false), (299, false), (300, true)] {
            world.now = at(second);
            world.step(&present(seen.clone()));
            assert_eq!(world.run.end().is_some(), over, "{secondary} after {second} s");
        }
    }
}

#[test]
fn a_failure_without_a_reason_has_the_last_message_and_the_logs() {
    let world = ended(JobStatus::Failed, &["Starting", "Training", "Failed"], None);
    assert_eq!(world.run.end(), Some(&failed(FailureClass::Unknown)));
    let message = world.message(ConditionType::Failed);
    assert!(message.starts_with("Failed.; the logs are at https://"), "{message}");
}

#[test]
fn what_is_updated_or_unknown_is_live() {
    let novelty = JobStatus::Other("Novelty".to_owned());
    let rows = [
        (JobStatus::InProgress, "Updating"),
        (JobStatus::InProgress, "Novelty"),
        (novelty.clone(), "Training"),
        (novelty, "Novelty"),
    ];
    for (status, secondary) in rows {
        let world = ended(status, &["Starting", "Training", secondary], None);
        assert!(world.run.live().is_some(), "{secondary}");
        assert_eq!(world.state(), State::Running, "{secondary}");
    }
}

#[test]
fn a_record_that_is_deleted_counts_by_its_secondary_status() {
    let rows = [
        ("Completed", Some(End::Completed)),
        ("Failed", Some(failed(FailureClass::Unknown))),
        ("MaxRuntimeExceeded", Some(failed(FailureClass::RuntimeExceeded))),
        ("Stopped", Some(failed(FailureClass::StoppedExternally))),
        ("Training", None),
        ("Novelty", None),
    ];
    for (secondary, end) in rows {
        let mut world = ended(JobStatus::Deleting, &["Starting", "Training", secondary], None);
        assert_eq!(world.run.end(), end.as_ref(), "{secondary}");
        if end.is_none() {
            // The same as a job that vanishes without a word.
            for second in [600, 700] {
                world.now = at(second);
                world.step(&absent());
            }
            assert_eq!(world.run.end(), Some(&failed(FailureClass::Missing)), "{secondary}");
        }
    }
}

#[test]
fn a_stop_of_what_is_over_or_gone_is_followed_by_a_description() {
    for kind in [CallErrorKind::AlreadyOver, CallErrorKind::NotFound] {
        let mut world = World::created();
        world.facts.deleting = true;
        let training = job(JobStatus::InProgress, &["Starting", "Training"], 0);
        let step = world.step(&present(training));
        assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
        let step = world.step(&refused(Call::Stop, kind));
        assert!(matches!(step.effect, Some(Effect::Describe { .. })), "{kind:?}: {step:?}");
        assert_eq!(world.run.stop_blocked, None, "{kind:?} is no refusal");
    }
}
