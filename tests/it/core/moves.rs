//! Scenarios of capacity policies: what is waited for, and what comes after it.

use jiff::SignedDuration;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::checkpoint::NewestCheckpoint;
use spot_training_operator::domain::situation::Seen;
use spot_training_operator::domain::spec::capacity::{OnDemandFallback, Target};
use spot_training_operator::domain::spec::plan::Plan;
use spot_training_operator::domain::spec::pool::Market;

use super::scenarios::{Scenario, Script, TRAINING};
use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{created, nothing, present, stop_accepted};

fn fall_back_after_half_an_hour(plan: &mut Plan) {
    let mut on_demand = plan.pools[0].clone();
    on_demand.market = Market::OnDemand;
    plan.pools.push(on_demand);
    plan.capacity.on_demand = OnDemandFallback::AfterWait;
    plan.capacity.spot_wait = Some(SignedDuration::from_mins(30));
}

/// Waits for spot until then, with a target of 10 000 seconds for 5 000 of work.
fn late(second: i64) -> Script {
    let seconds = SignedDuration::from_secs;
    Script::live(&["Starting"])
        .with(|w| {
            w.edit(|plan| {
                plan.capacity.target = Some(Target {
                    complete_within: seconds(10_000),
                    estimated_runtime: seconds(5_000),
                    changeover: seconds(600),
                    safety_margin: SignedDuration::ZERO,
                });
            });
        })
        .after(second)
        .then(&present(job(JobStatus::InProgress, &["Starting"], 0)))
}

fn fallen_back() -> Script {
    Script::live(&["Starting"])
        .with(|w| w.edit(fall_back_after_half_an_hour))
        .after(4000)
        .then(&present(job(JobStatus::InProgress, &["Starting"], 0)))
        .then(&stop_accepted())
        .then(&present(job(JobStatus::Stopped, &["Starting", "Stopping", "Stopped"], 0)))
        .then(&nothing())
        .then(&created())
}

/// On demand by Balanced, which tries spot again with this checkpoint.
fn tries_spot_again(newest: NewestCheckpoint) -> Script {
    let training = || present(job(JobStatus::InProgress, &TRAINING, 4000));
    fallen_back()
        .with(|w| {
            w.edit(|plan| {
                plan.capacity.on_demand = OnDemandFallback::Balanced;
                plan.capacity.returns = true;
                plan.capacity.target = Some(Target {
                    complete_within: SignedDuration::from_hours(30),
                    estimated_runtime: SignedDuration::from_hours(20),
                    changeover: SignedDuration::from_mins(10),
                    safety_margin: SignedDuration::ZERO,
                });
            });
        })
        .after(12_000)
        .then(&training())
        .then(&Seen { checkpoint: Some(newest), ..training() })
}

/// The scenarios of capacity policies.
pub(super) fn moves() -> Vec<Scenario> {
    let path = [TRAINING.as_slice(), &["Stopping", "Stopped"]].concat();
    vec![
        Script::live(&["Starting"])
            .with(|w| w.edit(fall_back_after_half_an_hour))
            .after(100)
            .then(&present(job(JobStatus::InProgress, &["Starting"], 0)))
            .named("waits for capacity and falls back later"),
        fallen_back().named("fallen back to on-demand"),
        late(9_000).named("target at risk"),
        late(12_000).named("target missed"),
        tries_spot_again(NewestCheckpoint::Unlisted)
            .named("kept on demand, for checkpoints are not listed"),
        tries_spot_again(NewestCheckpoint::Written(at(11_900)))
            .then(&stop_accepted())
            .then(&present(job(JobStatus::Stopped, &path, 4000)))
            .then(&nothing())
            .then(&created())
            .named("back on spot"),
    ]
}
