//! Rooms: a job that waits is left for no pool that is known to have none.

use spot_training_operator::domain::admission::{PoolState, PrefixState};
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::run::Run;
use spot_training_operator::domain::spec::capacity::OnDemandFallback;
use spot_training_operator::domain::spec::pool::Pool;
use spot_training_operator::domain::vocabulary::ConditionType;

use super::capacity::{TYPES, is_left, seen, waits, with_target, world};
use crate::support::fixtures::objects::at;
use crate::support::fixtures::world::{World, events, nothing, present, refused};

const OPEN: PoolState = PoolState::Open;
const CLOSED: PoolState = PoolState::Closed { probe_at: None };

fn unusable() -> PoolState {
    PoolState::Unusable { until: at(99_999) }
}

/// What is said of the wait.
fn says(world: &World) -> &str {
    world.message(ConditionType::Reconciling)
}

#[test]
fn a_job_that_waits_stays_where_no_other_pool_has_room() {
    for state in [CLOSED, unusable()] {
        let mut world = world(OnDemandFallback::Never);
        world.admission.pools = vec![OPEN, state];
        assert_eq!(waits(&mut world, 9000, &["Starting"]), None, "{state:?}");
        assert!(says(&world).contains("; SageMaker ends the job at"), "{}", says(&world));
        world.admission.pools.clear();
        assert_eq!(is_left(&mut world, &["Starting"]), "spot ml.g6.4xlarge");
    }
}

#[test]
fn a_pool_without_room_is_passed_over() {
    let mut to_on_demand = world(OnDemandFallback::AfterWait);
    to_on_demand.admission.pools = vec![OPEN, unusable()];
    assert_eq!(is_left(&mut to_on_demand, &["Starting"]), "on-demand ml.g5.2xlarge");

    let mut to_second = world(OnDemandFallback::AfterWait);
    assert_eq!(is_left(&mut to_second, &["Starting"]), "spot ml.g6.4xlarge");
    to_second.admission.pools = vec![OPEN, OPEN, CLOSED, OPEN];
    assert_eq!(is_left(&mut to_second, &["Starting"]), "on-demand ml.g6.4xlarge");

    let mut round = world(OnDemandFallback::AfterWait);
    assert_eq!(is_left(&mut round, &["Starting"]), "spot ml.g6.4xlarge");
    round.admission.pools = vec![OPEN, OPEN, CLOSED, unusable()];
    assert_eq!(is_left(&mut round, &["Starting"]), "spot ml.g5.2xlarge", "no on-demand to be had");
}

#[test]
fn what_can_never_be_had_on_demand_is_not_asked_for_and_interruptions_buy_none() {
    let mut net = with_target(20_000);
    net.admission.pools = vec![OPEN, OPEN, unusable(), unusable()];
    assert_eq!(waits(&mut net, 15_000, &["Starting"]), None);
    net.admission.pools = vec![OPEN, OPEN, unusable(), CLOSED];
    let effect = waits(&mut net, 15_001, &["Starting"]);
    assert!(matches!(effect, Some(Effect::Stop { .. })), "it stands in line: {effect:?}");

    let mut taken = with_target(200_000);
    taken.edit(|plan| plan.capacity.max_interruptions = Some(1));
    taken.admission.pools = vec![OPEN, CLOSED];
    let path = ["Starting", "Training", "Interrupted"];
    assert_eq!(waits(&mut taken, 60, &path), None, "another pool may have room later");
    taken.admission.pools.clear();
    assert_eq!(is_left(&mut taken, &path), "spot ml.g6.4xlarge");
}

#[test]
fn the_pool_that_is_full_is_named_and_not_the_one_that_can_never_be_had() {
    let mut world = world(OnDemandFallback::Never);
    world.run = Run::default();
    world.admission.pools = vec![unusable(), CLOSED];
    world.step(&nothing());
    let message = world.message(ConditionType::Ready);
    assert!(message.contains("quota of spot ml.g6.4xlarge"), "{message}");
}

#[test]
fn a_wait_for_something_else_than_instances_buys_nothing_on_demand() {
    let mut world = world(OnDemandFallback::AfterWait);
    world.edit(|plan| plan.pools.retain(|pool| pool.instance_type == TYPES[0]));
    world.run = Run::default();
    world.admission.pools = vec![CLOSED];
    world.step(&nothing());
    world.now = at(60);
    world.admission.prefix = PrefixState::InUse { by: None };
    world.step(&nothing());
    world.now = at(1800);
    assert_eq!(events(&world.step(&nothing())), [""; 0]);
    world.now = at(2000);
    world.admission.prefix = PrefixState::Free;
    let step = world.step(&nothing());
    assert!(matches!(step.wake, Wake::InTurn(_, Some(wake)) if wake == at(3800)), "{step:?}");
}

#[test]
fn what_is_invalid_on_a_pool_that_accepted_the_object_before_is_not_the_pools_fault() {
    let mut world = world(OnDemandFallback::Never);
    assert_eq!(is_left(&mut world, &["Starting"]), "spot ml.g6.4xlarge");
    let path = ["Starting", "Stopping", "Stopped"];
    waits(&mut world, 4000, &path[..1]);
    let mut step = world.step(&present(seen(&world, JobStatus::Stopped, &path)));
    while let Wake::At(wake) = step.wake {
        world.now = wake;
        step = world.step(&nothing());
    }
    let Some(Effect::Create(attempt)) = &step.effect else { panic!("{step:?}") };
    assert_eq!(attempt.pool.to_string(), "spot ml.g5.2xlarge");
    world.step(&refused(Call::Create, CallErrorKind::Invalid));
    assert_eq!(world.run.blocked.as_ref().unwrap().pool, None);
}

#[test]
fn an_edit_that_drops_the_pool_leaves_for_spot_that_has_room() {
    let mut world = world(OnDemandFallback::AfterWait);
    world.edit(|plan| {
        let third = Pool { instance_type: "ml.p4d.24xlarge".to_owned(), ..plan.pools[0].clone() };
        plan.pools.insert(2, third);
        drop(plan.pools.remove(0));
    });
    world.admission.pools = vec![CLOSED, OPEN, OPEN, OPEN];
    assert_eq!(is_left(&mut world, &["Starting"]), "spot ml.p4d.24xlarge");
}
