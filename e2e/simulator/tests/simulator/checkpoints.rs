//! Checkpoints: what later jobs continue from.

use serde_json::json;

use crate::support::{World, at, history, on_demand, spot, workload};

const AFTER_ALL: f64 = 1e7;

#[test]
fn a_job_continues_what_others_with_its_checkpoints_have_trained() {
    let world = World::new();
    let course = json!({ "continues": true, "onDemandStarting": 50 });
    world.create(&spot("job", &workload(&course)));
    world.stop("job", 54.0).unwrap();
    let mut second = on_demand("second", &workload(&course));
    second["CheckpointConfig"] = spot("job", &workload(&course))["CheckpointConfig"].clone();
    world.call("CreateTrainingJob", &second, 100.0).unwrap();
    let view = world.describe("second", AFTER_ALL);
    assert_eq!(
        history(&view)[..3],
        ["Starting 100-150", "Downloading 150-154", "Training 154-214"],
        "40 of 100 seconds were trained before the stop"
    );
}

#[test]
fn a_checkpoint_is_as_new_as_the_training() {
    let world = World::new();
    let newest = |second: f64| {
        world.simulator.newest_checkpoint(&world.caller, "s3://bucket/checkpoints/", at(second))
    };
    let request = spot("job", &workload(&json!({ "interruptAfter": [30] })));
    let prefix = request["CheckpointConfig"]["S3Uri"].as_str().unwrap().to_owned();
    let newest_of =
        |second: f64| world.simulator.newest_checkpoint(&world.caller, &prefix, at(second));
    world.create(&request);
    assert_eq!(newest_of(13.0), None);
    assert_eq!(newest_of(20.0), Some(at(20.0)));
    assert_eq!(newest_of(60.0), Some(at(44.0)), "until it was interrupted");
    assert_eq!(newest(60.0), None, "of another prefix");
}
