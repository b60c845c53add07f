//! Edits of the capacity policy while an attempt is under way.

use spot_training_operator::domain::admission::CreateTurn;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::spec::capacity::OnDemandFallback;
use spot_training_operator::domain::spec::pool::{Market, Pool};
use spot_training_operator::domain::vocabulary::ConditionType;

use super::capacity::{TYPES, begin, begins, is_left, seen, waits, world};
use crate::support::fixtures::objects::at;
use crate::support::fixtures::world::{World, created, nothing, present, stop_accepted};

fn on(market: Market, index: usize) -> Pool {
    Pool { instance_type: TYPES[index].to_owned(), market }
}

/// An object that began on demand, with two types, and that an edit has made one of spot.
fn made_spot(on_demand: OnDemandFallback) -> World {
    let mut world = World::default();
    world.edit(|plan| {
        plan.pools = vec![on(Market::OnDemand, 0), on(Market::OnDemand, 1)];
        plan.backoff_limit = 3;
    });
    assert_eq!(begin(&mut world), "on-demand ml.g5.2xlarge");
    world.edit(|plan| {
        plan.pools.insert(0, on(Market::Spot, 0));
        plan.capacity.on_demand = on_demand;
    });
    world
}

#[test]
fn an_edit_to_spot_acts_at_the_attempt_after_a_failure() {
    let mut world = made_spot(OnDemandFallback::AfterWait);
    let path = ["Starting", "Downloading", "Training", "Failed"];
    assert_eq!(waits(&mut world, 60, &path[..3]), None, "what trains goes on");
    let failed = seen(&world, JobStatus::Failed, &path);
    let step = world.step(&present(failed));
    assert_eq!(begins(&mut world, step), "spot ml.g5.2xlarge");
}

#[test]
fn an_edit_to_spot_takes_a_job_that_waits_on_demand_there() {
    let mut world = made_spot(OnDemandFallback::AfterWait);
    assert_eq!(is_left(&mut world, &["Starting"]), "spot ml.g5.2xlarge");
}

#[test]
fn an_object_that_was_sent_to_on_demand_stays_there_after_a_failure() {
    let mut world = world(OnDemandFallback::AfterWait);
    world.edit(|plan| plan.backoff_limit = 3);
    is_left(&mut world, &["Starting"]);
    assert_eq!(is_left(&mut world, &["Starting"]), "on-demand ml.g5.2xlarge");
    assert_eq!(waits(&mut world, 9000, &["Starting"]), None, "and while it waits");
    let failed = seen(&world, JobStatus::Failed, &["Starting", "Training", "Failed"]);
    let step = world.step(&present(failed));
    assert_eq!(begins(&mut world, step), "on-demand ml.g5.2xlarge");
}

#[test]
fn an_on_demand_type_that_is_edited_away_is_left_for_another_on_demand() {
    let mut waiting = world(OnDemandFallback::AfterWait);
    is_left(&mut waiting, &["Starting"]);
    assert_eq!(is_left(&mut waiting, &["Starting"]), "on-demand ml.g5.2xlarge");
    let drop_type = |world: &mut World| {
        world.edit(|plan| plan.pools.retain(|pool| *pool != on(Market::OnDemand, 0)));
    };
    let mut trains = waiting.clone();
    drop_type(&mut waiting);
    assert_eq!(is_left(&mut waiting, &["Starting"]), "on-demand ml.g6.4xlarge");

    drop_type(&mut trains);
    let path = ["Starting", "Downloading", "Training"];
    assert_eq!(waits(&mut trains, 60, &path), None);
    let message = trains.message(ConditionType::Reconciling);
    assert!(message.contains("at the next attempt, on on-demand ml.g6.4xlarge"), "{message}");
}

#[test]
fn what_comes_first_is_said_of_a_wait() {
    let mut world = world(OnDemandFallback::Never);
    world.step(&present(seen(&world, JobStatus::InProgress, &["Starting"])));
    let says = |world: &World| world.message(ConditionType::Reconciling).to_owned();
    assert!(says(&world).contains("; tries spot ml.g6.4xlarge at"), "{}", says(&world));
    world.edit(|plan| plan.max_wait_seconds = Some(600));
    world.step(&nothing());
    assert!(says(&world).contains("; SageMaker ends the job at"), "{}", says(&world));
    let restarting = seen(&world, JobStatus::InProgress, &["Starting", "Training", "Starting"]);
    world.now = at(60);
    world.step(&present(restarting));
    let text = says(&world);
    assert!(text.contains("after an error of its own") && text.contains("ends the job"), "{text}");
}

#[test]
fn a_create_that_follows_an_edit_goes_where_the_plan_begins() {
    let mut world = World::default();
    world.edit(|plan| plan.pools = vec![on(Market::OnDemand, 0)]);
    let step = world.step(&nothing());
    assert!(matches!(step.effect, Some(Effect::Create(_))), "{step:?}");
    world.step(&created());
    assert_eq!(world.run.cursor, None, "nobody sent it there");
}

#[test]
fn an_edit_to_spot_takes_an_object_back_that_went_round_on_demand() {
    let mut world = World::default();
    world.edit(|plan| plan.pools = vec![on(Market::OnDemand, 0), on(Market::OnDemand, 1)]);
    begin(&mut world);
    let no_capacity = Job {
        failure_reason: Some("CapacityError: none".to_owned()),
        ..seen(&world, JobStatus::Failed, &["Starting", "Failed"])
    };
    let step = world.step(&present(no_capacity));
    let mut edited = world.clone();
    assert_eq!(begins(&mut world, step.clone()), "on-demand ml.g6.4xlarge");
    edited.edit(|plan| {
        plan.pools.insert(0, on(Market::Spot, 0));
        plan.capacity.on_demand = OnDemandFallback::AfterWait;
    });
    assert_eq!(begins(&mut edited, step), "spot ml.g5.2xlarge");
}

#[test]
fn an_object_that_was_sent_to_a_type_that_goes_stays_on_demand() {
    let mut world = world(OnDemandFallback::AfterWait);
    is_left(&mut world, &["Starting"]);
    waits(&mut world, 4000, &["Starting"]);
    world.step(&stop_accepted());
    world.admission.create = CreateTurn::Expected(at(1_000_000));
    let path = ["Starting", "Stopping", "Stopped"];
    world.step(&present(seen(&world, JobStatus::Stopped, &path)));
    world.edit(|plan| plan.pools.retain(|pool| *pool != on(Market::OnDemand, 0)));
    world.admission.create = CreateTurn::Now;
    assert_eq!(begin(&mut world), "on-demand ml.g6.4xlarge");
    assert_eq!(waits(&mut world, 9000, &["Starting"]), None);
}
