//! The policies of an object: how often it is retried, what ends it, and where its instances come from.

use serde_json::{Value, json};

use super::object::TYPES;
use super::workload::{End, Workload};
use crate::support::random::Draws;

/// The policies of an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Policies {
    pub(super) backoff_limit: u32,
    pub(super) deadline: Option<i64>,
    pub(super) budget: Option<i64>,
    pub(super) ttl: Option<i64>,
    pub(super) fallback: Fallback,
    /// `spec.capacity.maxInterruptions`.
    pub(super) interruptions: Option<i64>,
}

/// What an object does while spot capacity is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fallback {
    #[default]
    Waits,
    OtherTypes,
    AfterWait,
    AtDeadline,
    Balanced,
}

impl Policies {
    /// What never ends by itself has a deadline: what starves, and what changes its type, for the
    /// simulator's jobs begin from scratch in every attempt.
    pub(super) fn draw(workload: &Workload, draws: &mut Draws) -> Self {
        if workload.end == End::HangStopping {
            // Its end waits for a deletion, whatever the policies are.
            return Self::default();
        }
        let hours = |draws: &mut Draws, most: f64| draws.seconds(3600.0, most * 3600.0);
        let (limited, deadline) = (draws.chance(0.1), hours(draws, 18.0));
        let (rationed, budget) = (draws.chance(0.05), hours(draws, 8.0));
        let (expires, ttl) = (draws.chance(0.15), hours(draws, 12.0));
        let fallback = match draws.unit() {
            ..0.6 => Fallback::Waits,
            ..0.75 => Fallback::OtherTypes,
            ..0.9 => Fallback::AfterWait,
            ..0.95 => Fallback::AtDeadline,
            _ => Fallback::Balanced,
        };
        let is_endless = is_endless(workload, fallback);
        let gives_up = draws.chance(0.1) && fallback != Fallback::OtherTypes;
        let interruptions = 1 + i64::from(draws.chance(0.5));
        Self {
            fallback,
            interruptions: gives_up.then_some(interruptions),
            backoff_limit: if draws.chance(0.5) { 0 } else { 1 + u32::from(draws.chance(0.5)) },
            deadline: (is_endless || limited).then_some(deadline),
            budget: rationed.then_some(budget),
            ttl: expires.then_some(ttl),
        }
    }

    /// Whether it needs a deadline to come to an end.
    pub(super) fn is_endless(&self, workload: &Workload) -> bool {
        is_endless(workload, self.fallback)
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
    /// Puts where instances come from into a spec.
    pub(super) fn fill_capacity(&self, spec: &mut Value, workload: &Workload, draws: &mut Draws) {
        let first = spec["template"]["resourceConfig"]["instanceType"].clone();
        let others: Vec<_> = TYPES[..3].iter().filter(|name| first != **name).collect();
        let wait = draws.seconds(1800.0, 14_400.0);
        let mut capacity = json!({});
        if let Some(kind) = spec["capacity"].get("type") {
            capacity["type"] = kind.clone();
        }
        if let Some(most) = self.interruptions {
            capacity["maxInterruptions"] = json!(most);
        }
        match self.fallback {
            Fallback::Waits => {}
            Fallback::OtherTypes => {
                capacity["fallbackInstanceTypes"] = json!(others);
                capacity["spotWaitSeconds"] = json!(wait);
            }
            Fallback::AfterWait => {
                capacity["onDemandFallback"] = json!("AfterWait");
                capacity["fallbackInstanceTypes"] = json!(others[..draws.below(2)]);
                capacity["spotWaitSeconds"] = json!(wait);
            }
            Fallback::AtDeadline | Fallback::Balanced => {
                capacity["onDemandFallback"] = json!(format!("{:?}", self.fallback));
                capacity["target"] = json!({
                    "completeWithinSeconds": 2 * workload.training + 7200,
                    "estimatedRuntimeSeconds": workload.estimate(),
                });
            }
        }
        if self.fallback == Fallback::Balanced {
            let course = workload.continuing();
            spec["template"]["hyperParameters"] = json!({ "simulator": course });
        }
        if capacity.as_object().is_some_and(|given| !given.is_empty()) {
            spec["capacity"] = capacity;
        }
    }
}

/// What starves never ends by itself, nor what changes its type again and again.
fn is_endless(workload: &Workload, fallback: Fallback) -> bool {
    matches!(workload.end, End::Starve | End::Failed("CapacityError"))
        || fallback == Fallback::OtherTypes
}
