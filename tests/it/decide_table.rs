//! Golden tables: the rows of the life cycle, one by one.

use spot_training_operator::domain::decision::{Effect, Wake};
use spot_training_operator::domain::memory::End;
use spot_training_operator::domain::observation::{
    Job, JobStatus, Observation, Operation, Owner, RefusalKind,
};
use spot_training_operator::domain::outcome::failure_class;
use spot_training_operator::domain::plan::{CheckpointPlan, DeletionPolicy, Desired};
use spot_training_operator::domain::vocabulary::{ConditionType, EventReason, Reason, State};

use crate::support::objects::{at, job};
use crate::support::world::{World, reasons, refused};

fn present(job: Job) -> Observation {
    Observation::Present(Box::new(job))
}

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
        (JobStatus::Failed, trained, "Failed", Some("AlgorithmError: , exit code: 1"), Reason::AlgorithmError),
        (JobStatus::Failed, trained, "Failed", Some("ClientError: y"), Reason::ClientError),
        (JobStatus::Failed, trained, "Failed", Some("InternalServerError: z"), Reason::ServiceError),
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
fn an_acknowledged_job_that_vanishes_is_missing_after_the_lag() {
    let mut world = World::created();
    world.now = at(30);
    assert_eq!(world.step(&Observation::Absent).wake, Wake::Follow);
    assert_eq!(world.memory.ledger.end, None, "reads may lag behind the create");
    world.now = at(61);
    world.step(&Observation::Absent);
    assert_eq!(world.memory.ledger.end, Some(End::Failed(Reason::Missing)));
}

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
fn an_unreadable_spec_starts_nothing_and_can_be_deleted() {
    let mut world = World::default();
    world.desired = Desired::Unreadable("spec.template: unknown".to_owned());
    assert_eq!(world.step(&Observation::NotLooked).effect, None);
    assert_eq!(world.condition(ConditionType::Stalled), Some((true, Reason::InvalidSpec)));
    let mut running = World::created();
    running.desired = Desired::Unreadable("spec.template: unknown".to_owned());
    running.facts.deleting = true;
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 1);
    assert!(matches!(running.step(&present(training)).effect, Some(Effect::Stop { .. })));
}
