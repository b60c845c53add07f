//! The view: what people see of a run. It decides nothing.

pub mod capacity_messages;
pub mod conditions;
pub mod end_messages;
pub mod links;
pub mod messages;
pub mod phase;
pub mod savings;
pub mod stop_messages;

use jiff::Timestamp;

use self::conditions::Condition;
use self::phase::Phase;
use super::admission::Rooms;
use super::draft::Draft;
use super::fact::FactKind;
use super::run::Run;
use super::situation::{ObjectFacts, Situation};
use super::spec::plan::ParsedSpec;
use super::spec::pool::Pool;
use super::vocabulary::{ConditionType, State};

/// What people see of a run, beside what it holds itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// One word.
    pub state: State,
    /// One condition of each type that was ever true, and of the three that always are there.
    pub conditions: Vec<Condition>,
    /// When the next create is tried at the earliest, while it is blocked.
    pub next_attempt_time: Option<Timestamp>,
    /// The newest training job's name, if there was one.
    pub job_name: Option<String>,
    /// The first pool of the plan, shown until there is an attempt.
    pub first_pool: Option<Pool>,
}

/// What a view is made from.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What is going on.
    pub run: &'a Run,
    /// What the spec asks for.
    pub spec: &'a ParsedSpec,
    /// Kubernetes' facts of the object.
    pub object: &'a ObjectFacts,
    /// The newest training job's name; empty before the first.
    pub job_name: &'a str,
    /// What is known of the pools.
    pub rooms: Rooms<'a>,
    /// The moment of the decision.
    pub now: Timestamp,
}

/// Last step of a decision: the view, with the transitions of its conditions in the run.
pub(super) fn update(d: &mut Draft<'_>) -> View {
    let s = d.s;
    let job_name = d.current_job_name();
    let (spec, object, rooms) = (s.spec, s.object, s.rooms());
    let subject = Subject { run: &d.run, spec, object, job_name: &job_name, rooms, now: s.now };
    let phase = Phase::of(&subject);
    let held = |kind| (kind, conditions::holds(&d.run, kind));
    let before = [ConditionType::DeadlineAtRisk, ConditionType::DeadlineMissed].map(held);
    let was_suspended = conditions::holds(&d.run, ConditionType::Suspended);
    let (conditions, transitions) = conditions::derive(&subject, &phase, s.now);
    let next_attempt_time =
        d.run.blocked.as_ref().filter(|_| phase == Phase::Blocked).and_then(|b| b.retry_at);
    let state = phase.state(&subject);
    d.run.transitions.extend(transitions);
    if !was_suspended && conditions::holds(&d.run, ConditionType::Suspended) {
        d.fact(FactKind::Suspended, messages::SUSPENDED.to_owned());
    }
    for (kind, _) in before.into_iter().filter(|(_, held)| !held) {
        let new = conditions.iter().find(|condition| condition.kind == kind && condition.status);
        if let Some(condition) = new {
            d.fact(FactKind::Late(kind), condition.message.clone());
        }
    }
    if state != state_before(s) {
        let secondary = d.run.live().and_then(|live| live.job.as_ref()?.secondary.clone());
        let message = format!("{state} {}", secondary.unwrap_or_default());
        d.fact(FactKind::StateChanged(state), message.trim_end().to_owned());
    }
    View {
        state,
        conditions,
        next_attempt_time,
        job_name: Some(job_name).filter(|name| !name.is_empty()),
        first_pool: s
            .spec
            .plan()
            .filter(|_| d.run.attempt() == 0)
            .and_then(|plan| plan.candidates(d.run.cursor.as_ref()).into_iter().next()),
    }
}

/// The state that the run showed before this decision, by the spec of now.
fn state_before(s: &Situation<'_>) -> State {
    let (spec, object, rooms) = (s.spec, s.object, s.rooms());
    let before = Subject { run: s.run, spec, object, job_name: "", rooms, now: s.now };
    Phase::of(&before).state(&before)
}
