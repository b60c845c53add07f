//! The policies of an object: how often it is retried, and what ends it.

use serde_json::{Value, json};

use super::workload::{End, Workload};
use crate::support::random::Draws;

/// The policies of an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Policies {
    pub(super) backoff_limit: u32,
    pub(super) deadline: Option<i64>,
    pub(super) budget: Option<i64>,
    pub(super) ttl: Option<i64>,
}

impl Policies {
    /// What never ends by itself has a deadline.
    pub(super) fn draw(workload: &Workload, draws: &mut Draws) -> Self {
        let is_endless = matches!(workload.end, End::Starve | End::Failed("CapacityError"));
        let hours = |draws: &mut Draws, most: f64| draws.seconds(3600.0, most * 3600.0);
        let (limited, deadline) = (draws.chance(0.1), hours(draws, 36.0));
        let (rationed, budget) = (draws.chance(0.05), hours(draws, 8.0));
        let (expires, ttl) = (draws.chance(0.15), hours(draws, 12.0));
        Self {
            backoff_limit: if draws.chance(0.5) { 0 } else { 1 + u32::from(draws.chance(0.5)) },
            deadline: (is_endless || limited).then_some(deadline),
            budget: rationed.then_some(budget),
            ttl: expires.then_some(ttl),
        }
    }

    /// Puts them into a spec.
    pub(super) fn fill(&self, spec: &mut Value) {
        if self.backoff_limit > 0 {
            spec["backoffLimit"] = json!(self.backoff_limit);
        }
        if let Some(seconds) = self.deadline {
            spec["activeDeadlineSeconds"] = json!(seconds);
        }
        if let Some(seconds) = self.budget {
            spec["maxTrainingSeconds"] = json!(seconds);
        }
        if let Some(seconds) = self.ttl {
            spec["ttlSecondsAfterFinished"] = json!(seconds);
        }
    }
}
