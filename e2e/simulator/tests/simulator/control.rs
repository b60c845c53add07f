//! Orders of people: interrupt, complete, fail, reset.

use sagemaker_simulator::{ControlError, Fault, FaultKind, JobRef};
use serde_json::json;

use crate::support::{World, at, caller, history, on_demand, spot, workload};

#[test]
fn interrupt_takes_a_spot_instance_that_trains() {
    let world = World::new();
    world.create(&spot("job", &workload(&json!({}))));
    let job = JobRef::named("job");
    assert!(matches!(
        world.simulator.interrupt(&job, at(5.0)),
        Err(ControlError::NotTraining { secondary: "Starting", .. })
    ));
    world.simulator.interrupt(&job, at(24.0)).unwrap();
    assert_eq!(world.status("job", 24.0), "InProgress/Interrupted");
    world.simulator.interrupt(&job, at(60.0)).unwrap();
    let view = world.describe("job", 1000.0);
    assert_eq!(view["TrainingJobStatus"], "Completed");
    let interruptions = history(&view).iter().filter(|l| l.starts_with("Interrupted")).count();
    assert_eq!(interruptions, 2);
}

#[test]
fn only_spot_instances_are_taken() {
    let world = World::new();
    world.create(&on_demand("job", &workload(&json!({}))));
    let refused = world.simulator.interrupt(&JobRef::named("job"), at(24.0));
    assert_eq!(refused, Err(ControlError::NotSpot("job".into())));
}

#[test]
fn complete_and_fail_end_the_training() {
    let world = World::new();
    for name in ["good", "bad"] {
        world.create(&spot(name, &workload(&json!({ "end": "MaxRuntimeExceeded" }))));
    }
    world.simulator.complete(&JobRef::named("good"), at(50.0)).unwrap();
    let bad = JobRef {
        failure_reason: Some("AlgorithmError: , exit code: 137".into()),
        ..JobRef::named("bad")
    };
    world.simulator.fail(&bad, at(50.0)).unwrap();
    assert_eq!(world.status("good", 53.0), "Completed/Completed");
    assert_eq!(world.status("bad", 53.0), "Failed/Failed");
    let view = world.describe("bad", 53.0);
    assert_eq!(view["FailureReason"], "AlgorithmError: , exit code: 137");
}

#[test]
fn a_name_in_two_regions_needs_its_region() {
    let world = World::new();
    let request = spot("job", &workload(&json!({})));
    world.create(&request);
    let elsewhere = caller("us-east-1");
    let created = world.simulator.handle(&elsewhere, "CreateTrainingJob", &request, at(0.0));
    assert!(created.reply.is_ok());
    let job = JobRef::named("job");
    assert_eq!(
        world.simulator.interrupt(&job, at(24.0)),
        Err(ControlError::Ambiguous("job".into()))
    );
    let job = JobRef { region: Some("us-east-1".into()), ..job };
    world.simulator.interrupt(&job, at(24.0)).unwrap();
    assert_eq!(world.status("job", 24.0), "InProgress/Training");
    assert_eq!(
        world.simulator.interrupt(&JobRef::named("nobody"), at(24.0)),
        Err(ControlError::NoSuchJob("nobody".into()))
    );
}

#[test]
fn reset_forgets_everything() {
    let world = World::new();
    world.create(&spot("job", &workload(&json!({}))));
    world.simulator.add_fault(Fault::new("*", FaultKind::Throttle).count(0));
    world.simulator.reset();
    assert!(world.simulator.jobs(at(0.0)).is_empty());
    assert!(world.simulator.calls().is_empty());
    assert_eq!(world.simulator.stats(), sagemaker_simulator::Stats::default());
    world.create(&spot("job", &workload(&json!({}))));
}
