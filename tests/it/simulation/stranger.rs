//! Strangers: people who use `SageMaker` beside the operator.

use serde_json::{Value, json};
use spot_training_operator::domain::attempt::job_name;
use spot_training_operator::port::Clock;

use super::stage::REGION;
use crate::support::simulated_sagemaker::Aws;

/// Creates a job with the name of an object's first job.
pub(super) fn squat(aws: &Aws, object: &Value) {
    let text = |field: &str| object["metadata"][field].as_str().unwrap();
    let template = &object["spec"]["template"];
    let body = json!({
        "TrainingJobName": job_name(text("namespace"), text("name"), text("uid"), 1),
        "RoleArn": template["roleArn"],
        "AlgorithmSpecification": { "TrainingImage": "image", "TrainingInputMode": "File" },
        "OutputDataConfig": { "S3OutputPath": "s3://bucket/stranger" },
        "ResourceConfig": {
            "InstanceType": "ml.c5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1,
        },
        "StoppingCondition": { "MaxRuntimeInSeconds": 3600 },
    });
    call(aws, "CreateTrainingJob", &body).unwrap();
}

/// Stops the job that an object's status names, if it runs.
pub(super) fn stop(aws: &Aws, object: &Value) {
    if let Some(name) = object["status"]["trainingJobName"].as_str() {
        // Refused when it is over.
        call(aws, "StopTrainingJob", &json!({ "TrainingJobName": name })).ok();
    }
}

fn call(aws: &Aws, operation: &str, body: &Value) -> Result<Value, String> {
    let answer = aws.simulator.execute(&aws.caller(REGION), operation, body, aws.clock.now());
    answer.map_err(|error| error.to_string())
}
