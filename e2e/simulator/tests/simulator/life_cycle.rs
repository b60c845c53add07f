//! Histories and statuses of single jobs.

use serde_json::{Value, json};

use crate::support::{World, changed, history, on_demand, spot, workload};

const AFTER_ALL: f64 = 1e7;

/// Creates a job, optionally stops it, and gives its final view.
fn run(request: &Value, stop_at: Option<f64>) -> Value {
    let world = World::new();
    world.create(request);
    if let Some(second) = stop_at {
        world.stop("job", second).unwrap();
    }
    world.describe("job", AFTER_ALL)
}

fn assert_life(view: &Value, status: &str, expected: &[&str]) {
    assert_eq!(view["TrainingJobStatus"], status);
    assert_eq!(history(view), expected);
}

#[test]
fn success_without_interruption() {
    assert_life(
        &run(&on_demand("job", &workload(&json!({}))), None),
        "Completed",
        &[
            "Starting 0-10",
            "Downloading 10-14",
            "Training 14-114",
            "Uploading 114-117",
            "Completed 117-117",
        ],
    );
}

#[test]
fn an_interruption_continues_from_the_checkpoint() {
    assert_life(
        &run(&spot("job", &workload(&json!({ "interruptAfter": [30] }))), None),
        "Completed",
        &[
            "Starting 0-10",
            "Downloading 10-14",
            "Training 14-44",
            "Interrupted 44-64",
            "Starting 64-74",
            "Downloading 74-78",
            "Training 78-148",
            "Uploading 148-151",
            "Completed 151-151",
        ],
    );
}

#[test]
fn several_interruptions_add_up_what_was_trained() {
    let view = run(&spot("job", &workload(&json!({ "interruptAfter": [30, 45] }))), None);
    let training: Vec<String> =
        history(&view).into_iter().filter(|line| line.starts_with("Training")).collect();
    assert_eq!(training, ["Training 14-44", "Training 78-123", "Training 157-182"]);
}

#[test]
fn without_checkpoints_an_interruption_restarts_from_zero() {
    let request = spot("job", &workload(&json!({ "interruptAfter": [30, 99, 100] })));
    let view = run(&changed(request, &json!({ "CheckpointConfig": null })), None);
    let training: Vec<String> =
        history(&view).into_iter().filter(|line| line.starts_with("Training")).collect();
    assert_eq!(training, ["Training 14-44", "Training 78-177", "Training 211-311"]);
}

#[test]
fn on_demand_jobs_are_not_interrupted() {
    let view = run(&on_demand("job", &workload(&json!({ "interruptAfter": [30] }))), None);
    assert_eq!(history(&view).len(), 5);
}

#[test]
fn a_stop_of_a_training_job_uploads() {
    assert_life(
        &run(&spot("job", &workload(&json!({}))), Some(20.5)),
        "Stopped",
        &[
            "Starting 0-10",
            "Downloading 10-14",
            "Training 14-20.5",
            "Stopping 20.5-26.5",
            "Uploading 26.5-29.5",
            "Stopped 29.5-29.5",
        ],
    );
}

#[test]
fn a_stop_of_a_waiting_job_shows_stopping_beside_starting() {
    let world = World::new();
    world.create(&spot("job", &workload(&json!({}))));
    world.stop("job", 5.0).unwrap();
    assert_eq!(world.status("job", 5.0), "Stopping/Starting");
    assert_eq!(world.status("job", 8.0), "Stopping/Stopping");
    assert_eq!(world.status("job", 11.0), "Stopped/Stopped");
    let view = world.describe("job", 11.0);
    for absent in ["TrainingStartTime", "TrainingTimeInSeconds", "BillableTimeInSeconds"] {
        assert!(view.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn a_stop_of_an_uploading_job_lets_the_upload_finish() {
    let view = run(&spot("job", &workload(&json!({}))), Some(115.0));
    assert_eq!(history(&view).last().unwrap(), "Stopped 117-117");
    assert_eq!(view["TrainingJobStatus"], "Stopped");
}

#[test]
fn a_second_stop_is_refused_with_the_status() {
    let world = World::new();
    world.create(&spot("job", &workload(&json!({}))));
    world.stop("job", 20.0).unwrap();
    for (second, status) in [(21.0, "Stopping"), (100.0, "Stopped")] {
        let refusal = world.stop("job", second).unwrap_err();
        assert_eq!(refusal.code, "ValidationException");
        assert_eq!(
            refusal.message,
            format!("The request was rejected because the training job is in status {status}.")
        );
    }
}

#[test]
fn a_stop_may_hang() {
    let world = World::new();
    world.create(&spot("job", &workload(&json!({ "end": "HangStopping" }))));
    world.stop("job", 20.0).unwrap();
    assert_eq!(world.status("job", AFTER_ALL), "Stopping/Uploading");
}

#[test]
fn starved_spot_jobs_end_stopped_without_a_reason() {
    let view = run(&spot("job", &workload(&json!({ "end": "Starve" }))), None);
    assert_life(
        &view,
        "Stopped",
        &["Starting 0-7200", "Stopping 7200-7206", "MaxWaitTimeExceeded 7206-7206"],
    );
    assert!(view.get("FailureReason").is_none());
    assert!(view.get("BillableTimeInSeconds").is_none());
}

#[test]
fn a_starved_jobs_message_cycles_in_place() {
    let world = World::new();
    world.create(&spot("job", &workload(&json!({ "end": "Starve" }))));
    let message = |second| {
        let view = world.describe("job", second);
        let entries = view["SecondaryStatusTransitions"].as_array().unwrap().clone();
        assert_eq!(entries.len(), 1);
        entries[0]["StatusMessage"].as_str().unwrap().to_owned()
    };
    assert_eq!(message(5.0), "Launching requested ML instances");
    assert_eq!(
        message(15.0),
        "Insufficient capacity error from EC2 while launching instances, retrying!"
    );
    assert_eq!(message(25.0), message(5.0));
}

#[test]
fn starved_on_demand_jobs_pend_or_fail() {
    let starve = workload(&json!({ "end": "Starve" }));
    let view = run(&on_demand("job", &starve), None);
    assert_life(&view, "Failed", &["Starting 0-10", "Failed 10-10"]);
    assert_eq!(
        view["FailureReason"],
        "CapacityError: Unable to provision requested ML compute capacity. Please retry using a \
         different ML instance type."
    );
    let pending = json!({ "StoppingCondition": { "MaxPendingTimeInSeconds": 1800 } });
    assert_life(
        &run(&changed(on_demand("job", &starve), &pending), None),
        "Stopped",
        &["Pending 0-1800", "Stopping 1800-1806", "Stopped 1806-1806"],
    );
}

#[test]
fn max_wait_counts_waiting_too() {
    let limits =
        json!({ "StoppingCondition": { "MaxRuntimeInSeconds": 50, "MaxWaitTimeInSeconds": 60 } });
    let request = spot("job", &workload(&json!({ "interruptAfter": [20] })));
    assert_life(
        &run(&changed(request, &limits), None),
        "Stopped",
        &[
            "Starting 0-10",
            "Downloading 10-14",
            "Training 14-34",
            "Interrupted 34-54",
            "Starting 54-60",
            "Stopping 60-66",
            "MaxWaitTimeExceeded 66-66",
        ],
    );
}

#[test]
fn max_wait_ends_training_too_and_uploads_nothing() {
    let limits =
        json!({ "StoppingCondition": { "MaxRuntimeInSeconds": 50, "MaxWaitTimeInSeconds": 50 } });
    assert_life(
        &run(&changed(spot("job", &workload(&json!({}))), &limits), None),
        "Stopped",
        &[
            "Starting 0-10",
            "Downloading 10-14",
            "Training 14-50",
            "Stopping 50-56",
            "MaxWaitTimeExceeded 56-56",
        ],
    );
}

#[test]
fn max_runtime_is_the_sum_of_all_runs() {
    let limits = json!({ "StoppingCondition": { "MaxRuntimeInSeconds": 60 } });
    let workload =
        workload(&json!({ "interruptAfter": [30], "end": "MaxRuntimeExceeded", "training": 1 }));
    assert_life(
        &run(&changed(spot("job", &workload), &limits), None),
        "Stopped",
        &[
            "Starting 0-10",
            "Downloading 10-14",
            "Training 14-44",
            "Interrupted 44-64",
            "Starting 64-74",
            "Downloading 74-78",
            "Training 78-100",
            "Stopping 100-106",
            "Uploading 106-109",
            "MaxRuntimeExceeded 109-109",
        ],
    );
}

#[test]
fn failures_carry_their_reason() {
    let reason = "AlgorithmError: , exit code: 33";
    let view =
        run(&spot("job", &workload(&json!({ "end": "Failed", "failureReason": reason }))), None);
    assert_eq!(view["TrainingJobStatus"], "Failed");
    assert_eq!(view["FailureReason"], reason);
    assert_eq!(history(&view).last().unwrap(), "Failed 117-117");
    assert!(view.get("FinalMetricDataList").is_none());
}

#[test]
fn internal_errors_are_retried_as_asked() {
    let failing = json!({ "end": "Failed", "failureReason": "InternalServerError: again" });
    let request = changed(
        on_demand("job", &workload(&failing)),
        &json!({ "RetryStrategy": { "MaximumRetryAttempts": 2 } }),
    );
    let lines = history(&run(&request, None));
    assert_eq!(lines.iter().filter(|line| line.starts_with("Starting")).count(), 3);
    assert_eq!(lines.last().unwrap(), "Failed 345-345");
    assert!(!lines.iter().any(|line| line.starts_with("Restarting")), "{lines:?}");
}

#[test]
fn both_markets_can_show_that_they_restart() {
    let failing = json!({
        "end": "Failed", "failureReason": "InternalServerError: again", "restarting": 7,
    });
    let retry = json!({ "RetryStrategy": { "MaximumRetryAttempts": 1 } });
    for request in [spot("job", &workload(&failing)), on_demand("job", &workload(&failing))] {
        let lines = history(&run(&changed(request, &retry), None));
        let expected = [
            "Starting 0-10",
            "Downloading 10-14",
            "Training 14-114",
            "Restarting 114-121",
            "Starting 121-131",
            "Downloading 131-135",
            "Training 135-235",
            "Uploading 235-238",
            "Failed 238-238",
        ];
        assert_eq!(lines, expected);
    }
}
