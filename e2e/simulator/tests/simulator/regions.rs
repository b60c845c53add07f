//! Regions: faults that strike one alone, regions that hang, regions that are not enabled.

use sagemaker_simulator::{Delivery, Fault, FaultKind, Stage};
use serde_json::json;

use crate::support::{World, at, caller, spot, workload};

#[test]
fn a_fault_of_a_region_strikes_no_other() {
    let world = World::new();
    let fault = Fault::new("*", FaultKind::Throttle).count(0).in_region("us-east-1");
    world.simulator.add_fault(fault);
    let code = |region: &str, operation: &str| {
        let answer = world.simulator.handle(&caller(region), operation, &json!({}), at(0.0));
        answer.reply.map_or_else(|refusal| refusal.code, |_| "OK")
    };
    for operation in ["ListTrainingJobs", "GetCallerIdentity"] {
        assert_eq!(code("us-east-1", operation), "ThrottlingException");
        assert_eq!(code("eu-west-1", operation), "OK");
    }
}

#[test]
fn a_region_that_hangs_executes_nothing_and_lists_every_call() {
    let world = World::new();
    world.simulator.add_fault(Fault::new("*", FaultKind::Hang).count(0).in_region("eu-west-1"));
    let request = spot("job", &workload(&json!({})));
    let mut tickets = Vec::new();
    for _ in 0..5000 {
        let answer = world.simulator.handle(&world.caller, "CreateTrainingJob", &request, at(0.0));
        let Delivery::Hung(ticket) = answer.delivery else { panic!("{:?}", answer.delivery) };
        tickets.push(ticket);
    }
    let held = world.simulator.held();
    assert_eq!(held.len(), 5000);
    assert_eq!((held[0].region.as_str(), held[0].stage), ("eu-west-1", Stage::Never));
    assert_eq!(held[0].job_name.as_deref(), Some("job"));
    for ticket in tickets.drain(1..) {
        world.simulator.abandon(ticket);
    }
    let held: Vec<u64> = world.simulator.held().iter().map(|hold| hold.ticket).collect();
    assert_eq!(held, tickets);
    assert_eq!(world.simulator.release(), 1);
    assert!(world.simulator.jobs(at(0.0)).is_empty());
    assert_eq!(world.simulator.stats().calls["CreateTrainingJob"]["hung"], 5000);
}

#[test]
fn a_region_that_is_not_enabled_refuses_every_call() {
    let world = World::new();
    world.simulator.set_disabled_regions(["ap-east-1"]);
    for operation in ["ListTrainingJobs", "GetCallerIdentity", "CreateTrainingJob"] {
        let call = |region| {
            let request = spot("job", &workload(&json!({})));
            let body = if operation == "CreateTrainingJob" { request } else { json!({}) };
            world.simulator.handle(&caller(region), operation, &body, at(0.0)).reply
        };
        let refusal = call("ap-east-1").unwrap_err();
        assert_eq!((refusal.code, refusal.status), ("UnrecognizedClientException", 400));
        assert_eq!(refusal.message, "The security token included in the request is invalid.");
        assert!(call("eu-west-1").is_ok());
    }
    assert_eq!(world.simulator.jobs(at(0.0)).len(), 1);
    world.simulator.set_disabled_regions(["us-east-1"]);
    let list = json!({});
    let enabled = world.simulator.handle(&caller("ap-east-1"), "ListTrainingJobs", &list, at(0.0));
    assert!(enabled.reply.is_ok());
}

#[test]
fn a_call_held_before_a_region_was_disabled_is_refused_late() {
    let world = World::new();
    world.simulator.set_disabled_regions(["eu-west-1"]);
    let request = spot("job", &workload(&json!({})));
    let late = world.simulator.execute(&world.caller, "CreateTrainingJob", &request, at(0.0));
    assert_eq!(late.unwrap_err().code, "UnrecognizedClientException");
}
