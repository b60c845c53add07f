//! Figures and the list of calls.

use sagemaker_simulator::{Creates, Fault, FaultKind, UidStats};
use serde_json::{Value, json};

use crate::support::{World, changed, on_demand, workload};

/// A job of an object, on a checkpoint prefix; it lives for 117 seconds.
fn request(name: &str, uid: &str, prefix: &str) -> Value {
    changed(
        on_demand(name, &workload(&json!({}))),
        &json!({
            "Tags": [{ "Key": "spottraining.dev/uid", "Value": uid }],
            "CheckpointConfig": { "S3Uri": prefix },
        }),
    )
}

#[test]
fn the_most_concurrent_jobs_come_from_their_lives() {
    let world = World::new();
    let create = |name: &str, uid: &str, prefix: &str, second: f64| {
        world.call("CreateTrainingJob", &request(name, uid, prefix), second).unwrap();
    };
    create("one", "u1", "s3://c/a/", 0.0);
    create("two", "u1", "s3://c/b", 100.0);
    create("three", "u1", "s3://c/a", 117.0);
    create("four", "u2", "s3://c/a", 150.0);
    let stats = world.simulator.stats();
    // "one" is over at the very moment at which "three" begins.
    assert_eq!(stats.uids["u1"], UidStats { creates: 3, most_concurrent: 2 });
    assert_eq!(stats.uids["u2"], UidStats { creates: 1, most_concurrent: 1 });
    assert_eq!(stats.checkpoint_prefixes["s3://c/a"], 2);
    assert_eq!(stats.checkpoint_prefixes["s3://c/b"], 1);
}

#[test]
fn a_stop_shortens_a_life() {
    let world = World::new();
    world.create(&request("one", "u", "s3://c/a"));
    world.stop("one", 20.0).unwrap();
    // Stopping takes 6 s, uploading 3 s.
    world.call("CreateTrainingJob", &request("two", "u", "s3://c/a"), 29.0).unwrap();
    assert_eq!(world.simulator.stats().uids["u"].most_concurrent, 1);
    world.call("CreateTrainingJob", &request("three", "u", "s3://c/a"), 30.0).unwrap();
    assert_eq!(world.simulator.stats().uids["u"].most_concurrent, 2);
}

#[test]
fn calls_are_counted_by_outcome() {
    let world = World::new();
    let request = request("one", "u", "s3://c/a");
    world.simulator.add_fault(Fault::new("*", FaultKind::LostBefore));
    world.simulator.add_fault(Fault::new("*", FaultKind::Throttle));
    world.simulator.add_fault(Fault::new("*", FaultKind::Lost));
    for _ in 0..4 {
        drop(world.call("CreateTrainingJob", &request, 0.0));
    }
    let stats = world.simulator.stats();
    let outcomes = &stats.calls["CreateTrainingJob"];
    for outcome in ["lost-before", "ThrottlingException", "OK", "ResourceInUse"] {
        assert_eq!(outcomes[outcome], 1, "{outcome}");
    }
    assert_eq!(stats.creates["one"], Creates { calls: 2, accepted: 1 });
    let calls = world.simulator.calls();
    let shown: Vec<(&str, &str)> = calls.iter().map(|call| (call.outcome, call.delivery)).collect();
    assert_eq!(
        shown,
        [
            ("lost-before", "lost"),
            ("ThrottlingException", "normal"),
            ("OK", "lost"),
            ("ResourceInUse", "normal"),
        ]
    );
    assert_eq!(calls[0].job_name.as_deref(), Some("one"));
}
