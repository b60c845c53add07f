//! `SageMaker`'s wire JSON from and to the port's types.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use spot_training_operator::domain::job::secondary_status::SecondaryStatus;
use spot_training_operator::domain::job::text::clean;
use spot_training_operator::domain::job::{Job, JobStatus, Owner, Transition};
use spot_training_operator::port::CreateRequest;

/// Members whose keys are the user's own.
const MAPS: [&str; 2] = ["HyperParameters", "Environment"];

/// The body of `CreateTrainingJob`: the template with every member's first letter in upper case,
/// and what the operator derives.
pub(crate) fn create_body(request: &CreateRequest<'_>) -> Value {
    let mut body = capitalized(serde_json::to_value(request.template).unwrap());
    let stopping = [
        ("MaxRuntimeInSeconds", Some(request.stopping.max_runtime)),
        ("MaxWaitTimeInSeconds", request.stopping.max_wait),
        ("MaxPendingTimeInSeconds", request.stopping.max_pending),
    ];
    body["StoppingCondition"] = stopping
        .into_iter()
        .filter_map(|(name, seconds)| Some((name.to_owned(), json!(seconds?))))
        .collect::<Map<_, _>>()
        .into();
    match request.checkpoint_uri {
        Some(uri) => body["CheckpointConfig"]["S3Uri"] = json!(uri),
        None => drop(body.as_object_mut().unwrap().remove("CheckpointConfig")),
    }
    let tags = request.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
    body["Tags"] = tags.collect();
    body["TrainingJobName"] = json!(request.job_name);
    body["EnableManagedSpotTraining"] = json!(request.spot);
    body["ResourceConfig"]["InstanceType"] = json!(request.instance_type);
    body
}

fn capitalized(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| {
                let name = name[..1].to_ascii_uppercase() + &name[1..];
                let own_keys = MAPS.contains(&name.as_str());
                (name, if own_keys { member } else { capitalized(member) })
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(capitalized).collect(),
        other => other,
    }
}

/// What the controller reads of `DescribeTrainingJob`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    training_job_arn: String,
    training_job_status: String,
    secondary_status: Option<String>,
    failure_reason: Option<String>,
    #[serde(default)]
    secondary_status_transitions: Vec<DescribedTransition>,
    creation_time: Option<f64>,
    last_modified_time: Option<f64>,
    training_end_time: Option<f64>,
    training_time_in_seconds: Option<i64>,
    billable_time_in_seconds: Option<i64>,
    model_artifacts: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedTransition {
    status: String,
    start_time: Option<f64>,
    status_message: Option<String>,
}

/// A description as the port's job.
pub(crate) fn job(description: Value) -> Job {
    let described: Described = serde_json::from_value(description).unwrap();
    let artifacts = described.model_artifacts.as_ref();
    let artifacts = artifacts.and_then(|artifacts| artifacts["S3ModelArtifacts"].as_str());
    Job {
        arn: described.training_job_arn,
        status: JobStatus::parse(&text(&described.training_job_status)),
        secondary: described.secondary_status.map(|word| SecondaryStatus::parse(&text(&word))),
        failure_reason: described
            .failure_reason
            .map(|reason| text(&reason))
            .filter(|reason| !reason.trim().is_empty()),
        transitions: described.secondary_status_transitions.into_iter().map(transition).collect(),
        created: described.creation_time.map(moment),
        modified: described.last_modified_time.map(moment),
        ended: described.training_end_time.map(moment),
        training_seconds: described.training_time_in_seconds,
        billable_seconds: described.billable_time_in_seconds,
        model_artifacts: artifacts.map(text),
        final_metrics: Vec::new(),
        owner: Owner::NotAsked,
    }
}

/// A text as the port's contract has it.
pub(crate) fn text(text: &str) -> String {
    clean(text, 1024)
}

fn transition(described: DescribedTransition) -> Transition {
    Transition {
        status: SecondaryStatus::parse(&text(&described.status)),
        start: described.start_time.map(moment),
        message: described.status_message.map(|message| text(&message)),
    }
}

/// Fractional seconds since the epoch, of milliseconds.
pub(crate) fn moment(seconds: f64) -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "far below 2^53 ms")]
    let milliseconds = (seconds * 1000.0).round() as i64;
    Timestamp::from_millisecond(milliseconds).unwrap()
}
