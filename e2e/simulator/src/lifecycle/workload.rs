//! What a job is to do: the JSON of the hyperparameter `simulator` and of `--script`.

use serde::Deserialize;

use crate::draw;

/// What a job is to do; what is absent comes from the next less specific workload.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workload {
    /// Seconds from a launch to capacity.
    pub starting: Option<f64>,
    /// On demand only: that, if it is another.
    pub on_demand_starting: Option<f64>,
    /// Seconds of downloading input and image, at every launch.
    pub downloading: Option<f64>,
    /// Seconds of training the job needs in total.
    pub training: Option<f64>,
    /// Seconds of uploading the model.
    pub uploading: Option<f64>,
    /// Training that earlier jobs with the same checkpoint prefix have done is done.
    pub continues: Option<bool>,
    /// Seconds of training between two checkpoints, of which an interruption loses the last; 0: none.
    pub checkpoint_every: Option<f64>,
    /// Spot only: the n-th run loses its instance after that many seconds of training.
    pub interrupt_after: Option<Vec<f64>>,
    /// Seconds in Interrupted before the next launch.
    pub gap: Option<f64>,
    /// Seconds in Restarting when `RetryStrategy` starts the job again; 0: that status isn't shown.
    pub restarting: Option<f64>,
    /// Seconds from the decision to stop until the container is gone.
    pub stopping: Option<f64>,
    /// Seconds in Deleting before the record vanishes.
    pub deleting: Option<f64>,
    /// How it ends.
    pub end: Option<End>,
    /// Of an `end` of `Failed`; its prefix is the class.
    pub failure_reason: Option<String>,
    /// Spot price by on-demand price, 0 to 1: what `BillableTimeInSeconds` is scaled by.
    pub spot_ratio: Option<f64>,
}

/// How a job ends when nobody stops it and no limit ends it first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum End {
    /// The training program succeeds.
    #[default]
    Completed,
    /// It fails when its training seconds are over; a `CapacityError` before the launch.
    Failed,
    /// There is never capacity.
    Starve,
    /// As `Completed`, but a stop never finishes.
    HangStopping,
    /// The program never ends by itself.
    MaxRuntimeExceeded,
}

impl Workload {
    /// Reads and checks a workload.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn parse(json: &str) -> Result<Self, String> {
        let workload: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let lengths = [
            ("starting", workload.starting),
            ("onDemandStarting", workload.on_demand_starting),
            ("downloading", workload.downloading),
            ("training", workload.training),
            ("uploading", workload.uploading),
            ("checkpointEvery", workload.checkpoint_every),
            ("gap", workload.gap),
            ("restarting", workload.restarting),
            ("stopping", workload.stopping),
            ("deleting", workload.deleting),
        ];
        let segments = workload.interrupt_after.iter().flatten();
        let lengths = lengths
            .into_iter()
            .filter_map(|(name, seconds)| Some((name, seconds?)))
            .chain(segments.map(|seconds| ("interruptAfter", *seconds)));
        for (name, seconds) in lengths {
            if !(0.0..=LONGEST_SECONDS).contains(&seconds) {
                return Err(format!("{name} must be between 0 and {LONGEST_SECONDS} seconds"));
            }
        }
        if workload.spot_ratio.is_some_and(|ratio| !(0.0..=1.0).contains(&ratio)) {
            return Err("spotRatio must be between 0 and 1".to_owned());
        }
        Ok(workload)
    }

    /// This workload, completed by a less specific one.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            starting: self.starting.or(other.starting),
            on_demand_starting: self.on_demand_starting.or(other.on_demand_starting),
            downloading: self.downloading.or(other.downloading),
            training: self.training.or(other.training),
            uploading: self.uploading.or(other.uploading),
            continues: self.continues.or(other.continues),
            checkpoint_every: self.checkpoint_every.or(other.checkpoint_every),
            interrupt_after: self.interrupt_after.or_else(|| other.interrupt_after.clone()),
            gap: self.gap.or(other.gap),
            restarting: self.restarting.or(other.restarting),
            stopping: self.stopping.or(other.stopping),
            deleting: self.deleting.or(other.deleting),
            end: self.end.or(other.end),
            failure_reason: self.failure_reason.or_else(|| other.failure_reason.clone()),
            spot_ratio: self.spot_ratio.or(other.spot_ratio),
        }
    }

    /// What a job does about which no workload says anything. The lengths are of a recorded job \[R\]
    /// (gap and stop observed \[O\]), but for `training`, and vary by up to a fifth with the name.
    pub(crate) fn built_in(seed: u64, job: &str) -> Self {
        let vary = |phase: &str, seconds: f64| {
            Some((seconds * (0.8 + 0.4 * draw::unit(seed, &[job, phase]))).round())
        };
        Self {
            starting: vary("starting", 186.0),
            on_demand_starting: None,
            downloading: vary("downloading", 49.0),
            training: vary("training", 1800.0),
            uploading: vary("uploading", 7.0),
            continues: Some(false),
            checkpoint_every: Some(0.0),
            interrupt_after: Some(Vec::new()),
            gap: vary("gap", 300.0),
            restarting: Some(0.0),
            stopping: vary("stopping", 120.0),
            // [?]
            deleting: vary("deleting", 10.0),
            end: Some(End::default()),
            // [D] algo-output: the form of a training program's failure.
            failure_reason: Some("AlgorithmError: , exit code: 1".to_owned()),
            // [O] p5.48xlarge, 2026-09: 37.8 %.
            spot_ratio: Some(0.378),
        }
    }
}

/// The longest a job may live, 30 days \[M\]: no phase can be longer.
const LONGEST_SECONDS: f64 = 30.0 * 86_400.0;
