//! Faults: which calls they strike, and what they do.

use sagemaker_simulator::{Answer, Delivery, Fault, FaultKind, Stage};
use serde_json::{Value, json};

use crate::support::{World, at, spot, workload};

fn create(world: &World, name: &str) -> Answer {
    let request = spot(name, &workload(&json!({})));
    world.simulator.handle(&world.caller, "CreateTrainingJob", &request, at(0.0))
}

fn exists(world: &World, name: &str) -> bool {
    world.simulator.jobs(at(0.0)).iter().any(|job| job["TrainingJobName"] == name)
}

#[test]
fn refusals() {
    let cases = [
        (FaultKind::Throttle, "ThrottlingException", 400, "Rate exceeded"),
        (FaultKind::Error500, "InternalFailure", 500, ""),
        (
            FaultKind::Expired,
            "ExpiredTokenException",
            400,
            "The security token included in the request is expired",
        ),
        (
            FaultKind::Denied,
            "AccessDeniedException",
            400,
            "is not authorized to perform: sagemaker:CreateTrainingJob on resource: arn:aws:sagemaker:eu-west-1:210987654321:training-job/job because",
        ),
        (FaultKind::InvalidCredentials, "UnrecognizedClientException", 400, ""),
        (
            FaultKind::Quota,
            "ResourceLimitExceeded",
            400,
            "'ml.g5.xlarge for spot training job usage' is 0 Instances",
        ),
        (FaultKind::NotFound, "ValidationException", 400, "Requested resource not found."),
    ];
    for (kind, code, status, text) in cases {
        let world = World::new();
        world.simulator.add_fault(Fault::new("*", kind));
        let answer = create(&world, "job");
        let refusal = answer.reply.unwrap_err();
        assert_eq!((refusal.code, refusal.status), (code, status));
        assert!(refusal.message.contains(text), "{}", refusal.message);
        assert_eq!(answer.delivery, Delivery::Normal);
        assert!(!exists(&world, "job"));
        assert!(create(&world, "job").reply.is_ok(), "once only");
    }
}

#[test]
fn lost_and_late_replies() {
    let cases = [
        (FaultKind::Lost, Delivery::Lost, true),
        (FaultKind::LostBefore, Delivery::LostBefore, false),
        (FaultKind::Hold, Delivery::Held(1), true),
        (FaultKind::HoldBefore, Delivery::HeldBefore(1), false),
        (FaultKind::Slow, Delivery::Slow(std::time::Duration::from_millis(250)), true),
    ];
    for (kind, delivery, executed) in cases {
        let world = World::new();
        let fault = Fault { seconds: Some(0.25), ..Fault::new("CreateTrainingJob", kind) };
        world.simulator.add_fault(fault);
        assert_eq!(create(&world, "job").delivery, delivery);
        assert_eq!(exists(&world, "job"), executed, "{kind:?}");
    }
}

#[test]
fn skip_count_operation_and_name_choose_the_calls() {
    let world = World::new();
    let fault = Fault::new("CreateTrainingJob", FaultKind::Throttle);
    world.simulator.add_fault(fault.skip(1).count(2).on_job("victim"));
    let mut refused = Vec::new();
    for name in ["other", "victim-1", "victim-2", "victim-3", "victim-4"] {
        let before = world.call("ListTrainingJobs", &json!({}), 0.0);
        assert!(before.is_ok());
        if create(&world, name).reply.is_err() {
            refused.push(name);
        }
    }
    assert_eq!(refused, ["victim-2", "victim-3"]);
    assert!(world.simulator.faults().is_empty());
}

#[test]
fn count_zero_strikes_until_cleared() {
    let world = World::new();
    world.simulator.add_fault(Fault::new("*", FaultKind::Throttle).count(0));
    assert!((0..20).all(|n| create(&world, &format!("job-{n}")).reply.is_err()));
    world.simulator.clear_faults();
    assert!(create(&world, "job").reply.is_ok());
}

#[test]
fn chance_repeats_whatever_the_order_of_calls() {
    let refused = |names: &[String]| {
        let world = World::new();
        let fault = Fault::new("*", FaultKind::Throttle).count(0).probability(0.3);
        world.simulator.add_fault(fault);
        let mut refused: Vec<String> =
            names.iter().filter(|name| create(&world, name).reply.is_err()).cloned().collect();
        refused.sort();
        refused
    };
    let mut names: Vec<String> = (0..200).map(|n| format!("job-{n}")).collect();
    let forwards = refused(&names);
    names.reverse();
    assert_eq!(forwards, refused(&names));
    assert!((40..80).contains(&forwards.len()), "{}", forwards.len());
}

#[test]
fn held_calls_are_listed_until_released() {
    let world = World::new();
    world.simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::HoldBefore));
    create(&world, "job");
    let held = world.simulator.held();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].operation.as_str(), held[0].stage), ("CreateTrainingJob", Stage::Before));
    assert_eq!(held[0].job_name.as_deref(), Some("job"));
    assert_eq!(world.simulator.release(), 1);
    assert!(world.simulator.held().is_empty());
    let late: Value = spot("job", &workload(&json!({})));
    assert!(world.simulator.execute(&world.caller, "CreateTrainingJob", &late, at(9.0)).is_ok());
}
