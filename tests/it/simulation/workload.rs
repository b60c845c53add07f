//! How a training job goes: the workload that the simulator runs for it.

use serde_json::{Value, json};

use crate::support::random::Draws;

const HOUR: f64 = 3600.0;

/// `SageMaker`'s limit of the maximum wait time: 28 days.
const LONGEST_WAIT: i64 = 2_419_200;

/// How a job ends when nobody interferes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Completed,
    /// With a `FailureReason` of this class.
    Failed(&'static str),
    Starve,
    HangStopping,
    MaxRuntimeExceeded,
}

impl End {
    /// The class of the failure, if it is one.
    pub(super) const fn class(self) -> Option<&'static str> {
        match self {
            Self::Completed | Self::HangStopping => None,
            Self::Failed(class) => Some(class),
            Self::Starve => Some("SpotWaitExceeded"),
            Self::MaxRuntimeExceeded => Some("RuntimeExceeded"),
        }
    }
}

/// A job's course, and the limits that go with it.
#[derive(Clone, Debug)]
pub(super) struct Workload {
    pub(super) end: End,
    pub(super) training: i64,
    pub(super) max_runtime: i64,
    pub(super) max_wait: i64,
    course: Value,
}

const FAILURES: [(&str, &str); 5] = [
    ("AlgorithmError", "AlgorithmError: , exit code: 1"),
    ("ClientError", "ClientError: Data download failed: no such key"),
    ("CapacityError", "CapacityError: Unable to provision requested ML compute capacity."),
    ("ServiceError", "InternalServerError: We encountered an internal error. Please try again."),
    ("Unknown", "Something new went wrong"),
];

impl Workload {
    pub(super) fn draw(draws: &mut Draws) -> Self {
        let end = match draws.unit() {
            ..0.78 => End::Completed,
            ..0.86 => End::Failed(FAILURES[draws.below(FAILURES.len())].0),
            ..0.91 => End::Starve,
            ..0.95 => End::MaxRuntimeExceeded,
            _ => End::HangStopping,
        };
        let training = match draws.unit() {
            ..0.5 => draws.seconds(300.0, HOUR),
            ..0.85 => draws.seconds(HOUR, 6.0 * HOUR),
            ..0.98 => draws.seconds(6.0 * HOUR, 20.0 * HOUR),
            _ => draws.seconds(24.0 * HOUR, 72.0 * HOUR),
        };
        // Starving is waited for to the end of the wait, so that is kept shorter.
        let max_runtime = match end {
            End::Starve => draws.seconds(0.5 * HOUR, 6.0 * HOUR),
            End::MaxRuntimeExceeded => training,
            _ => 8 * training + 4 * 3600,
        };
        let max_wait = if end == End::Starve { 2 * max_runtime } else { 4 * max_runtime };
        let max_wait = max_wait.min(LONGEST_WAIT);
        let losses = if draws.chance(0.4) { 0 } else { 1 + draws.below(6) };
        let interruptions: Vec<_> = (0..losses)
            .map(|_| draws.seconds(20.0, f64::from(u32::try_from(training).unwrap()).max(40.0)))
            .collect();
        let mut course = json!({
            "starting": draws.seconds(60.0, 600.0),
            "downloading": draws.seconds(20.0, 300.0),
            "training": training,
            "uploading": draws.seconds(3.0, 120.0),
            "interruptAfter": interruptions,
            "gap": draws.seconds(30.0, HOUR),
            "stopping": draws.seconds(5.0, 120.0),
            "spotRatio": 0.3,
        });
        course["end"] = match end {
            End::Completed => json!("Completed"),
            End::Failed(_) => json!("Failed"),
            End::Starve => json!("Starve"),
            End::HangStopping => json!("HangStopping"),
            End::MaxRuntimeExceeded => json!("MaxRuntimeExceeded"),
        };
        if let End::Failed(class) = end {
            let (_, text) = FAILURES.iter().find(|(name, _)| *name == class).unwrap();
            course["failureReason"] = json!(text);
        }
        Self { end, training, max_runtime, max_wait, course }
    }

    /// A job that trains for days if nobody stops it.
    pub(super) fn steady() -> Self {
        let training = 48 * 3600;
        let course = json!({
            "starting": 60, "downloading": 30, "training": training, "uploading": 10,
            "interruptAfter": [], "stopping": 10, "spotRatio": 0.3, "end": "Completed",
        });
        let (max_runtime, max_wait) = (2 * training, 4 * training);
        Self { end: End::Completed, training, max_runtime, max_wait, course }
    }

    /// Seconds of training that a target may expect: no job runs for longer than its maximum run time.
    pub(super) fn estimate(&self) -> i64 {
        self.training.min(self.max_runtime)
    }

    /// The same, of a program that continues from its checkpoints in every job.
    pub(super) fn continuing(&self) -> String {
        let mut course = self.course.clone();
        course["continues"] = json!(true);
        course.to_string()
    }

    /// The hyperparameter that the simulator reads.
    pub(super) fn hyper_parameter(&self) -> String {
        self.course.to_string()
    }
}
