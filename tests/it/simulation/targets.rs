//! Targets: every object meets its own, as it was last edited, where the estimate and the changeover
//! are true upper bounds and nothing but interruptions goes wrong.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::fleet::{Fleet, play};
use crate::support::apiserver::kinds::Key;
use crate::support::random::{DEFAULT_SEED, Draws};

const HOUR: f64 = 3600.0;

/// Objects of each policy.
const OBJECTS: usize = 40;

/// What a change of instances is said to take. A stop takes 100 s at most, a launch 300, downloads 60,
/// and 300 of training are lost; the rest is for polls.
const CHANGEOVER: i64 = 960;

/// Every other object has so many seconds more at first, and is edited before that matters.
const LOOSE: i64 = 86_400;

/// An object whose spot instances come late and go often, and the target it has.
fn fill(object: &mut Value, policy: &str, draws: &mut Draws) {
    let training = draws.seconds(2.0 * HOUR, 16.0 * HOUR);
    let slack = draws.seconds(600.0, 12.0 * HOUR);
    let losses = draws.below(5);
    let lost: Vec<_> = (0..losses).map(|_| draws.seconds(60.0, 4.0 * HOUR)).collect();
    let workload = json!({
        "starting": draws.seconds(60.0, 5.0 * HOUR), "onDemandStarting": draws.seconds(30.0, 300.0),
        "downloading": draws.seconds(5.0, 60.0), "training": training, "uploading": 30,
        "interruptAfter": lost, "gap": draws.seconds(60.0, 6.0 * HOUR),
        "stopping": draws.seconds(5.0, 100.0), "continues": true,
        "checkpointEvery": draws.seconds(10.0, 300.0),
    });
    let template = &mut object["spec"]["template"];
    template["hyperParameters"] = json!({ "simulator": workload.to_string() });
    template["stoppingCondition"] =
        json!({ "maxRuntimeInSeconds": 864_000, "maxWaitTimeInSeconds": 1_728_000 });
    let estimate = training + 60;
    object["spec"]["capacity"] = json!({
        "onDemandFallback": policy,
        "target": {
            "completeWithinSeconds": estimate + 2 * CHANGEOVER + 60 + slack,
            "estimatedRuntimeSeconds": estimate,
            "changeoverSeconds": CHANGEOVER,
        },
    });
}

fn within(object: &Value) -> i64 {
    object["spec"]["capacity"]["target"]["completeWithinSeconds"].as_i64().unwrap()
}

/// The target of an object is so many seconds later.
fn move_target(fleet: &Fleet, key: &Key, seconds: i64) {
    let moved = within(&fleet.server.get(key).unwrap()) + seconds;
    let target = json!({ "completeWithinSeconds": moved });
    fleet.server.merge(key, json!({ "spec": { "capacity": { "target": target } } })).unwrap();
}

/// Whether the object ended in time.
fn is_met(object: &Value) -> bool {
    let moment =
        |field: &str| -> Timestamp { object["status"][field].as_str().unwrap().parse().unwrap() };
    moment("completionTime").duration_since(moment("startTime")).as_secs() <= within(object)
}

/// Attempts of the object that ended for this reason.
fn ended(object: &Value, reason: &str) -> usize {
    let attempts = object["status"]["attempts"].as_array().unwrap();
    attempts.iter().filter(|attempt| attempt["reason"] == reason).count()
}

async fn lives(fleet: Fleet, policy: &'static str) {
    let keys: Vec<_> = (0..OBJECTS)
        .map(|index| {
            let mut draws = Draws::new(DEFAULT_SEED, &["target", policy, &index.to_string()]);
            fleet.apply("team", index, |object| fill(object, policy, &mut draws))
        })
        .collect();
    keys.iter().step_by(2).for_each(|key| move_target(&fleet, key, LOOSE));
    sleep(Duration::from_mins(5)).await;
    keys.iter().step_by(2).for_each(|key| move_target(&fleet, key, -LOOSE));
    let is_complete = |key| fleet.state(key) == "Completed";
    for _ in 0..40 {
        if keys.iter().all(is_complete) {
            break;
        }
        sleep(Duration::from_hours(1)).await;
    }
    let (mut fallbacks, mut returns) = (0, 0);
    for key in &keys {
        let object = fleet.server.get(key).unwrap();
        assert_eq!(object["status"]["state"], "Completed", "{object}");
        assert!(is_met(&object), "{}", serde_json::to_string_pretty(&object).unwrap());
        fallbacks += ended(&object, "StoppedForFallback");
        returns += ended(&object, "StoppedForSpot");
    }
    assert!(fallbacks > OBJECTS / 4, "{policy}: {fallbacks} fallbacks say little");
    assert_eq!(returns > OBJECTS / 8, policy == "Balanced", "{policy}: {returns} returns");
}

#[test]
fn objects_meet_their_targets() {
    for policy in ["AtDeadline", "Balanced"] {
        play(|fleet| lives(fleet, policy));
    }
}
