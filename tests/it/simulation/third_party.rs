//! Third parties: people and programs that use `SageMaker` and the apiserver beside the operator.

use serde_json::{Value, json};
use spot_training_operator::domain::job::name::job_name;
use spot_training_operator::port::Clock;

use crate::support::apiserver::ApiServer;
use crate::support::apiserver::kinds::Key;
use crate::support::sagemaker::Aws;

/// Creates a job with the name of an object's first job.
pub(super) fn take_name(aws: &Aws, object: &Value) {
    let text = |field: &str| object["metadata"][field].as_str().unwrap();
    let template = &object["spec"]["template"];
    let body = json!({
        "TrainingJobName": job_name(text("namespace"), text("name"), text("uid"), 1),
        "RoleArn": template["roleArn"],
        "AlgorithmSpecification": { "TrainingImage": "image", "TrainingInputMode": "File" },
        "OutputDataConfig": { "S3OutputPath": "s3://bucket/third-party" },
        "ResourceConfig": {
            "InstanceType": "ml.c5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1,
        },
        "StoppingCondition": { "MaxRuntimeInSeconds": 3600 },
    });
    call(aws, object, "CreateTrainingJob", &body).unwrap();
}

/// Stops the job that an object's status names, if it runs.
pub(super) fn stop(aws: &Aws, object: &Value) {
    if let Some(name) = object["status"]["trainingJobName"].as_str() {
        // Refused when it is over.
        call(aws, object, "StopTrainingJob", &json!({ "TrainingJobName": name })).ok();
    }
}

fn call(aws: &Aws, object: &Value, operation: &str, body: &Value) -> Result<Value, String> {
    let region = object["spec"]["region"].as_str().unwrap();
    let answer = aws.simulator.execute(&aws.caller(region), operation, body, aws.clock.now());
    answer.map_err(|error| error.to_string())
}

/// Sets public fields of a status to something else, if there is one: what somebody writes before
/// the operator is refused as unreadable.
pub(super) fn edit_status(server: &ApiServer, key: &Key) {
    let object = server.get(key);
    if object.is_none_or(|object| object["status"]["internalState"].is_null()) {
        return;
    }
    let status = json!({
        "state": "Completed", "attempt": 7, "interruptions": 99, "trainingSeconds": 1,
        "trainingJobName": "somebody-elses-job", "completionTime": "2026-01-01T00:00:00Z",
    });
    write(server, key, &status);
}

/// Sets the condition Ready to something else, and adds a condition.
pub(super) fn edit_conditions(server: &ApiServer, key: &Key) {
    let Some(object) = server.get(key) else { return };
    let Some(mut conditions) = object["status"]["conditions"].as_array().cloned() else { return };
    let foreign = |kind: &str| {
        json!({
            "type": kind, "status": "True", "reason": "Audited", "message": "by a third party",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        })
    };
    conditions.retain(|condition| condition["type"] != "Ready" && condition["type"] != "Audited");
    conditions.extend([foreign("Ready"), foreign("Audited")]);
    write(server, key, &json!({ "conditions": conditions }));
}

/// Sets a status back to what it was.
pub(super) fn restore_status(server: &ApiServer, key: &Key, saved: &Value) {
    let Some(object) = server.get(key) else { return };
    // A merge removes what it says is null.
    let mut status = saved.clone();
    for name in object["status"].as_object().into_iter().flat_map(|status| status.keys()) {
        if status.get(name).is_none() {
            status[name] = Value::Null;
        }
    }
    write(server, key, &status);
}

fn write(server: &ApiServer, key: &Key, status: &Value) {
    // Not found: the object is gone already.
    server.merge_status(key, json!({ "status": status })).ok();
}
