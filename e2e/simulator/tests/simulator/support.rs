//! A simulator in virtual time, requests, and what to read from replies.

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sagemaker_simulator::{ApiError, Caller, Options, Simulator, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A simulator with one caller and a clock that tests set.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) caller: Caller,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        Self { simulator: Simulator::new(options), caller: caller("eu-west-1") }
    }

    /// A call so many seconds after the start.
    pub(crate) fn call(
        &self,
        operation: &str,
        body: &Value,
        second: f64,
    ) -> Result<Value, ApiError> {
        self.simulator.handle(&self.caller, operation, body, at(second)).reply
    }

    /// Creates a job at second 0.
    pub(crate) fn create(&self, request: &Value) {
        self.call("CreateTrainingJob", request, 0.0).unwrap();
    }

    pub(crate) fn describe(&self, name: &str, second: f64) -> Value {
        self.call("DescribeTrainingJob", &json!({ "TrainingJobName": name }), second).unwrap()
    }

    pub(crate) fn stop(&self, name: &str, second: f64) -> Result<Value, ApiError> {
        self.call("StopTrainingJob", &json!({ "TrainingJobName": name }), second)
    }

    /// `Primary/Secondary` at a second.
    pub(crate) fn status(&self, name: &str, second: f64) -> String {
        let view = self.describe(name, second);
        let text = |member: &str| view[member].as_str().unwrap().to_owned();
        format!("{}/{}", text("TrainingJobStatus"), text("SecondaryStatus"))
    }
}

/// A served simulator; the runtime of the test ends it.
pub(crate) async fn serve_new() -> (SocketAddr, Arc<Simulator>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let simulator = Arc::new(Simulator::new(Options::default()));
    tokio::spawn(serve(listener, Arc::clone(&simulator), std::future::pending()));
    (address, simulator)
}

pub(crate) fn caller(region: &str) -> Caller {
    Caller { account: "210987654321".into(), region: region.into() }
}

/// Seconds after the start of virtual time, 2026-01-01.
pub(crate) fn at(second: f64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_secs_f64(second)
}

/// The start of virtual time as the wire has it.
pub(crate) const START: f64 = 1_767_225_600.0;

/// Phases of 10 s starting, 4 s downloading, 100 s training, 3 s uploading, 6 s stopping, 20 s gap;
/// a member of the argument replaces one of them.
pub(crate) fn workload(changes: &Value) -> Value {
    let mut workload = json!({
        "starting": 10, "downloading": 4, "training": 100, "uploading": 3, "gap": 20,
        "stopping": 6, "spotRatio": 0.3,
    });
    merge(&mut workload, changes);
    workload
}

/// A spot request with checkpoints and that workload.
pub(crate) fn spot(name: &str, workload: &Value) -> Value {
    json!({
        "TrainingJobName": name,
        "AlgorithmSpecification": {
            "TrainingImage": "123.dkr.ecr.eu-west-1.amazonaws.com/train:1",
            "TrainingInputMode": "File",
        },
        "RoleArn": "arn:aws:iam::210987654321:role/training",
        "HyperParameters": { "simulator": workload.to_string() },
        "OutputDataConfig": { "S3OutputPath": "s3://models/out/" },
        "ResourceConfig": { "InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50 },
        "StoppingCondition": { "MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200 },
        "EnableManagedSpotTraining": true,
        "CheckpointConfig": { "S3Uri": format!("s3://checkpoints/{name}/") },
    })
}

/// The same on demand.
pub(crate) fn on_demand(name: &str, workload: &Value) -> Value {
    changed(
        spot(name, workload),
        &json!({
            "EnableManagedSpotTraining": false,
            "StoppingCondition": { "MaxWaitTimeInSeconds": null },
        }),
    )
}

/// The request with members replaced or, by null, removed.
pub(crate) fn changed(mut request: Value, changes: &Value) -> Value {
    merge(&mut request, changes);
    request
}

/// JSON merge patch.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// The history as `Status start-end`, in seconds since the start.
pub(crate) fn history(view: &Value) -> Vec<String> {
    // Rounded: differences of fractional seconds are not exact in floats.
    let second = |entry: &Value, member: &str| {
        entry[member].as_f64().map(|time| ((time - START) * 1000.0).round() / 1000.0)
    };
    let transitions = view["SecondaryStatusTransitions"].as_array().unwrap();
    let line = |entry: &Value| {
        let end = second(entry, "EndTime").map_or(String::new(), |end| end.to_string());
        let start = second(entry, "StartTime").unwrap();
        format!("{} {start}-{end}", entry["Status"].as_str().unwrap())
    };
    transitions.iter().map(line).collect()
}
