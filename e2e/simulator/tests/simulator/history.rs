//! Laws of every course: history is append-only, whatever happens later; billing follows from it.

use jiff::Timestamp;
use sagemaker_simulator::{JobRef, Options, Simulator};
use serde_json::{Value, json};

use crate::support::{World, at, history, on_demand, spot, workload};

type Act = fn(&World, Timestamp);

fn order(
    give: fn(&Simulator, &JobRef, Timestamp) -> Result<(), sagemaker_simulator::ControlError>,
    world: &World,
    now: Timestamp,
) {
    // Most moments are no good for it; a refusal must leave no trace either.
    drop(give(&world.simulator, &JobRef::named("job"), now));
}

const ACTS: [Act; 4] = [
    |world, now| order(Simulator::interrupt, world, now),
    |world, now| order(Simulator::complete, world, now),
    |world, now| order(Simulator::fail, world, now),
    |world, now| {
        let body = json!({ "TrainingJobName": "job" });
        drop(world.simulator.handle(&world.caller, "StopTrainingJob", &body, now));
    },
];

fn workloads() -> Vec<Value> {
    let changes = [
        json!({}),
        json!({ "interruptAfter": [30, 40] }),
        json!({ "end": "Failed" }),
        json!({ "end": "Starve" }),
        json!({ "end": "HangStopping" }),
        json!({ "end": "MaxRuntimeExceeded", "interruptAfter": [10] }),
        json!({ "starting": 0, "downloading": 0, "stopping": 0, "uploading": 0 }),
    ];
    changes.iter().map(workload).collect()
}

/// An entry of the history.
#[derive(Debug, PartialEq)]
struct Entry {
    status: Value,
    start: Value,
    end: Value,
    message: Value,
}

impl Entry {
    fn is_open(&self) -> bool {
        self.end.is_null()
    }

    /// An open entry may get an end and another message; nothing else changes.
    fn may_become(&self, later: &Self) -> bool {
        let same = (&self.status, &self.start) == (&later.status, &later.start);
        same && (self.is_open() || self == later)
    }
}

fn entries(view: &Value) -> Vec<Entry> {
    let entries = view["SecondaryStatusTransitions"].as_array().unwrap();
    let entry = |entry: &Value| Entry {
        status: entry["Status"].clone(),
        start: entry["StartTime"].clone(),
        end: entry["EndTime"].clone(),
        message: entry["StatusMessage"].clone(),
    };
    entries.iter().map(entry).collect()
}

/// The history after an act only continues the one that was seen before it.
fn assert_append_only(request: &Value, act: Act, moment: f64) {
    let world = World::new();
    world.create(request);
    let mut seen = entries(&world.describe("job", moment));
    act(&world, at(moment));
    for second in [moment, moment + 1.0, moment + 50.0, moment + 9000.0] {
        let view = world.describe("job", second);
        let now = entries(&view);
        let kept = seen.iter().zip(&now).all(|(old, new)| old.may_become(new));
        assert!(kept && now.len() >= seen.len(), "{request} {moment} {second}: {seen:?} {now:?}");
        let (last, earlier) = now.split_last().unwrap();
        assert!(!earlier.iter().any(Entry::is_open), "{request} {moment}");
        let ended = view.get("TrainingEndTime").is_some();
        assert_eq!(last.is_open(), !ended, "{request} {moment} {second}");
        seen = now;
    }
}

#[test]
fn what_was_seen_never_changes() {
    for workload in workloads() {
        for request in [spot("job", &workload), on_demand("job", &workload)] {
            for moment in [0.0, 5.0, 10.0, 13.9, 14.0, 44.0, 60.0, 114.0, 116.0, 500.0] {
                for act in ACTS {
                    assert_append_only(&request, act, moment);
                }
            }
        }
    }
}

#[test]
fn orders_end_the_training_phase_at_once() {
    for (act, expected) in [
        (ACTS[0], "Interrupted 60-"),
        (ACTS[1], "Uploading 60-"),
        (ACTS[2], "Uploading 60-"),
        (ACTS[3], "Stopping 60-"),
    ] {
        let world = World::new();
        world.create(&spot("job", &workload(&json!({}))));
        act(&world, at(60.0));
        assert_eq!(history(&world.describe("job", 60.0)).last().unwrap(), expected);
    }
}

#[test]
fn spot_bills_the_ratio_of_the_runs_only() {
    let world = World::new();
    world.create(&spot("job", &workload(&json!({ "interruptAfter": [30], "spotRatio": 0.29 }))));
    let view = world.describe("job", 1000.0);
    // Runs 10-44 and 74-151; the gap is not training.
    assert_eq!(view["TrainingTimeInSeconds"], 111);
    assert_eq!(view["BillableTimeInSeconds"], 32);
}

#[test]
fn a_ratio_that_no_float_holds_loses_no_second() {
    let workload = workload(&json!({ "downloading": 0, "uploading": 0, "spotRatio": 0.29 }));
    let world = World::new();
    world.create(&spot("job", &workload));
    // 100 x 0.29 is 28.999999999999996 in floats.
    assert_eq!(world.describe("job", 1000.0)["BillableTimeInSeconds"], 29);
}

#[test]
fn a_time_scale_shortens_phases_and_limits_but_not_the_bill() {
    let world = World::with(Options { time_scale: 10, ..Options::default() });
    world.create(&on_demand("job", &workload(&json!({}))));
    let view = world.describe("job", 1000.0);
    assert_eq!(history(&view)[2], "Training 1.4-11.4");
    assert_eq!(view["TrainingTimeInSeconds"], 107);
    let endless = workload(&json!({ "end": "MaxRuntimeExceeded" }));
    world.create(&on_demand("endless", &endless));
    let view = world.describe("endless", 1000.0);
    assert_eq!(history(&view)[2], "Training 1.4-361");
}

#[test]
fn jobs_without_a_script_repeat_with_the_seed_and_differ_by_name() {
    let life = |seed, name: &str| {
        let world = World::with(Options { seed, ..Options::default() });
        let mut request = spot(name, &json!({}));
        request.as_object_mut().unwrap().remove("HyperParameters");
        world.create(&request);
        history(&world.describe(name, 7000.0))
    };
    assert_eq!(life(1, "one"), life(1, "one"));
    assert_ne!(life(1, "one"), life(1, "two"));
    assert_ne!(life(1, "one"), life(2, "one"));
}
