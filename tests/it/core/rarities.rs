//! Scenarios that few people meet: what a policy, a newer version, or many interruptions lead to.

use jiff::SignedDuration;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::policy::failure_rules::FailureRule;
use spot_training_operator::domain::run::stop_request::StopRequest;
use spot_training_operator::domain::spec::plan::Plan;
use spot_training_operator::domain::spec::pool::{Market, Pool};
use spot_training_operator::domain::vocabulary::{RuleAction, StopReason, Word};

use super::scenarios::{Scenario, Script, TRAINING, failed, over};
use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, created, nothing, present, refused, stop_accepted};

/// A rule for every failure.
pub(super) fn rule(action: RuleAction) -> FailureRule {
    FailureRule {
        name: "loss-is-nan".to_owned(),
        action,
        classes: Vec::new(),
        patterns: Vec::new(),
        exit_codes: None,
    }
}

/// Attempts that fail with this reason, each begun after its back-off.
fn fails(times: i64, reason: &str) -> Script {
    (1..times).fold(Script::live(&TRAINING), |script, attempt| {
        script
            .after(4000 * attempt)
            .then(&failed(reason))
            .after(4000 * attempt + 900)
            .then(&nothing())
            .then(&created())
    })
}

fn other_type(plan: &Plan) -> Pool {
    Pool { instance_type: "ml.g6.4xlarge".to_owned(), ..plan.pools[0].clone() }
}

/// The scenarios.
pub(super) fn rarities() -> Vec<Scenario> {
    [interruptions(), failures(), pools()].into_iter().flatten().collect()
}

fn interruptions() -> Vec<Scenario> {
    let interrupted = [TRAINING.as_slice(), &["Interrupted"; 2]].concat();
    let twice = || {
        Script::live(&TRAINING)
            .with(|w| w.edit(|plan| plan.capacity.max_interruptions = Some(2)))
            .then(&present(job(JobStatus::InProgress, &interrupted, 0)))
            .then(&nothing())
    };
    vec![
        twice().named("too many interruptions: stopping"),
        twice()
            .then(&stop_accepted())
            .then(&present(over(JobStatus::Stopped, "Stopped")))
            .named("too many interruptions"),
    ]
}

fn failures() -> Vec<Scenario> {
    let by_a_newer_version = |w: &mut World| {
        let stop = StopRequest::new(StopReason::StoppedForSuspend, at(90));
        let why = Word::Newer("StoppedForMaintenance".to_owned());
        let live = w.run.live_mut().unwrap();
        live.stop = Some(StopRequest { why, accepted: Some(at(90)), ..stop });
    };
    let to_on_demand = |plan: &mut Plan| {
        plan.failure_rules = vec![rule(RuleAction::FallBackToOnDemand)];
        plan.pools.push(Pool { market: Market::OnDemand, ..plan.pools[0].clone() });
    };
    vec![
        Script::live(&TRAINING)
            .after(4000)
            .then(&present(over(JobStatus::Completed, "Completed")))
            .then(&refused(Call::Write, CallErrorKind::WriteRefused))
            .named("a policy refuses to release it"),
        Script::live(&TRAINING)
            .with(by_a_newer_version)
            .then(&present(over(JobStatus::Stopped, "Stopped")))
            .named("stopped by a newer version"),
        Script::live(&TRAINING)
            .with(|w| w.edit(|plan| plan.failure_rules = vec![rule(RuleAction::Ignore)]))
            .after(4000)
            .then(&failed("AlgorithmError: exit code: 1"))
            .named("a rule lets it try again"),
        Script::live(&TRAINING)
            .with(|w| w.edit(to_on_demand))
            .after(4000)
            .then(&failed("AlgorithmError: exit code: 1"))
            .named("a rule sends it to on-demand"),
        fails(4, "InternalServerError: We encountered an internal error.")
            .after(16_000)
            .then(&failed("InternalServerError: We encountered an internal error."))
            .named("SageMaker failed in four attempts"),
    ]
}

fn pools() -> Vec<Scenario> {
    let pending =
        Job { ended: Some(at(7300)), ..job(JobStatus::Stopped, &["Pending", "Stopped"], 0) };
    let next_after_half_an_hour = |plan: &mut Plan| {
        plan.pools.push(other_type(plan));
        plan.capacity.spot_wait = Some(SignedDuration::from_mins(30));
    };
    vec![
        Script::live(&["Pending"])
            .with(|w| w.edit(|plan| plan.max_pending_seconds = Some(7200)))
            .after(7300)
            .then(&present(pending))
            .named("no capacity within the pending time"),
        Script::live(&TRAINING)
            .with(|w| w.edit(|plan| plan.pools = vec![other_type(plan)]))
            .then(&present(job(JobStatus::InProgress, &TRAINING, 0)))
            .named("trains in a pool that an edit took away"),
        Script::live(&["Starting"])
            .with(|w| w.edit(next_after_half_an_hour))
            .after(4000)
            .then(&present(job(JobStatus::InProgress, &["Starting"], 0)))
            .then(&stop_accepted())
            .then(&present(job(JobStatus::Stopping, &["Starting", "Stopping"], 0)))
            .named("stopping for another instance type"),
    ]
}
