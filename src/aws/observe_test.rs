//! What a description of a training job becomes.

use aws_sdk_sagemaker::operation::describe_training_job::builders::DescribeTrainingJobOutputBuilder;
use aws_sdk_sagemaker::types as sdk;

use super::*;

fn described() -> DescribeTrainingJobOutputBuilder {
    DescribeTrainingJobOutput::builder()
        .training_job_arn("arn:aws:sagemaker:eu-west-1:123456789012:training-job/x")
        .training_job_status(sdk::TrainingJobStatus::InProgress)
        .secondary_status(sdk::SecondaryStatus::Starting)
}

#[test]
fn what_is_absent_stays_absent() {
    let job = job(&described().build());
    assert_eq!(
        job,
        Job {
            arn: "arn:aws:sagemaker:eu-west-1:123456789012:training-job/x".to_owned(),
            status: JobStatus::InProgress,
            secondary: Some(SecondaryStatus::Starting),
            ..Job::default()
        }
    );
    let nothing = super::job(&DescribeTrainingJobOutput::builder().build());
    assert_eq!(nothing, Job { status: JobStatus::Other(String::new()), ..Job::default() });
}

#[test]
fn times_and_numbers_are_taken_as_they_are() {
    let described = described()
        .creation_time(DateTime::from_secs_f64(1_795_387_937.5))
        .last_modified_time(DateTime::from_secs(1_795_387_938))
        .training_end_time(DateTime::from_secs(0))
        .training_time_in_seconds(1800)
        .billable_time_in_seconds(0)
        .build();
    let job = job(&described);
    assert_eq!(job.created, Some(Timestamp::new(1_795_387_937, 500_000_000).unwrap()));
    assert_eq!(job.modified, Some(Timestamp::from_second(1_795_387_938).unwrap()));
    assert_eq!(job.ended, None, "a server without a time sends the beginning of time");
    assert_eq!((job.training_seconds, job.billable_seconds), (Some(1800), Some(0)));
    for at in [DateTime::from_secs(i64::MAX), DateTime::from_secs(-1)] {
        assert_eq!(timestamp(&at), None);
    }
    assert_eq!(seconds(-1), None);
}

#[test]
fn blank_texts_are_none() {
    for blank in ["", " ", "\n\t "] {
        let artifacts = sdk::ModelArtifacts::builder().s3_model_artifacts(blank).build();
        let described = described().failure_reason(blank).model_artifacts(artifacts).build();
        let job = job(&described);
        assert_eq!((job.failure_reason, job.model_artifacts), (None, None));
    }
}

#[test]
fn a_word_that_is_not_known_is_kept() {
    let described = described()
        .training_job_status(sdk::TrainingJobStatus::from("Paused"))
        .secondary_status(sdk::SecondaryStatus::from("Warming\u{85}Up"))
        .build();
    let job = job(&described);
    assert_eq!(job.status, JobStatus::Other("Paused".to_owned()));
    assert_eq!(job.secondary, Some(SecondaryStatus::Other("Warming\u{FFFD}Up".to_owned())));
}

/// SageMaker's words and the core's are the same: a new one of the SDK is seen here.
#[test]
fn every_word_of_the_sdk_is_known() {
    for word in sdk::SecondaryStatus::values() {
        assert!(!matches!(secondary(word), SecondaryStatus::Other(_)), "{word}");
    }
    for word in sdk::TrainingJobStatus::values() {
        assert!(!matches!(JobStatus::parse(word), JobStatus::Other(_)), "{word}");
    }
}

#[test]
fn every_text_fits_the_status() {
    let odd = "Can\u{80}t\u{85}\u{2028}\u{202e}\u{feff}\u{fffe}\u{7f}🚀 ";
    let long = odd.repeat(400);
    let transition = SecondaryStatusTransition::builder()
        .status(sdk::SecondaryStatus::from(long.as_str()))
        .start_time(DateTime::from_secs(1))
        .status_message(&long)
        .build();
    let metric = MetricData::builder().metric_name(&long).value(f32::MIN_POSITIVE).build();
    let described = described()
        .training_job_arn(&long)
        .training_job_status(sdk::TrainingJobStatus::from(long.as_str()))
        .failure_reason(&long)
        .model_artifacts(sdk::ModelArtifacts::builder().s3_model_artifacts(&long).build())
        .secondary_status_transitions(transition)
        .set_final_metric_data_list(Some(vec![metric; 50]))
        .build();
    let job = job(&described);
    assert_eq!(job.final_metrics.len(), METRICS);
    let transition = &job.transitions[0];
    let metric = &job.final_metrics[0];
    let rows = [
        (job.arn.as_str(), ARN),
        (job.status.as_str(), STATUS),
        (job.failure_reason.as_deref().unwrap(), MESSAGE),
        (job.model_artifacts.as_deref().unwrap(), ARTIFACTS),
        (transition.status.as_str(), STATUS),
        (transition.message.as_deref().unwrap(), MESSAGE),
        (metric.name.as_str(), METRIC_NAME),
    ];
    for (text, limit) in rows {
        // Cut between characters: a few bytes less.
        assert!((limit - 8..=limit).contains(&text.len()), "{} of {limit} bytes", text.len());
        assert!(text.chars().all(crate::domain::job::text::is_clean), "{text}");
    }
}

#[test]
fn every_number_of_a_metric_fits() {
    for value in [f32::NAN, f32::INFINITY, f32::MAX, f32::MIN, f32::from_bits(1), -1.175_494_2e-38]
    {
        let data = MetricData::builder().metric_name("m").value(value).build();
        let shown = metric(&data).unwrap().value;
        assert!(!shown.contains('…') && shown.len() <= METRIC_VALUE, "{shown}");
    }
    assert_eq!(metric(&MetricData::builder().metric_name("m").build()), None);
    assert_eq!(metric(&MetricData::builder().value(1.0).build()), None);
}
