//! Edits of an object's policy, and when they are made.

use std::collections::HashSet;
use std::mem::discriminant;

use serde_json::{Value, json};
use spot_training_operator::api::validation::problems;

use super::actions::{Action, moment};
use super::object::{SimulatedObject, TYPES};
use super::policies::Policies;
use super::scale::Scale;
use super::workload::{End, Workload};
use crate::support::apiserver::ApiServer;
use crate::support::clock::VirtualClock;
use crate::support::random::{DEFAULT_SEED, Draws};

const HOUR: f64 = 3600.0;

/// The wait of an edit that needs one.
const SPOT_WAIT: i64 = 3600;

/// An edit of an object's policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    Deadline(Option<i64>),
    Budget(Option<i64>),
    Ttl(Option<i64>),
    BackoffLimit(i64),
    Interruptions(Option<i64>),
    SpotWait(i64),
    /// `onDemandFallback`, and what it needs.
    Fallback(&'static str),
    /// A target with so much time beside the training; `None`: there is none any more, and no fallback
    /// that needs one.
    Target(Option<i64>),
    /// So many fallback instance types of the other two, this one first.
    Types {
        first: usize,
        count: usize,
    },
    /// What follows from the failure that the object's jobs have; `None`: nothing particular.
    Rule(Option<&'static str>),
}

/// The edits of an object, by seconds after its arrival.
pub(super) fn edits(
    scale: &Scale,
    name: &str,
    workload: &Workload,
    policies: &Policies,
) -> Vec<(i64, Edit)> {
    // Of their own draws, so that they change nothing else.
    let mut draws = Draws::new(scale.seed, &["policy edits", name]);
    let mut edits = Vec::new();
    if draws.chance(0.25) {
        for _ in 0..=draws.below(3) {
            edits.push((moment(workload, &mut draws), Edit::draw(&mut draws)));
        }
    }
    // Few jobs fail, so that these have more rules than others.
    if workload.end.class().is_some() && draws.chance(0.5) {
        for _ in 0..=draws.below(2) {
            edits.push((moment(workload, &mut draws), Edit::draw_rule(&mut draws)));
        }
    }
    // Its end waits for a deletion, whatever the policies are.
    if workload.end == End::HangStopping || edits.is_empty() {
        return Vec::new();
    }
    if policies.is_endless(workload) || edits.iter().any(|(_, edit)| edit.may_have_no_end()) {
        let last = edits.iter().map(|(at, _)| *at).max().unwrap();
        let deadline = Edit::Deadline(Some(draws.seconds(HOUR, 18.0 * HOUR)));
        edits.push((last + draws.seconds(1.0, 4.0 * HOUR), deadline));
    }
    edits
}

impl Edit {
    fn draw(draws: &mut Draws) -> Self {
        let kind = draws.below(10);
        let given = draws.chance(0.7);
        match kind {
            0 => Self::Deadline(given.then(|| draws.seconds(HOUR, 18.0 * HOUR))),
            1 => Self::Budget(given.then(|| draws.seconds(600.0, 8.0 * HOUR))),
            2 => Self::Ttl(given.then(|| draws.seconds(1.0, 12.0 * HOUR))),
            3 => Self::BackoffLimit(i64::try_from(draws.below(5)).unwrap()),
            4 => Self::Interruptions(given.then(|| draws.seconds(1.0, 4.0))),
            5 => Self::SpotWait(draws.seconds(900.0, 4.0 * HOUR)),
            6 => Self::Fallback(["Never", "AfterWait", "AtDeadline", "Balanced"][draws.below(4)]),
            7 => Self::Target(given.then(|| draws.seconds(600.0, 24.0 * HOUR))),
            8 => Self::Types { first: draws.below(2), count: draws.below(3) },
            _ => Self::draw_rule(draws),
        }
    }

    fn draw_rule(draws: &mut Draws) -> Self {
        let actions = ["Ignore", "Count", "FailJob", "FallBackToOnDemand"];
        Self::Rule(actions.get(draws.below(5)).copied())
    }

    /// Whether an object may go on without end after it: the simulator's jobs begin from scratch in
    /// every attempt, and fail in every attempt.
    const fn may_have_no_end(self) -> bool {
        match self {
            Self::Budget(_)
            | Self::Ttl(_)
            | Self::BackoffLimit(_)
            | Self::Deadline(_)
            | Self::Rule(None) => false,
            Self::Interruptions(_)
            | Self::SpotWait(_)
            | Self::Fallback(_)
            | Self::Target(_)
            | Self::Types { .. }
            | Self::Rule(Some(_)) => true,
        }
    }

    /// What it changes in the spec of an object. The CRD's rules hold before it and after it.
    pub(super) fn change(self, plan: &SimulatedObject) -> Value {
        match self {
            Self::Deadline(seconds) => json!({ "activeDeadlineSeconds": seconds }),
            Self::Budget(seconds) => json!({ "maxTrainingSeconds": seconds }),
            Self::Ttl(seconds) => json!({ "ttlSecondsAfterFinished": seconds }),
            Self::BackoffLimit(limit) => json!({ "backoffLimit": limit }),
            Self::Interruptions(most) => json!({ "capacity": { "maxInterruptions": most } }),
            Self::SpotWait(seconds) => json!({ "capacity": { "spotWaitSeconds": seconds } }),
            // Without on-demand no rule leads there.
            Self::Fallback("Never") => {
                json!({ "capacity": { "onDemandFallback": "Never" }, "failurePolicy": null })
            }
            Self::Fallback(policy) => json!({ "capacity": {
                "onDemandFallback": policy,
                "spotWaitSeconds": SPOT_WAIT,
                "target": target(&plan.workload, 2 * SPOT_WAIT + plan.workload.training),
            } }),
            Self::Target(Some(slack)) => {
                json!({ "capacity": { "target": target(&plan.workload, slack) } })
            }
            Self::Target(None) => json!({ "capacity": {
                "target": null, "onDemandFallback": "AfterWait", "spotWaitSeconds": SPOT_WAIT,
            } }),
            Self::Types { first, count } => {
                let own = &plan.manifest["spec"]["template"]["resourceConfig"]["instanceType"];
                let mut others: Vec<_> = TYPES[..3].iter().filter(|name| own != **name).collect();
                let len = others.len();
                others.rotate_left(first % len);
                others.truncate(count);
                json!({ "capacity": {
                    "fallbackInstanceTypes": others, "spotWaitSeconds": SPOT_WAIT,
                } })
            }
            Self::Rule(action) => rule(action.zip(plan.workload.end.class())),
        }
    }
}

/// A target with so many seconds beside the training.
fn target(workload: &Workload, slack: i64) -> Value {
    let estimate = workload.estimate();
    json!({ "completeWithinSeconds": estimate + slack, "estimatedRuntimeSeconds": estimate })
}

/// A failure policy with one rule, and what it needs.
fn rule(what: Option<(&str, &str)>) -> Value {
    let Some((action, class)) = what else { return json!({ "failurePolicy": null }) };
    let rule = json!({ "name": "known", "action": action, "onFailureReasons": [class] });
    let mut change = json!({ "failurePolicy": { "rules": [rule] } });
    if action == "FallBackToOnDemand" {
        change["capacity"] =
            json!({ "onDemandFallback": "AfterWait", "spotWaitSeconds": SPOT_WAIT });
    }
    change
}

/// The apiserver in memory evaluates no rules of the CRD: what is simulated has to keep them by itself.
#[test]
fn edits_of_every_kind_are_made_and_keep_the_rules_of_the_definition() {
    let scale = Scale::full(DEFAULT_SEED);
    let server = ApiServer::new(scale.seed, VirtualClock::new());
    let (mut kinds, mut rules) = (HashSet::new(), HashSet::new());
    for plan in (0..scale.objects).map(|index| SimulatedObject::draw(&scale, index)) {
        let mut before = server.create(plan.manifest.clone()).unwrap();
        assert_eq!(problems(&before, None).unwrap(), [], "{before:#}");
        for (_, action) in &plan.actions {
            let Some(change) = action.change(&plan) else { continue };
            let after = server.merge(&plan.key, json!({ "spec": change })).unwrap();
            assert_eq!(problems(&after, Some(&before)).unwrap(), [], "{action:?}: {after:#}");
            before = after;
            if let Action::Edit(edit) = action {
                kinds.insert(discriminant(edit));
                if let Edit::Rule(action) = edit {
                    rules.insert(*action);
                }
            }
        }
    }
    assert_eq!((kinds.len(), rules.len()), (10, 5));
}
