//! Projection: the core's memory as the API's status, and back.

use jiff::{Timestamp, Unit};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition as ApiCondition, Time};

use crate::api::v1alpha1::status::{
    AttemptStatus, CheckpointStatus, FinalMetric, ModelArtifacts, SpotTrainingJobStatus,
};
use crate::domain::condition::Condition;
use crate::domain::location::Location;
use crate::domain::memory::{AttemptRecord, JobMirror, Ledger, Memory, clip};
use crate::domain::narrative::savings;
use crate::domain::observation::Metric;
use crate::domain::outcome::{Verdict, verdict};
use crate::domain::pool::{Market, Pool};
use crate::domain::vocabulary::{ConditionType, Reason, State};

use super::links;

/// Longest message of an attempt, in characters: there may be many.
const ATTEMPT_MESSAGE_LIMIT: usize = 512;

/// The status that shows `memory`.
///
/// # Errors
/// When the ledger cannot be written as JSON.
pub fn status(memory: &Memory) -> Result<SpotTrainingJobStatus, serde_json::Error> {
    let location = memory.location.as_ref();
    let job = &memory.job;
    let linked = location.zip(job.name.as_deref().filter(|_| job.arn.is_some()));
    let ran = memory.training_seconds > 0;
    Ok(SpotTrainingJobStatus {
        conditions: memory.conditions.iter().map(condition).collect(),
        observed_generation: Some(memory.observed_generation),
        state: memory.state.map(|state| state.as_str().to_owned()),
        training_job_name: job.name.clone(),
        training_job_arn: job.arn.clone(),
        training_job_status: job.status.clone(),
        secondary_status: job.secondary.clone(),
        status_message: job.message.as_deref().map(clip),
        region: location.map(|location| location.region.clone()),
        account_id: location.map(|location| location.account.clone()),
        capacity_type: memory.pool.as_ref().map(|pool| pool.market.as_str().to_owned()),
        instance_type: memory.pool.as_ref().map(|pool| pool.instance_type.clone()),
        instance_count: memory.instance_count,
        attempt: (memory.attempt > 0).then(|| counted(memory.attempt)),
        attempts: memory.attempts.iter().map(attempt).collect(),
        interruptions: Some(counted(memory.interruptions)),
        checkpoint: memory.checkpoint_uri.clone().map(|s3_uri| CheckpointStatus { s3_uri }),
        training_seconds: ran.then_some(memory.training_seconds),
        billable_seconds: ran.then_some(memory.billable_seconds),
        savings: savings(memory.training_seconds, memory.billable_seconds),
        model_artifacts: memory
            .model_artifacts
            .clone()
            .map(|s3_model_artifacts| ModelArtifacts { s3_model_artifacts }),
        final_metrics: memory.final_metrics.iter().map(metric).collect(),
        start_time: memory.start_time.map(time),
        completion_time: memory.completion_time.map(time),
        suspended_since: memory.suspended_since.map(time),
        suspended_seconds: (memory.suspended_seconds > 0).then_some(memory.suspended_seconds),
        next_attempt_time: memory.next_attempt_time.map(time),
        failure_reason: memory.failure_reason.as_deref().map(clip),
        console_url: linked.map(|(location, job_name)| links::console(&location.region, job_name)),
        logs_url: linked.map(|(location, job_name)| links::logs(&location.region, job_name)),
        memory: Some(serde_json::to_string(&memory.ledger)?),
    })
}

/// The memory that `status` shows.
///
/// # Errors
/// Why it cannot be read: then nothing is known of what runs.
pub fn memory(status: &SpotTrainingJobStatus) -> Result<Memory, String> {
    let ledger: Ledger = match &status.memory {
        Some(text) => serde_json::from_str(text).map_err(|error| format!("memory: {error}"))?,
        None if *status == SpotTrainingJobStatus::default() => Ledger::default(),
        // Every status of ours has it. A CRD without the field prunes it even on reading, and for
        // a moment longer through a watch that was opened before that CRD was replaced.
        None => return Err("memory is missing: the CRD may be older than this operator".to_owned()),
    };
    let location = status.region.clone().zip(status.account_id.clone());
    Ok(Memory {
        observed_generation: status.observed_generation.unwrap_or(0),
        conditions: status.conditions.iter().filter_map(read_condition).collect(),
        state: status.state.as_deref().and_then(State::parse),
        location: location.map(|(region, account)| Location { region, account }),
        checkpoint_uri: status.checkpoint.as_ref().map(|checkpoint| checkpoint.s3_uri.clone()),
        attempt: read_count(status.attempt),
        pool: pool(status.instance_type.as_deref(), status.capacity_type.as_deref()),
        instance_count: status.instance_count,
        job: JobMirror {
            name: status.training_job_name.clone(),
            arn: status.training_job_arn.clone(),
            status: status.training_job_status.clone(),
            secondary: status.secondary_status.clone(),
            message: status.status_message.clone(),
        },
        attempts: status.attempts.iter().filter_map(read_attempt).collect(),
        interruptions: read_count(status.interruptions),
        training_seconds: status.training_seconds.unwrap_or(0),
        billable_seconds: status.billable_seconds.unwrap_or(0),
        model_artifacts: status.model_artifacts.as_ref().map(|m| m.s3_model_artifacts.clone()),
        final_metrics: status.final_metrics.iter().map(read_metric).collect(),
        start_time: status.start_time.as_ref().map(|time| time.0),
        completion_time: status.completion_time.as_ref().map(|time| time.0),
        suspended_since: status.suspended_since.as_ref().map(|time| time.0),
        suspended_seconds: status.suspended_seconds.unwrap_or(0),
        next_attempt_time: status.next_attempt_time.as_ref().map(|time| time.0),
        failure_reason: status.failure_reason.clone(),
        ledger,
    })
}

/// Kubernetes' times have whole seconds.
fn time(at: Timestamp) -> Time {
    Time(at.round(Unit::Second).unwrap_or(at))
}

fn counted(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn read_count(count: Option<i32>) -> u32 {
    count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0)
}

fn condition(condition: &Condition) -> ApiCondition {
    ApiCondition {
        type_: condition.kind.as_str().to_owned(),
        status: if condition.status { "True" } else { "False" }.to_owned(),
        reason: condition.reason.as_str().to_owned(),
        message: condition.message.clone(),
        last_transition_time: time(condition.since),
        observed_generation: Some(condition.generation),
    }
}

/// A condition of a type that this version does not know belongs to somebody else.
fn read_condition(condition: &ApiCondition) -> Option<Condition> {
    Some(Condition {
        kind: ConditionType::parse(&condition.type_)?,
        status: condition.status == "True",
        reason: Reason::parse(&condition.reason).unwrap_or(Reason::Unknown),
        message: condition.message.clone(),
        since: condition.last_transition_time.0,
        generation: condition.observed_generation.unwrap_or(0),
    })
}

fn attempt(record: &AttemptRecord) -> AttemptStatus {
    AttemptStatus {
        attempt: counted(record.number),
        training_job_name: record.job_name.clone(),
        capacity_type: record.pool.market.as_str().to_owned(),
        instance_type: record.pool.instance_type.clone(),
        start_time: time(record.start),
        completion_time: record.completion.map(time),
        outcome: record.reason.map(|class| outcome_word(class).to_owned()),
        reason: record.reason.map(|class| class.as_str().to_owned()),
        message: record
            .message
            .as_ref()
            .map(|text| text.chars().take(ATTEMPT_MESSAGE_LIMIT).collect()),
        training_seconds: record.training_seconds,
        billable_seconds: record.billable_seconds,
        interruptions: (record.interruptions > 0).then(|| counted(record.interruptions)),
    }
}

fn outcome_word(class: Reason) -> &'static str {
    match verdict(class) {
        Verdict::Succeed => "Succeeded",
        Verdict::Fail => "Failed",
        Verdict::Proceed => "Stopped",
    }
}

fn read_attempt(attempt: &AttemptStatus) -> Option<AttemptRecord> {
    Some(AttemptRecord {
        number: read_count(Some(attempt.attempt)),
        job_name: attempt.training_job_name.clone(),
        pool: pool(Some(&attempt.instance_type), Some(&attempt.capacity_type))?,
        start: attempt.start_time.0,
        completion: attempt.completion_time.as_ref().map(|time| time.0),
        reason: attempt.reason.as_deref().map(|r| Reason::parse(r).unwrap_or(Reason::Unknown)),
        message: attempt.message.clone(),
        training_seconds: attempt.training_seconds,
        billable_seconds: attempt.billable_seconds,
        interruptions: read_count(attempt.interruptions),
    })
}

fn pool(instance_type: Option<&str>, market: Option<&str>) -> Option<Pool> {
    let market = match market? {
        "OnDemand" => Market::OnDemand,
        _ => Market::Spot,
    };
    Some(Pool { instance_type: instance_type?.to_owned(), market })
}

fn metric(metric: &Metric) -> FinalMetric {
    FinalMetric {
        metric_name: metric.name.clone(),
        value: metric.value.clone(),
        timestamp: metric.timestamp.map(time),
    }
}

fn read_metric(metric: &FinalMetric) -> Metric {
    Metric {
        name: metric.metric_name.clone(),
        value: metric.value.clone(),
        timestamp: metric.timestamp.as_ref().map(|time| time.0),
    }
}
