//! What people and other programs do to an object, and when.

use serde_json::{Value, json};

use super::edits::Edit;
use super::hazards::Hazard;
use super::object::SimulatedObject;
use super::scale::Scale;
use super::workload::{End, Workload};
use crate::support::random::Draws;

/// What somebody does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Suspend(bool),
    Capacity(&'static str),
    Annotate,
    /// Adds a rule for a failure that no job has.
    Rule,
    /// Edits the policy.
    Edit(Edit),
    Orphan,
    Delete,
    /// Stops the training job behind the operator's back.
    StopJob,
    /// Removes all finalizers.
    StripFinalizers,
    /// Sets public fields of the status to something else.
    EditStatus,
    /// Sets a condition of the operator's to something else, and adds one.
    EditConditions,
    /// Makes a backup of the status.
    SaveStatus,
    /// Sets the status back to its backup.
    RestoreStatus,
}

impl Action {
    /// Whether the object ends as its workload and its policies say.
    pub(super) const fn is_harmless(self) -> bool {
        match self {
            Self::Capacity(_)
            | Self::Annotate
            | Self::Rule
            | Self::Edit(_)
            | Self::Orphan
            | Self::StripFinalizers
            | Self::EditStatus
            | Self::EditConditions
            | Self::SaveStatus => true,
            Self::Suspend(_) | Self::Delete | Self::StopJob | Self::RestoreStatus => false,
        }
    }

    /// What it changes in the spec of an object, if that is what it does.
    pub(super) fn change(self, plan: &SimulatedObject) -> Option<Value> {
        match self {
            Self::Suspend(suspend) => Some(json!({ "suspend": suspend })),
            Self::Capacity(market) => Some(json!({ "capacity": { "type": market } })),
            Self::Rule => Some(json!({ "failurePolicy": { "rules": [{
                "name": "never", "action": "FailJob", "onFailureMessagePatterns": ["no job says this"],
            }] } })),
            Self::Edit(edit) => Some(edit.change(plan)),
            Self::Orphan => Some(json!({ "deletionPolicy": "Orphan" })),
            Self::Annotate
            | Self::Delete
            | Self::StopJob
            | Self::StripFinalizers
            | Self::EditStatus
            | Self::EditConditions
            | Self::SaveStatus
            | Self::RestoreStatus => None,
        }
    }
}

/// The actions on an object, by seconds after its arrival.
pub(super) fn actions(
    scale: &Scale,
    name: &str,
    workload: &Workload,
    manifest: &mut Value,
    draws: &mut Draws,
) -> Vec<(i64, Action)> {
    let mut actions = Vec::new();
    let hangs = workload.end == End::HangStopping;
    if draws.chance(0.2) && !hangs {
        let mut from = moment(workload, draws);
        if draws.chance(0.2) {
            manifest["spec"]["suspend"] = json!(true);
            from = 0;
        }
        for _ in 0..=draws.below(3) {
            let pause = draws.seconds(5.0, 7200.0);
            actions.extend([(from, Action::Suspend(true)), (from + pause, Action::Suspend(false))]);
            from += pause + moment(workload, draws);
        }
        if draws.chance(0.1) {
            actions.pop();
        }
    }
    if draws.chance(0.15) && !hangs {
        let market = if draws.chance(0.5) { "OnDemand" } else { "Spot" };
        actions.push((moment(workload, draws), Action::Capacity(market)));
    }
    if draws.chance(0.1) {
        actions.push((moment(workload, draws), Action::Annotate));
    }
    if draws.chance(0.05) && !hangs {
        actions.push((moment(workload, draws), Action::StopJob));
    }
    if draws.chance(0.18) || hangs {
        let when = moment(workload, draws);
        match draws.unit() {
            ..0.2 => actions.push((0, Action::Orphan)),
            // Changes their mind while the deletion waits.
            ..0.3 => actions.push((when + draws.seconds(1.0, 60.0), Action::Orphan)),
            _ => {}
        }
        actions.push((when, Action::Delete));
    }
    // Of their own draws, so that switching them on changes nothing else.
    let mut draws = Draws::new(scale.seed, &["third parties", name]);
    actions.extend(third_parties(scale, workload, &mut draws));
    let mut draws = Draws::new(scale.seed, &["edits", name]);
    if draws.chance(0.15) {
        actions.push((moment(workload, &mut draws), Action::Rule));
    }
    actions.sort_by_key(|(at, _)| *at);
    actions
}

/// People act at once, or when they see how it goes.
pub(super) fn moment(workload: &Workload, draws: &mut Draws) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a training are far below 2^52")]
    let about = (workload.training + 900) as f64;
    if draws.chance(0.4) { draws.seconds(1.0, 120.0) } else { draws.seconds(30.0, about * 1.5) }
}

fn third_parties(scale: &Scale, workload: &Workload, draws: &mut Draws) -> Vec<(i64, Action)> {
    let mut actions = Vec::new();
    let kinds = [
        (Hazard::StrippedFinalizers, 0.08, Action::StripFinalizers),
        (Hazard::EditedStatuses, 0.08, Action::EditStatus),
        (Hazard::EditedStatuses, 0.08, Action::EditConditions),
        (Hazard::RestoredStatuses, 0.04, Action::RestoreStatus),
        (Hazard::RepeatedAnnotations, 0.03, Action::Annotate),
    ];
    for (hazard, share, action) in kinds {
        let (struck, when) = (draws.chance(share), moment(workload, draws));
        if !struck || !scale.has(hazard) {
            continue;
        }
        match action {
            // Every ten seconds, for half an hour.
            Action::Annotate => actions.extend((0..180).map(|nth| (when + 10 * nth, action))),
            Action::RestoreStatus => {
                let saved = draws.seconds(1.0, f64::from(u32::try_from(when).unwrap().max(2)));
                actions.extend([(saved.min(when), Action::SaveStatus), (when, action)]);
            }
            _ => actions.push((when, action)),
        }
    }
    actions
}
