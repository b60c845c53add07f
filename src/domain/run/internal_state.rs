//! The internal state: what the status keeps of a run beside what it shows, as one JSON string, so
//! that an older CRD never prunes a part of it. It holds no texts.
//!
//! Members of a newer version survive a round trip through an older operator at every depth.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::blocked::Blocked;
use super::cursor::Cursor;
use super::history::{History, PastAttempt, Totals};
use super::live_attempt::LiveAttempt;
use super::retries::Retries;
use super::{Activity, Clocks, End, Run, Transition, Unknown, is_default};
use crate::domain::job::location::Location;
use crate::domain::vocabulary::{Limit, Vocabulary, Word};

/// The word of an object that completed.
const COMPLETED: &str = "Completed";

/// What is stored of a run.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InternalState {
    uid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    live: Option<Box<LiveAttempt>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<PastAttempt>,
    #[serde(default)]
    totals: Totals,
    #[serde(default)]
    retries: Retries,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    without_room_since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<Cursor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checkpoint_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blocked: Option<Blocked>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    describe_blocked: Option<Blocked>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stop_blocked: Option<Blocked>,
    #[serde(default)]
    clocks: Clocks,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accounting_due: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kept_in: Option<i64>,
    #[serde(default, skip_serializing_if = "is_default")]
    kept_by_tool: bool,
    #[serde(default)]
    conditions: BTreeMap<String, Transition>,
    #[serde(flatten)]
    other: Unknown,
}

impl Run {
    /// The run as it is stored.
    ///
    /// # Errors
    /// Never in practice: a run is plain data.
    pub fn to_internal_state(&self) -> Result<String, serde_json::Error> {
        let run = self.clone();
        let (live, end) = match run.activity {
            Activity::Idle => (None, None),
            Activity::Live(live) => (Some(live), None),
            Activity::Ended(end) => (None, Some(end.as_str().to_owned())),
        };
        let (region, account_id) = match run.location {
            Some(Location { region, account }) => (Some(region), Some(account)),
            None => (None, None),
        };
        serde_json::to_string(&InternalState {
            uid: run.uid,
            live,
            end,
            last: run.history.last,
            totals: run.history.totals,
            retries: run.retries,
            without_room_since: run.without_room_since,
            cursor: run.cursor,
            region,
            account_id,
            checkpoint_uri: run.checkpoint_uri,
            blocked: run.blocked,
            describe_blocked: run.describe_blocked,
            stop_blocked: run.stop_blocked,
            clocks: run.clocks,
            accounting_due: run.accounting_due,
            kept_in: run.kept_in,
            kept_by_tool: run.kept_by_tool,
            conditions: run.transitions,
            other: run.other,
        })
    }

    /// The run that was stored, still without its texts.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn from_internal_state(text: &str) -> Result<Self, serde_json::Error> {
        let state: InternalState = serde_json::from_str(text)?;
        let activity = match (state.live, state.end) {
            // What is possibly live must be stopped before anything else is believed.
            (Some(live), _) => Activity::Live(live),
            (None, Some(end)) => Activity::Ended(End::read(&end)),
            (None, None) => Activity::Idle,
        };
        let location = state.region.zip(state.account_id);
        Ok(Self {
            uid: state.uid,
            activity,
            location: location.map(|(region, account)| Location { region, account }),
            checkpoint_uri: state.checkpoint_uri,
            blocked: state.blocked,
            describe_blocked: state.describe_blocked,
            stop_blocked: state.stop_blocked,
            history: History { last: state.last, totals: state.totals, records: Vec::new() },
            retries: state.retries,
            without_room_since: state.without_room_since,
            cursor: state.cursor,
            clocks: state.clocks,
            accounting_due: state.accounting_due,
            kept_in: state.kept_in,
            kept_by_tool: state.kept_by_tool,
            transitions: state.conditions,
            other: state.other,
            ..Self::default()
        })
    }
}

impl End {
    /// The end in one word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Completed => COMPLETED,
            Self::Failed(class) => class.as_str(),
            Self::Exceeded(limit) => limit.as_str(),
        }
    }

    /// The end that `word` says.
    fn read(word: &str) -> Self {
        match (word, Limit::parse(word)) {
            (COMPLETED, _) => Self::Completed,
            (_, Some(limit)) => Self::Exceeded(limit),
            (_, None) => Self::Failed(Word::read(word)),
        }
    }
}
