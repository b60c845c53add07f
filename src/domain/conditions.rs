//! Conditions: one per type, a pure function of the memory but for their transition times.

use super::condition::Condition;
use super::draft::{Draft, remember};
use super::memory::Memory;
use super::narrative;
use super::phase::Phase;
use super::situation::Situation;
use super::vocabulary::{ConditionType, EventReason, Reason};

/// A condition's value without its history.
struct Standing {
    status: bool,
    reason: Reason,
    message: String,
}

/// Last step of a decision: state and conditions follow from the memory.
pub fn conclude(d: &mut Draft<'_>) {
    let s = d.s;
    let phase = Phase::of(&d.memory, s.desired);
    let was_suspended = is_true(&d.memory, ConditionType::Suspended);
    let conditions = ConditionType::ALL
        .iter()
        .filter_map(|kind| condition(s, &d.memory, phase, *kind))
        .collect();
    remember!(d, conditions = conditions);
    remember!(d, state = Some(phase.state()));
    remember!(d, observed_generation = s.object.generation);
    let retry_at = d.memory.ledger.hold.as_ref().and_then(|hold| hold.retry_at);
    remember!(d, next_attempt_time = retry_at.filter(|_| phase == Phase::Held));
    if !was_suspended && is_true(&d.memory, ConditionType::Suspended) {
        let text = narrative::situation(&d.memory, s.desired, phase);
        d.note(EventReason::Suspended, text);
    }
}

fn is_true(memory: &Memory, kind: ConditionType) -> bool {
    memory.conditions.iter().any(|condition| condition.kind == kind && condition.status)
}

/// A condition: Ready, Reconciling and Stalled always, any other from when it was first true.
fn condition(
    s: &Situation<'_>,
    memory: &Memory,
    phase: Phase,
    kind: ConditionType,
) -> Option<Condition> {
    let before = memory.conditions.iter().find(|condition| condition.kind == kind);
    let always =
        matches!(kind, ConditionType::Ready | ConditionType::Reconciling | ConditionType::Stalled);
    let standing = standing(s, memory, phase, kind);
    if !standing.status && !always && before.is_none() {
        return None;
    }
    let kept = before.filter(|condition| condition.status == standing.status);
    Some(Condition {
        kind,
        status: standing.status,
        reason: standing.reason,
        message: standing.message,
        since: kept.map_or(s.now, |condition| condition.since),
        generation: s.object.generation,
    })
}

fn standing(s: &Situation<'_>, memory: &Memory, phase: Phase, kind: ConditionType) -> Standing {
    let stalled = stalled(memory, phase);
    let text = || narrative::situation(memory, s.desired, phase);
    let no = |reason| Standing { status: false, reason, message: String::new() };
    let yes = |reason, message| Standing { status: true, reason, message };
    match (kind, phase) {
        (ConditionType::Complete | ConditionType::Ready, Phase::Complete) => {
            yes(Reason::Succeeded, text())
        }
        (ConditionType::Ready, _) => {
            Standing { status: false, reason: progress_reason(memory, phase), message: text() }
        }
        (ConditionType::Failed | ConditionType::Stalled, Phase::Failed(reason)) => {
            yes(reason, text())
        }
        (ConditionType::Complete | ConditionType::Failed, _) => no(Reason::AsExpected),
        (ConditionType::Suspended, Phase::Suspended) => yes(Reason::Suspended, text()),
        (ConditionType::Suspended, _) => no(Reason::Resumed),
        (ConditionType::Stalled, _) => match stalled {
            Some((reason, message)) => yes(reason, message),
            None => no(Reason::AsExpected),
        },
        (ConditionType::Reconciling, Phase::Complete) => no(Reason::Succeeded),
        (ConditionType::Reconciling, Phase::Failed(reason)) => no(reason),
        (ConditionType::Reconciling, _) => match (stalled, memory.ledger.obstacle()) {
            (Some((reason, _)), _) => no(reason),
            (None, Some(blind)) => yes(blind.reason, narrative::blind(blind, s.object.deleting)),
            (None, None) => yes(progress_reason(memory, phase), text()),
        },
    }
}

/// Why only a person can help, if so.
fn stalled(memory: &Memory, phase: Phase) -> Option<(Reason, String)> {
    let hold = memory.ledger.hold.as_ref().filter(|_| phase == Phase::Held);
    hold.or_else(|| memory.ledger.obstacle())
        .filter(|hold| hold.stalled)
        .map(|hold| (hold.reason, narrative::held(hold)))
}

fn progress_reason(memory: &Memory, phase: Phase) -> Reason {
    match phase {
        Phase::Creating => Reason::Creating,
        Phase::Held => memory.ledger.hold.as_ref().map_or(Reason::Creating, |hold| hold.reason),
        Phase::Waiting => Reason::WaitingForCapacity,
        Phase::Active => Reason::Training,
        Phase::Interrupted => Reason::Interrupted,
        Phase::Stopping => Reason::Stopping,
        Phase::Suspended => Reason::Suspended,
        Phase::Complete => Reason::Succeeded,
        Phase::Failed(reason) => reason,
    }
}
