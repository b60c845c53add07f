//! `DescribeTrainingJob`: what is visible of a job at a moment.

use serde_json::{Map, Value, json};

use crate::draw;
use crate::job::Job;
use crate::lifecycle::billing::Bill;
use crate::lifecycle::status::Primary;
use crate::lifecycle::timeline::Transition;
use crate::moment::{Millis, wire};

/// All members of the output.
pub(crate) fn describe(job: &Job, now: Millis) -> Map<String, Value> {
    let timeline = &job.timeline;
    let mut view = job.echo.clone();
    let mut set = |name: &str, value: Value| {
        view.insert(name.to_owned(), value);
    };
    set("TrainingJobArn", json!(job.arn));
    set("TrainingJobStatus", json!(job.primary(now).as_str()));
    set("SecondaryStatus", json!(timeline.secondary(now).as_str()));
    set("ModelArtifacts", json!({ "S3ModelArtifacts": model_artifacts(job) }));
    set("CreationTime", wire(job.created));
    set("LastModifiedTime", wire(job.last_modified(now)));
    let transitions = timeline.visible(now).iter().map(|entry| transition(entry, now));
    set("SecondaryStatusTransitions", transitions.collect());
    // [R]
    set("ProfilingStatus", json!("Disabled"));
    let bill = Bill::at(timeline, &job.plan, now);
    if let Some(start) = timeline.training_start(now) {
        set("TrainingStartTime", wire(start));
        if bill.training > 0 {
            set("TrainingTimeInSeconds", json!(bill.training));
        }
    }
    if let Some(end) = timeline.ended(now) {
        // For jobs that never used an instance [?]; the list's summary has it for all [M].
        set("TrainingEndTime", wire(end.at));
        if bill.billable > 0 {
            set("BillableTimeInSeconds", json!(bill.billable));
        }
        if let Some(reason) = &end.failure_reason {
            set("FailureReason", json!(reason.chars().take(LONGEST_REASON).collect::<String>()));
        }
        if end.status == Primary::Completed {
            set("FinalMetricDataList", final_metrics(job, end.at));
        }
    }
    view
}

/// Characters of a `FailureReason` \[M\].
const LONGEST_REASON: usize = 1024;

fn transition(transition: &Transition, now: Millis) -> Value {
    let mut entry = Map::new();
    entry.insert("Status".into(), json!(transition.status.as_str()));
    entry.insert("StartTime".into(), wire(transition.start));
    // The last entry has no end while it lasts [R].
    if let Some(end) = transition.end.filter(|end| *end <= now) {
        entry.insert("EndTime".into(), wire(end));
    }
    entry.insert("StatusMessage".into(), json!(transition.message(now)));
    Value::Object(entry)
}

// [R]
fn model_artifacts(job: &Job) -> String {
    let output = job.echo.get("OutputDataConfig").and_then(|config| config.get("S3OutputPath"));
    let output = output.and_then(Value::as_str).unwrap_or_default().trim_end_matches('/');
    format!("{output}/{}/output/model.tar.gz", job.name)
}

/// One value per metric definition, decided by the job's and the metric's name.
fn final_metrics(job: &Job, at: Millis) -> Value {
    let definitions =
        job.echo.get("AlgorithmSpecification").and_then(|a| a.get("MetricDefinitions"));
    let names = definitions
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|definition| definition.get("Name")?.as_str());
    let metric = |name: &str| {
        let value = (draw::unit(0, &[&job.name, name]) * 1000.0).round() / 1000.0;
        json!({ "MetricName": name, "Value": value, "Timestamp": wire(at) })
    };
    names.map(metric).collect()
}
