//! Quotas, availability, rate limits.

use std::collections::{BTreeMap, BTreeSet};

use sagemaker_simulator::{JobRef, Options, Quota};
use serde_json::json;

use crate::support::{World, at, changed, on_demand, spot, workload};

fn limited(spot: u32, on_demand: u32) -> World {
    let quota = Quota { spot: Some(spot), on_demand: Some(on_demand) };
    let quotas = BTreeMap::from([("ml.g5.xlarge".to_owned(), quota)]);
    World::with(Options { quotas, ..Options::default() })
}

#[test]
fn quota_texts_name_the_market_and_the_use() {
    let world = limited(1, 4);
    let usual = workload(&json!({}));
    world.create(&spot("one", &usual));
    let refusal = world.call("CreateTrainingJob", &spot("two", &usual), 0.0).unwrap_err();
    assert_eq!((refusal.code, refusal.modelled), ("ResourceLimitExceeded", true));
    assert!(
        refusal.message.starts_with(
            "The account-level service limit 'ml.g5.xlarge for spot training job usage' is 1 \
             Instances, with current utilization of 1 Instances and a request delta of 1 Instances."
        ),
        "{}",
        refusal.message
    );
    let five = json!({ "ResourceConfig": { "InstanceCount": 5 } });
    let request = changed(on_demand("five", &usual), &five);
    let refusal = world.call("CreateTrainingJob", &request, 0.0).unwrap_err();
    assert!(
        refusal.message.contains(
            "'ml.g5.xlarge for training job usage' is 4 Instances, with current utilization of 0 \
             Instances and a request delta of 5 Instances"
        ),
        "{}",
        refusal.message
    );
}

#[test]
fn only_live_jobs_of_the_market_count() {
    let world = limited(1, 1);
    let usual = workload(&json!({}));
    world.create(&spot("one", &usual));
    world.create(&on_demand("other-market", &usual));
    // The job lives for 117 seconds; a refused create leaves no name behind.
    let two = spot("two", &usual);
    assert!(world.call("CreateTrainingJob", &two, 116.9).is_err());
    assert!(world.call("CreateTrainingJob", &two, 117.0).is_ok());
}

#[test]
fn a_request_above_the_limit_is_refused_though_nothing_runs() {
    let world = limited(2, 1000);
    let four = json!({ "ResourceConfig": { "InstanceCount": 4 } });
    let request = changed(spot("four", &workload(&json!({}))), &four);
    let refusal = world.call("CreateTrainingJob", &request, 0.0).unwrap_err();
    assert_eq!((refusal.code, refusal.status), ("ResourceLimitExceeded", 400));
    assert_eq!(
        refusal.message,
        "The account-level service limit 'ml.g5.xlarge for spot training job usage' is 2 \
         Instances, with current utilization of 0 Instances and a request delta of 4 Instances. \
         Please use AWS Service Quotas to request an increase for this quota. If AWS Service \
         Quotas is not available, contact AWS support to request an increase for this quota."
    );
    let two = json!({ "ResourceConfig": { "InstanceCount": 2 } });
    assert!(world.call("CreateTrainingJob", &changed(request, &two), 0.0).is_ok());
}

#[test]
fn stops_and_interruptions_move_the_end_of_the_use() {
    let world = limited(2, 0);
    let usual = workload(&json!({}));
    world.create(&spot("stopped", &usual));
    world.create(&spot("interrupted", &usual));
    let three = |second| world.call("CreateTrainingJob", &spot("three", &usual), second);
    // The stop ends its job at 29 s; the interruption takes 20 s, 10 s and 4 s more.
    world.stop("stopped", 20.0).unwrap();
    world.simulator.interrupt(&JobRef::named("interrupted"), at(50.0)).unwrap();
    assert!(three(28.9).is_err());
    assert!(three(29.0).is_ok());
    let four = |second| world.call("CreateTrainingJob", &spot("four", &usual), second);
    assert!(four(117.0).is_err());
    assert!(four(145.9).is_err());
    assert!(four(146.0).is_ok(), "three is over");
    assert!(world.call("CreateTrainingJob", &spot("five", &usual), 150.9).is_err());
    assert!(world.call("CreateTrainingJob", &spot("five", &usual), 151.0).is_ok());
}

#[test]
fn a_taken_name_comes_before_the_quota() {
    let world = limited(1, 1);
    let request = spot("one", &workload(&json!({})));
    world.create(&request);
    let refusal = world.call("CreateTrainingJob", &request, 1.0).unwrap_err();
    assert_eq!(refusal.code, "ResourceInUse");
}

#[test]
fn groups_of_one_type_add_up() {
    let world = limited(3, 3);
    let group = |name: &str| json!({ "InstanceType": "ml.g5.xlarge", "InstanceCount": 2, "InstanceGroupName": name });
    let groups = json!({ "ResourceConfig": {
        "InstanceType": null, "InstanceCount": null, "InstanceGroups": [group("a"), group("b")],
    } });
    let request = changed(spot("job", &workload(&json!({}))), &groups);
    let refusal = world.call("CreateTrainingJob", &request, 0.0).unwrap_err();
    assert!(refusal.message.contains("request delta of 4 Instances"), "{}", refusal.message);
}

#[test]
fn some_types_are_in_no_region() {
    let unavailable = BTreeSet::from(["ml.g5.xlarge".to_owned()]);
    let world = World::with(Options { unavailable, ..Options::default() });
    let request = spot("job", &workload(&json!({})));
    let refusal = world.call("CreateTrainingJob", &request, 0.0).unwrap_err();
    assert_eq!(refusal.code, "ResourceLimitExceeded");
    assert_eq!(
        refusal.message,
        "The requested resource training-job/ml.g5.xlarge is not available in this region"
    );
}

#[test]
fn rates_are_per_second_and_operation() {
    let world = World::new();
    world.simulator.set_limits(BTreeMap::from([("ListTrainingJobs".to_owned(), 4.0)]));
    let list = |second| world.call("ListTrainingJobs", &json!({}), second).map(|_| ());
    assert!((0..4).all(|_| list(0.0).is_ok()));
    let refusal = list(0.2).unwrap_err();
    assert_eq!((refusal.code, refusal.status), ("ThrottlingException", 400));
    assert_eq!(refusal.message, "Rate exceeded");
    assert!(list(0.25).is_ok());
    assert!(list(0.3).is_err());
    // Idle seconds are not saved up beyond one second's worth.
    assert!((0..4).all(|_| list(100.0).is_ok()));
    assert!(list(100.0).is_err());
    world.create(&spot("job", &workload(&json!({}))));
}
