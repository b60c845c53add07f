//! From the status back to the run: the internal state, and the texts that only the public fields
//! keep. All other public fields are written and never read.

use jiff::Timestamp;

use crate::api::v1alpha1::status::{AttemptStatus, FinalMetric, SpotTrainingJobStatus};
use crate::domain::job::Metric;
use crate::domain::job::call_error::Call;
use crate::domain::run::blocked::Blocked;
use crate::domain::run::history::AttemptRecord;
use crate::domain::run::job_snapshot::JobSnapshot;
use crate::domain::run::{End, Results, Run};

/// The run that `status` shows.
///
/// # Errors
/// Why it can't be read: then nothing is known of what runs.
pub fn run(status: &SpotTrainingJobStatus) -> Result<Run, String> {
    let mut run = match &status.internal_state {
        Some(text) => {
            let unreadable = |error| format!("internalState can't be read ({error})");
            Run::from_internal_state(text).map_err(unreadable)?
        }
        // Conditions that somebody else put there before the first decision are theirs.
        None if status.state.is_none() && status.attempt.is_none() => return Ok(Run::default()),
        // A CRD without the field prunes it even on reading, and for a moment longer through a watch
        // that was opened before that CRD was replaced.
        None => {
            let missing = "internalState is missing: the CRD may be older than this operator, or \
                           somebody removed it";
            return Err(missing.to_owned());
        }
    };
    let live = run.live().is_some();
    let records = status.attempts.iter().filter(|attempt| attempt.outcome.is_some());
    run.history.records = records.map(record).collect();
    let snapshot = if live {
        run.live_mut().and_then(|live| live.job.as_mut())
    } else {
        run.history.last.as_mut().and_then(|last| last.job.as_mut())
    };
    if let Some(snapshot) = snapshot {
        read_snapshot(snapshot, status);
    }
    let [create, describe, stop] = run.blockers().map(|(call, _)| call);
    read_message(&mut run.blocked, status, create);
    read_message(&mut run.describe_blocked, status, describe);
    read_message(&mut run.stop_blocked, status, stop);
    // What somebody else writes where we have nothing to say is not ours.
    let has_failed =
        run.retries.restarts > 0 || matches!(run.end(), Some(End::Failed(_) | End::Exceeded(_)));
    run.failure_reason = status.failure_reason.clone().filter(|_| has_failed);
    if !matches!(run.end(), Some(End::Completed)) {
        return Ok(run);
    }
    run.results = Results {
        model_artifacts: status.model_artifacts.as_ref().map(|m| m.s3_model_artifacts.clone()),
        final_metrics: status.final_metrics.iter().map(metric).collect(),
    };
    Ok(run)
}

fn read_snapshot(snapshot: &mut JobSnapshot, status: &SpotTrainingJobStatus) {
    snapshot.arn.clone_from(&status.training_job_arn);
    snapshot.message.clone_from(&status.status_message);
}

fn read_message(blocked: &mut Option<Blocked>, status: &SpotTrainingJobStatus, call: Call) {
    let shown = status.blockers.iter().find(|shown| shown.call == call.as_str());
    if let (Some(blocked), Some(shown)) = (blocked, shown) {
        blocked.message.clone_from(&shown.message);
    }
}

fn count(count: Option<i32>) -> u32 {
    count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0)
}

fn record(attempt: &AttemptStatus) -> AttemptRecord {
    AttemptRecord {
        number: count(Some(attempt.attempt)),
        job_name: attempt.training_job_name.clone(),
        instance_type: attempt.instance_type.clone(),
        market: attempt.capacity_type.clone(),
        start: attempt.start_time.0,
        completion: attempt.completion_time.as_ref().map(|time| time.0),
        outcome: attempt.outcome.clone(),
        reason: attempt.reason.clone(),
        message: attempt.message.clone(),
        training_seconds: attempt.training_seconds,
        billable_seconds: attempt.billable_seconds,
        interruptions: count(attempt.interruptions),
    }
}

fn metric(metric: &FinalMetric) -> Metric {
    let timestamp: Option<Timestamp> = metric.timestamp.as_ref().map(|time| time.0);
    Metric { name: metric.metric_name.clone(), value: metric.value.clone(), timestamp }
}
