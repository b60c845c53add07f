//! What decides a job's course: its request and its workload, in milliseconds of the simulation.

use serde_json::Value;

use super::workload::{End, Workload};
use crate::moment::{DAY_SECONDS, Millis, from_seconds};

/// A job's course without any order to it. Lengths are already divided by the time scale.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) spot: bool,
    /// Has a `CheckpointConfig`, so that training continues where it was interrupted.
    pub(crate) checkpoints: bool,
    pub(crate) starting: Millis,
    pub(crate) downloading: Millis,
    pub(crate) training: Millis,
    pub(crate) uploading: Millis,
    pub(crate) gap: Millis,
    /// 0: all the time.
    checkpoint_every: Millis,
    /// 0: the status isn't shown.
    pub(crate) restarting: Millis,
    pub(crate) stopping: Millis,
    pub(crate) deleting: Millis,
    pub(crate) interrupt_after: Vec<Millis>,
    pub(crate) end: End,
    pub(crate) failure_reason: String,
    /// Spot price by on-demand price, in millionths: no float rounds a billed second away.
    pub(crate) spot_millionths: i64,
    pub(crate) max_runtime: Millis,
    /// Refused without spot.
    pub(crate) max_wait: Option<Millis>,
    /// On-demand accelerated types only \[M\].
    pub(crate) max_pending: Option<Millis>,
    /// `RetryStrategy.MaximumRetryAttempts`.
    pub(crate) retries: i64,
    pub(crate) time_scale: u32,
}

impl Plan {
    /// The plan of a request that passed every check.
    pub(crate) fn new(request: &Value, workload: Workload, time_scale: u32) -> Self {
        let scaled = |seconds: f64| from_seconds(seconds / f64::from(time_scale));
        let length = |seconds: Option<f64>| scaled(seconds.unwrap_or_default());
        let limit = |name: &str| {
            let seconds = request.pointer(&format!("/StoppingCondition/{name}"))?.as_f64()?;
            Some(scaled(seconds))
        };
        let spot = request["EnableManagedSpotTraining"] == Value::Bool(true);
        let accelerated = request
            .pointer("/ResourceConfig/InstanceType")
            .and_then(Value::as_str)
            .is_some_and(is_accelerated);
        let on_demand = workload.on_demand_starting.filter(|_| !spot);
        let starting = on_demand.or(workload.starting);
        Self {
            spot,
            checkpoints: request.get("CheckpointConfig").is_some(),
            starting: length(starting),
            downloading: length(workload.downloading),
            training: length(workload.training),
            uploading: length(workload.uploading),
            gap: length(workload.gap),
            checkpoint_every: length(workload.checkpoint_every),
            restarting: length(workload.restarting),
            stopping: length(workload.stopping),
            deleting: length(workload.deleting),
            interrupt_after: workload.interrupt_after.into_iter().flatten().map(scaled).collect(),
            end: workload.end.unwrap_or_default(),
            failure_reason: workload.failure_reason.unwrap_or_default(),
            spot_millionths: from_seconds(workload.spot_ratio.unwrap_or(1.0) * 1000.0),
            max_runtime: limit("MaxRuntimeInSeconds")
                .unwrap_or_else(|| DAY_SECONDS * 1000 / i64::from(time_scale)),
            max_wait: limit("MaxWaitTimeInSeconds"),
            max_pending: limit("MaxPendingTimeInSeconds").filter(|_| accelerated && !spot),
            retries: request
                .pointer("/RetryStrategy/MaximumRetryAttempts")
                .and_then(Value::as_i64)
                .unwrap_or_default(),
            time_scale,
        }
    }

    /// How much of a stretch of training its newest checkpoint holds.
    pub(crate) const fn saved(&self, stretch: Millis) -> Millis {
        if self.checkpoint_every == 0 { stretch } else { stretch - stretch % self.checkpoint_every }
    }
}

/// The families to which `MaxPendingTimeInSeconds` applies \[M\].
pub(crate) fn is_accelerated(instance_type: &str) -> bool {
    ["ml.p", "ml.g", "ml.trn"].iter().any(|family| instance_type.starts_with(family))
}
