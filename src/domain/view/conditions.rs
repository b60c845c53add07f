//! Conditions: one per type, a pure function of the run but for their transition times.

use std::borrow::Cow;

use jiff::Timestamp;

use super::phase::Phase;
use super::{Subject, capacity_messages, end_messages, messages};
use crate::domain::policy::target::outlook;
use crate::domain::run::{Run, Transition};
use crate::domain::vocabulary::{ConditionType, Progress, Vocabulary};

/// A condition of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its type.
    pub kind: ConditionType,
    /// Whether it is true.
    pub status: bool,
    /// Why, in one word.
    pub reason: String,
    /// Why, in a sentence.
    pub message: String,
    /// When `status` last changed.
    pub since: Timestamp,
    /// The generation it was decided on.
    pub generation: i64,
}

/// A condition's value without its history.
struct Standing {
    status: bool,
    reason: String,
    message: String,
}

/// Whether a condition was true when it was last derived.
#[must_use]
pub fn holds(run: &Run, kind: ConditionType) -> bool {
    run.transitions.get(kind.as_str()).is_some_and(|transition| transition.0)
}

/// The conditions, and the transitions that they make now.
#[must_use]
pub fn derive(
    subject: &Subject<'_>,
    phase: &Phase,
    now: Timestamp,
) -> (Vec<Condition>, Vec<(String, Transition)>) {
    let mut conditions = Vec::new();
    let mut transitions = Vec::new();
    let current = current(subject, phase);
    for kind in ConditionType::ALL.iter().copied() {
        let before = subject.run.transitions.get(kind.as_str());
        let standing = standing(subject, phase, kind, &current);
        if !standing.status && before.is_none() && !is_always_there(kind) {
            continue;
        }
        let unchanged = before.filter(|before| before.0 == standing.status);
        if unchanged.is_none() {
            transitions.push((kind.as_str().to_owned(), Transition(standing.status, now)));
        }
        conditions.push(Condition {
            kind,
            status: standing.status,
            reason: standing.reason,
            message: standing.message,
            since: unchanged.map_or(now, |before| before.1),
            generation: subject.object.generation,
        });
    }
    (conditions, transitions)
}

/// Ready, Reconciling and Stalled are always there, any other from when it was first true.
const fn is_always_there(kind: ConditionType) -> bool {
    matches!(kind, ConditionType::Ready | ConditionType::Reconciling | ConditionType::Stalled)
}

fn standing(
    subject: &Subject<'_>,
    phase: &Phase,
    kind: ConditionType,
    (reason, message): &(String, String),
) -> Standing {
    let no = |reason: &str| Standing {
        status: false,
        reason: reason.to_owned(),
        message: String::new(),
    };
    let yes = |reason: &str, message: &str| Standing {
        status: true,
        reason: reason.to_owned(),
        message: message.to_owned(),
    };
    let expected = || no(Progress::AsExpected.as_str());
    match (kind, phase) {
        // A traceback is shown once.
        (ConditionType::Failed, Phase::Failed(_) | Phase::Exceeded(_)) => {
            yes(reason, &end_messages::failed(subject.run, subject.job_name))
        }
        (ConditionType::Complete | ConditionType::Ready, Phase::Completed)
        | (ConditionType::Stalled, Phase::Failed(_) | Phase::Exceeded(_))
        | (ConditionType::Suspended, Phase::Suspended) => yes(reason, message),
        (ConditionType::Ready, _) => Standing { status: false, ..yes(reason, message) },
        (ConditionType::DeadlineAtRisk | ConditionType::DeadlineMissed, _) => {
            match target(subject, kind) {
                Some((reason, message)) => yes(&reason, &message),
                None => expected(),
            }
        }
        (ConditionType::Suspended, _) => no(Progress::Resumed.as_str()),
        (ConditionType::Reconciling, Phase::Completed | Phase::Failed(_) | Phase::Exceeded(_)) => {
            no(reason)
        }
        (ConditionType::Stalled, _) if is_stalled(subject, phase) => yes(reason, message),
        (ConditionType::Complete | ConditionType::Failed | ConditionType::Stalled, _) => expected(),
        (ConditionType::Reconciling, _) if is_stalled(subject, phase) => no(reason),
        (ConditionType::Reconciling, _) => yes(reason, message),
    }
}

/// What is to be said of the target. What was missed stays missed.
fn target(subject: &Subject<'_>, kind: ConditionType) -> Option<(String, String)> {
    let plan = subject.spec.plan().filter(|plan| plan.capacity.target.is_some())?;
    // A suspension stops the clock: what was late when it began stays late.
    let run = &awake(subject.run);
    let now = run.clocks.completion.or(subject.run.clocks.suspended_since).unwrap_or(subject.now);
    let outlook = outlook(run, plan, now)?;
    let is_missed = now > outlook.target;
    if kind == ConditionType::DeadlineMissed {
        let message = || capacity_messages::target_missed(outlook.target);
        return is_missed.then(|| (Progress::TargetOver.to_string(), message()));
    }
    let is_late = run.end().is_none() && now > outlook.latest_start && !is_missed;
    let message = || capacity_messages::target_at_risk(run, outlook.target);
    is_late.then(|| (Progress::TooLittleTime.to_string(), message()))
}

/// The run as if it were not suspended.
fn awake(run: &Run) -> Cow<'_, Run> {
    if run.clocks.suspended_since.is_none() {
        return Cow::Borrowed(run);
    }
    let mut awake = run.clone();
    awake.clocks.suspended_since = None;
    Cow::Owned(awake)
}

/// Whether only a person can help.
fn is_stalled(subject: &Subject<'_>, phase: &Phase) -> bool {
    let blocked = subject.run.blocked.as_ref().filter(|_| *phase == Phase::Blocked);
    blocked.or_else(|| subject.run.obstacle()).is_some_and(|blocked| blocked.stalled)
}

/// The reason and the sentence that say what is going on: what is in the way goes first.
fn current(subject: &Subject<'_>, phase: &Phase) -> (String, String) {
    let ended =
        matches!(phase, Phase::Completed | Phase::Failed(_) | Phase::Exceeded(_) | Phase::Blocked);
    match subject.run.obstacle().filter(|_| !ended) {
        Some(obstacle) => {
            (obstacle.blocker.to_string(), messages::obstacle(obstacle, subject.object.deleting))
        }
        None => (phase.reason(subject), messages::situation(subject, phase)),
    }
}
