//! From `DescribeTrainingJob`'s answer to the core's job: words are parsed once, texts are cleaned
//! and cut to the bounds of the status, and what is absent stays absent.

use aws_sdk_sagemaker::operation::describe_training_job::DescribeTrainingJobOutput;
use aws_sdk_sagemaker::types::{MetricData, SecondaryStatusTransition};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::domain::job::secondary_status::SecondaryStatus;
use crate::domain::job::text::clean;
use crate::domain::job::{Job, JobStatus, Metric, Owner, Transition};

// The bounds of the CRD's status, kept in bytes: those there count characters.
const ARN: usize = 256;
const STATUS: usize = 64;
const MESSAGE: usize = 1024;
const ARTIFACTS: usize = 1024;
const METRIC_NAME: usize = 255;
const METRIC_VALUE: usize = 64;
const METRICS: usize = 40;

/// The job that `SageMaker` describes.
pub(super) fn job(output: &DescribeTrainingJobOutput) -> Job {
    let status = output.training_job_status().map_or("", |status| status.as_str());
    let artifacts = output.model_artifacts().and_then(|model| model.s3_model_artifacts());
    let metrics = output.final_metric_data_list().iter().filter_map(metric);
    Job {
        arn: arn(output.training_job_arn()),
        status: JobStatus::parse(&clean(status, STATUS)),
        secondary: output.secondary_status().map(|status| secondary(status.as_str())),
        failure_reason: text(output.failure_reason(), MESSAGE),
        transitions: output.secondary_status_transitions().iter().map(transition).collect(),
        created: output.creation_time().and_then(timestamp),
        modified: output.last_modified_time().and_then(timestamp),
        ended: output.training_end_time().and_then(timestamp),
        training_seconds: output.training_time_in_seconds().and_then(seconds),
        billable_seconds: output.billable_time_in_seconds().and_then(seconds),
        model_artifacts: text(artifacts, ARTIFACTS),
        final_metrics: metrics.take(METRICS).collect(),
        owner: Owner::NotAsked,
    }
}

/// The ARN that an answer names; empty if it names none.
pub(super) fn arn(arn: Option<&str>) -> String {
    clean(arn.unwrap_or_default(), ARN)
}

/// A text that says something.
fn text(text: Option<&str>, limit: usize) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).map(|text| clean(text, limit))
}

fn secondary(word: &str) -> SecondaryStatus {
    SecondaryStatus::parse(&clean(word, STATUS))
}

fn transition(transition: &SecondaryStatusTransition) -> Transition {
    Transition {
        status: secondary(transition.status().map_or("", |status| status.as_str())),
        start: transition.start_time().and_then(timestamp),
        message: text(transition.status_message(), MESSAGE),
    }
}

/// A metric; `None` if it has no name or no value.
fn metric(metric: &MetricData) -> Option<Metric> {
    Some(Metric {
        name: text(metric.metric_name(), METRIC_NAME)?,
        value: clean(&metric.value()?.to_string(), METRIC_VALUE),
        timestamp: metric.timestamp().and_then(timestamp),
    })
}

fn seconds(number: i32) -> Option<i64> {
    (number >= 0).then(|| i64::from(number))
}

/// A moment; a server that knows none may send the beginning of time.
fn timestamp(at: &DateTime) -> Option<Timestamp> {
    let nanoseconds = i32::try_from(at.subsec_nanos()).ok()?;
    (at.secs() > 0).then(|| Timestamp::new(at.secs(), nanoseconds).ok()).flatten()
}

#[cfg(test)]
#[path = "observe_test.rs"]
mod tests;
