//! From the run to the status that shows it.

use jiff::{Timestamp, Unit};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition as ApiCondition, Time};

use crate::api::v1alpha1::status::{
    AttemptStatus, BlockerStatus, CheckpointStatus, FinalMetric, ModelArtifacts,
    SpotTrainingJobStatus,
};
use crate::domain::job::Metric;
use crate::domain::job::call_error::Call;
use crate::domain::job::text::clip;
use crate::domain::run::Run;
use crate::domain::run::blocked::Blocked;
use crate::domain::run::history::AttemptRecord;
use crate::domain::run::job_snapshot::JobSnapshot;
use crate::domain::spec::pool::Pool;
use crate::domain::view::conditions::Condition;
use crate::domain::view::savings;
use crate::domain::view::{View, links};
use crate::domain::vocabulary::Vocabulary;

/// Longest text of AWS's that is shown, in characters.
const TEXT_LIMIT: usize = 1024;

/// Longest message of an attempt, in characters: there may be many.
const ATTEMPT_MESSAGE_LIMIT: usize = 512;

/// Longest message of a condition, in characters.
const CONDITION_MESSAGE_LIMIT: usize = 2048;

/// The status that shows `run`.
///
/// # Errors
/// Never in practice: a run is plain data.
pub fn status(
    run: &Run,
    view: &View,
    generation: i64,
) -> Result<SpotTrainingJobStatus, serde_json::Error> {
    let location = run.location.as_ref();
    let current = Current::of(run, view.first_pool.as_ref());
    let job = current.job;
    let name = view.job_name.as_deref();
    let known = job.is_some_and(|job| job.arn.is_some());
    let linked = location.zip(name.filter(|_| known));
    let totals = &run.history.totals;
    let attempt = run.attempt();
    Ok(SpotTrainingJobStatus {
        conditions: view.conditions.iter().map(condition).collect(),
        observed_generation: Some(generation),
        state: Some(view.state.as_str().to_owned()),
        training_job_name: name.map(str::to_owned),
        training_job_arn: job.and_then(|job| job.arn.clone()),
        training_job_status: job.and_then(|job| shown(&job.status)),
        secondary_status: job.and_then(|job| job.secondary.as_deref().and_then(shown)),
        status_message: job.and_then(|job| job.message.as_deref().map(text)),
        region: location.map(|location| location.region.clone()),
        account_id: location.map(|location| location.account.clone()),
        capacity_type: current.market.map(str::to_owned),
        instance_type: current.instance_type.map(str::to_owned),
        instance_count: current.instance_count,
        attempt: (attempt > 0).then(|| counted(attempt)),
        attempts: attempts(run, name.unwrap_or_default()),
        restarts: Some(counted(run.retries.restarts)),
        restarts_count_towards_limit: Some(counted(run.retries.counted)),
        interruptions: Some(counted(run.interruptions())),
        checkpoint: run.checkpoint_uri.clone().map(|s3_uri| CheckpointStatus { s3_uri }),
        training_seconds: totals.training_seconds,
        billable_seconds: totals.billable_seconds,
        savings: savings::shown(run),
        model_artifacts: run
            .results
            .model_artifacts
            .clone()
            .map(|s3_model_artifacts| ModelArtifacts { s3_model_artifacts }),
        final_metrics: run.results.final_metrics.iter().map(metric).collect(),
        start_time: run.clocks.start.map(whole_seconds),
        completion_time: run.clocks.completion.map(whole_seconds),
        suspended_since: run.clocks.suspended_since.map(whole_seconds),
        suspended_seconds: Some(run.clocks.suspended_seconds).filter(|seconds| *seconds > 0),
        next_attempt_time: view.next_attempt_time.map(whole_seconds),
        failure_reason: run.failure_reason.as_deref().map(text),
        blockers: blockers(run),
        console_url: linked.and_then(|(at, name)| links::console(&at.region, name)),
        logs_url: linked.and_then(|(at, name)| links::logs(&at.region, name)),
        internal_state: Some(run.to_internal_state()?),
    })
}

/// The least that must be kept, where the apiserver refuses the rest for this reason.
#[must_use]
pub fn smallest(status: &SpotTrainingJobStatus, why: &str) -> SpotTrainingJobStatus {
    let message =
        format!("the apiserver refuses this object's full status: {}", clip(why, TEXT_LIMIT));
    let conditions = status.conditions.iter().map(|condition| {
        let mut condition = condition.clone();
        let shown = condition.type_ == "Ready";
        condition.message = if shown { message.clone() } else { String::new() };
        condition
    });
    SpotTrainingJobStatus {
        conditions: conditions.collect(),
        observed_generation: status.observed_generation,
        state: status.state.clone(),
        attempt: status.attempt,
        internal_state: status.internal_state.clone(),
        ..SpotTrainingJobStatus::default()
    }
}

/// The attempt that is shown: the live one, else the newest, else what is planned.
struct Current<'a> {
    market: Option<&'a str>,
    instance_type: Option<&'a str>,
    instance_count: Option<i32>,
    job: Option<&'a JobSnapshot>,
}

impl<'a> Current<'a> {
    fn of(run: &'a Run, planned: Option<&'a Pool>) -> Self {
        match (run.live(), run.last()) {
            (Some(live), _) => Self {
                market: Some(live.market.as_str()),
                instance_type: Some(&live.instance_type),
                instance_count: Some(live.instance_count),
                job: live.job.as_ref(),
            },
            (None, Some(last)) => Self {
                market: Some(last.market.as_str()),
                instance_type: Some(&last.instance_type),
                instance_count: Some(last.instance_count),
                job: last.job.as_ref(),
            },
            (None, None) => Self {
                market: planned.map(|pool| pool.market.as_str()),
                instance_type: planned.map(|pool| pool.instance_type.as_str()),
                instance_count: None,
                job: None,
            },
        }
    }
}

fn shown(word: &str) -> Option<String> {
    Some(clip(word, 64)).filter(|word| !word.is_empty())
}

fn text(text: &str) -> String {
    clip(text, TEXT_LIMIT)
}

/// The message of a condition, no longer than there is room for.
#[must_use]
pub fn condition_message(message: &str) -> String {
    clip(message, CONDITION_MESSAGE_LIMIT)
}

/// Kubernetes' times have whole seconds.
#[must_use]
pub fn whole_seconds(at: Timestamp) -> Time {
    Time(at.round(Unit::Second).unwrap_or(at))
}

fn counted(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn condition(condition: &Condition) -> ApiCondition {
    ApiCondition {
        type_: condition.kind.as_str().to_owned(),
        status: if condition.status { "True" } else { "False" }.to_owned(),
        reason: condition.reason.clone(),
        message: condition_message(&condition.message),
        last_transition_time: whole_seconds(condition.since),
        observed_generation: Some(condition.generation),
    }
}

/// The attempts that are over, and the one that is possibly live.
fn attempts(run: &Run, job_name: &str) -> Vec<AttemptStatus> {
    let live = run.live().map(|live| live.record(job_name));
    let records: Vec<_> = run.history.records.iter().chain(live.as_ref()).map(attempt).collect();
    let surplus = records.len().saturating_sub(crate::domain::run::history::ATTEMPTS_LISTED);
    records.into_iter().skip(surplus).collect()
}

fn attempt(record: &AttemptRecord) -> AttemptStatus {
    AttemptStatus {
        attempt: counted(record.number),
        training_job_name: record.job_name.clone(),
        capacity_type: record.market.clone(),
        instance_type: record.instance_type.clone(),
        start_time: whole_seconds(record.start),
        completion_time: record.completion.map(whole_seconds),
        outcome: record.outcome.clone(),
        reason: record.reason.clone(),
        message: record.message.as_deref().map(|text| clip(text, ATTEMPT_MESSAGE_LIMIT)),
        training_seconds: record.training_seconds,
        billable_seconds: record.billable_seconds,
        interruptions: Some(counted(record.interruptions)),
    }
}

fn metric(metric: &Metric) -> FinalMetric {
    FinalMetric {
        metric_name: metric.name.clone(),
        value: metric.value.clone(),
        timestamp: metric.timestamp.map(whole_seconds),
    }
}

fn blockers(run: &Run) -> Vec<BlockerStatus> {
    let shown = |(call, blocked): (Call, Option<&Blocked>)| {
        let blocked = blocked?;
        Some(BlockerStatus {
            call: call.as_str().to_owned(),
            reason: clip(blocked.blocker.as_str(), 64),
            message: condition_message(&blocked.message),
        })
    };
    run.blockers().into_iter().filter_map(shown).collect()
}
