//! From `DescribeTrainingJob`'s answer to the core's job.

use aws_sdk_sagemaker::operation::describe_training_job::DescribeTrainingJobOutput;
use aws_sdk_sagemaker::types::{MetricData, SecondaryStatusTransition, TrainingJobStatus};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::domain::observation::{Job, JobStatus, Metric, Owner, Transition};

/// The job that `SageMaker` describes.
pub(super) fn job(output: &DescribeTrainingJobOutput) -> Job {
    let secondary = output.secondary_status().map_or("", |status| status.as_str());
    Job {
        arn: output.training_job_arn().unwrap_or_default().to_owned(),
        status: output
            .training_job_status()
            .map_or_else(|| JobStatus::Unknown(String::new()), status),
        secondary: secondary.to_owned(),
        failure_reason: output.failure_reason().map(str::to_owned),
        transitions: output.secondary_status_transitions().iter().map(transition).collect(),
        created: output.creation_time().map(timestamp).unwrap_or_default(),
        ended: output.training_end_time().map(timestamp),
        training_seconds: output.training_time_in_seconds().map(i64::from),
        billable_seconds: output.billable_time_in_seconds().map(i64::from),
        model_artifacts: output
            .model_artifacts()
            .and_then(|artifacts| artifacts.s3_model_artifacts())
            .map(str::to_owned),
        final_metrics: output.final_metric_data_list().iter().map(metric).collect(),
        owner: Owner::NotAsked,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the SDK's enumeration is open")]
fn status(status: &TrainingJobStatus) -> JobStatus {
    match status {
        TrainingJobStatus::InProgress => JobStatus::InProgress,
        TrainingJobStatus::Completed => JobStatus::Completed,
        TrainingJobStatus::Failed => JobStatus::Failed,
        TrainingJobStatus::Stopping => JobStatus::Stopping,
        TrainingJobStatus::Stopped => JobStatus::Stopped,
        TrainingJobStatus::Deleting => JobStatus::Deleting,
        other => JobStatus::Unknown(other.as_str().to_owned()),
    }
}

fn transition(transition: &SecondaryStatusTransition) -> Transition {
    Transition {
        status: transition.status().map_or("", |status| status.as_str()).to_owned(),
        start: transition.start_time().map(timestamp).unwrap_or_default(),
        message: transition.status_message().map(str::to_owned),
    }
}

fn metric(metric: &MetricData) -> Metric {
    Metric {
        name: metric.metric_name().unwrap_or_default().to_owned(),
        value: metric.value().map(|value| value.to_string()).unwrap_or_default(),
        timestamp: metric.timestamp().map(timestamp),
    }
}

fn timestamp(at: &DateTime) -> Timestamp {
    let nanoseconds = i32::try_from(at.subsec_nanos()).unwrap_or(0);
    Timestamp::new(at.secs(), nanoseconds).unwrap_or_default()
}
