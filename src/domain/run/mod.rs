//! The run: what is going on with an object's training, and what has been.

pub mod blocked;
pub mod cursor;
pub mod history;
pub mod internal_state;
pub mod job_snapshot;
pub mod live_attempt;
pub mod refusals;
pub mod retries;
pub mod stop_request;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use self::blocked::Blocked;
use self::cursor::Cursor;
use self::history::{History, PastAttempt};
use self::live_attempt::LiveAttempt;
use self::retries::Retries;
use super::job::call_error::{Call, CallErrorKind};
use super::job::location::Location;
use super::job::{Job, Metric};
use super::moment::after;
use super::vocabulary::{FailureClass, Limit, Word};

/// Members that a newer version wrote: kept, so that they survive an older operator.
pub type Unknown = serde_json::Map<String, serde_json::Value>;

/// Whether a member says nothing that its absence does not say.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// All that the operator knows of an object from one decision to the next. The public status is a
/// view of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// UID of the object that this belongs to; empty before the first decision.
    pub uid: String,
    /// What is going on.
    pub activity: Activity,
    /// Where all of the object's jobs are, fixed with the first attempt.
    pub location: Option<Location>,
    /// The checkpoint prefix, fixed with the first attempt.
    pub checkpoint_uri: Option<String>,
    /// Why no attempt can start.
    pub blocked: Option<Blocked>,
    /// Why the current job can't be described.
    pub describe_blocked: Option<Blocked>,
    /// Why the current job can't be stopped.
    pub stop_blocked: Option<Blocked>,
    /// The attempts that are over.
    pub history: History,
    /// When the object started, ended and paused.
    pub clocks: Clocks,
    /// What the attempts have used up of what the policies allow.
    pub retries: Retries,
    /// Since when no pool has room for the next attempt.
    pub without_room_since: Option<Timestamp>,
    /// Where the next attempt is wanted; without one, where the plan begins.
    pub cursor: Option<Cursor>,
    /// What a successful training left.
    pub results: Results,
    /// SageMaker's text about the newest attempt that failed.
    pub failure_reason: Option<String>,
    /// When the job of a completed object is described once more, for numbers that were missing.
    pub accounting_due: Option<Timestamp>,
    /// The generation in which the object outlived its TTL.
    pub kept_in: Option<i64>,
    /// Whether that is because another tool keeps the object.
    pub kept_by_tool: bool,
    /// Status and time of the last transition of each condition, by type.
    pub transitions: BTreeMap<String, Transition>,
    /// What a newer version wrote.
    pub other: Unknown,
}

/// What is going on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Activity {
    /// Nothing is possibly live.
    #[default]
    Idle,
    /// An attempt is possibly live.
    Live(Box<LiveAttempt>),
    /// The object has ended, and never runs again.
    Ended(End),
}

/// How an object ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Training succeeded.
    Completed,
    /// Training failed, for this reason.
    Failed(Word<FailureClass>),
    /// A limit of the spec was exceeded.
    Exceeded(Limit),
}

/// When the object started, ended and paused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clocks {
    /// First decision in which the object was not suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// When training succeeded or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<Timestamp>,
    /// Since when the object is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_since: Option<Timestamp>,
    /// Seconds of suspensions that are over.
    #[serde(default)]
    pub suspended_seconds: i64,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

impl Clocks {
    /// When the object has been active for `seconds`, suspensions left out; `None` before the start
    /// and while it is suspended, when its clock stands still.
    #[must_use]
    pub fn active_for(&self, seconds: i64) -> Option<Timestamp> {
        let start = self.start.filter(|_| self.suspended_since.is_none())?;
        let active = SignedDuration::from_secs(seconds.saturating_add(self.suspended_seconds));
        Some(after(start, active))
    }
}

/// What a successful training left: texts, which only the public status keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// S3 location of the model.
    pub model_artifacts: Option<String>,
    /// Final metrics.
    pub final_metrics: Vec<Metric>,
}

/// The last transition of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition(
    /// The status that it went to.
    pub bool,
    /// When.
    pub Timestamp,
);

impl Run {
    /// The attempt that is possibly live.
    #[must_use]
    pub fn live(&self) -> Option<&LiveAttempt> {
        match &self.activity {
            Activity::Live(live) => Some(live),
            Activity::Idle | Activity::Ended(_) => None,
        }
    }

    /// The attempt that is possibly live, to be changed.
    pub fn live_mut(&mut self) -> Option<&mut LiveAttempt> {
        match &mut self.activity {
            Activity::Live(live) => Some(live),
            Activity::Idle | Activity::Ended(_) => None,
        }
    }

    /// How the object ended, if it has.
    #[must_use]
    pub const fn end(&self) -> Option<&End> {
        match &self.activity {
            Activity::Ended(end) => Some(end),
            Activity::Idle | Activity::Live(_) => None,
        }
    }

    /// Number of the newest attempt that SageMaker may know; 0 before the first.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        let last = self.history.last.as_ref().map_or(0, |last| last.number);
        self.live().map_or(last, |live| live.number)
    }

    /// The newest attempt that is over.
    #[must_use]
    pub const fn last(&self) -> Option<&PastAttempt> {
        self.history.last.as_ref()
    }

    /// Times SageMaker took a spot instance away, over all attempts.
    #[must_use]
    pub fn interruptions(&self) -> u32 {
        let live = self.live().map_or(0, LiveAttempt::interruptions);
        self.history.totals.interruptions.saturating_add(live)
    }

    /// What is blocked, by call.
    #[must_use]
    pub fn blockers(&self) -> [(Call, Option<&Blocked>); 3] {
        let blocked = self.blocked.as_ref();
        [
            (blocked.map_or(Call::Create, Blocked::call), blocked),
            (Call::Describe, self.describe_blocked.as_ref()),
            (Call::Stop, self.stop_blocked.as_ref()),
        ]
    }

    /// Whether such a refusal of the live attempt's create concerns its pool alone. What is invalid on a
    /// pool that never accepted the object, while another one has, may be invalid for that pool only.
    #[must_use]
    pub fn concerns_pool(&self, kind: CallErrorKind) -> bool {
        let is_new = self.live().is_some_and(|live| {
            let mut accepted = self.history.records.iter();
            !accepted.any(|record| {
                (record.instance_type.as_str(), record.market.as_str())
                    == (live.instance_type.as_str(), live.market.as_str())
            })
        });
        let another = self.last().is_some() && is_new;
        kind.is_of_pool() || (kind == CallErrorKind::Invalid && another)
    }

    /// What is in the way of following the current attempt.
    #[must_use]
    pub const fn obstacle(&self) -> Option<&Blocked> {
        match &self.describe_blocked {
            Some(blocked) => Some(blocked),
            None => self.stop_blocked.as_ref(),
        }
    }

    /// Keeps what a completed job left.
    pub fn keep_results(&mut self, job: &Job) {
        self.results = Results {
            model_artifacts: job.model_artifacts.clone(),
            final_metrics: job.final_metrics.clone(),
        };
    }
}
