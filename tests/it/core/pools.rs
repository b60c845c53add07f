//! Pools that are closed, edited away or never to be had, and what an object does then.

use spot_training_operator::domain::admission::PoolState;
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind, QuotaNumbers};
use spot_training_operator::domain::run::Run;
use spot_training_operator::domain::spec::capacity::OnDemandFallback;
use spot_training_operator::domain::spec::pool::{Market, Pool};
use spot_training_operator::domain::vocabulary::State;

use super::capacity::{TYPES, begins, is_left, seen, waits, with_target, world};
use crate::support::fixtures::objects::at;
use crate::support::fixtures::world::{World, events, nothing, present, refused, stop_accepted};

#[test]
fn an_object_that_waits_for_a_spot_quota_goes_to_on_demand_by_its_policy() {
    let mut world = world(OnDemandFallback::AfterWait);
    let stopped = seen(&world, JobStatus::Stopped, &["Starting", "MaxWaitTimeExceeded"]);
    world.step(&present(stopped));
    world.now = at(100);
    world.admission.pools = vec![PoolState::Closed { probe_at: None }; 2];
    let step = world.step(&nothing());
    // One pass of half an hour on each type.
    let Wake::InTurn(_, Some(wake)) = step.wake else { panic!("{step:?}") };
    assert_eq!(world.state(), State::Queued);
    world.now = wake;
    let step = world.step(&nothing());
    assert!(events(&step).contains(&"FellBack"), "{step:?}");
    assert_eq!(begins(&mut world, step), "on-demand ml.g5.2xlarge");
}

#[test]
fn a_pool_that_is_edited_away_is_left_while_it_is_idle_only() {
    let drop_first = |world: &mut World| world.edit(|plan| drop(plan.pools.remove(0)));
    let mut idle = world(OnDemandFallback::Never);
    drop_first(&mut idle);
    assert_eq!(is_left(&mut idle, &["Starting"]), "spot ml.g6.4xlarge");
    let mut training = world(OnDemandFallback::Never);
    drop_first(&mut training);
    assert_eq!(waits(&mut training, 100, &["Starting", "Downloading"]), None);
}

#[test]
fn an_edit_to_on_demand_is_a_persons_own_fallback() {
    let mut world = World::created();
    world.edit(|plan| plan.pools[0].market = Market::OnDemand);
    assert_eq!(is_left(&mut world, &["Starting"]), "on-demand ml.g5.2xlarge");
}

#[test]
fn a_pool_that_can_never_be_had_is_left_for_the_next_one_at_once() {
    let never = CallErrorKind::Quota(Some(QuotaNumbers { limit: 0, delta: 1 }));
    for kind in [never, CallErrorKind::PoolUnusable] {
        let mut world = World::default();
        world.edit(|plan| {
            let second = Pool { instance_type: TYPES[1].to_owned(), market: Market::Spot };
            plan.pools.push(second);
        });
        world.step(&nothing());
        let unusable = PoolState::Unusable { until: at(3000) };
        world.admission.pools = vec![unusable, PoolState::Open];
        let step = world.step(&refused(Call::Create, kind));
        let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
        assert_eq!((attempt.number, attempt.pool.to_string().as_str()), (1, "spot ml.g6.4xlarge"));
        world.admission.pools = vec![unusable; 2];
        let step = world.step(&refused(Call::Create, kind));
        assert_eq!(step.effect, None);
        assert_eq!(world.state(), State::Stalled, "no pool is left");
    }
}

/// The spot job is stopped for on-demand, which has no room: spot is taken again.
fn falls_back_without_room(world: &mut World) {
    waits(world, 4000, &["Starting"]);
    world.step(&stop_accepted());
    let closed = PoolState::Closed { probe_at: None };
    world.admission.pools = vec![PoolState::Open, PoolState::Open, closed, closed];
    let stopped = seen(world, JobStatus::Stopped, &["Starting", "Stopping", "Stopped"]);
    let step = world.step(&present(stopped));
    assert_eq!(begins(world, step), "spot ml.g5.2xlarge");
    world.admission.pools = Vec::new();
}

#[test]
fn spot_is_the_last_resort_of_who_fell_back() {
    let mut world = world(OnDemandFallback::AfterWait);
    is_left(&mut world, &["Starting"]);
    falls_back_without_room(&mut world);
}

#[test]
fn probes_of_a_quota_do_not_begin_the_wait_anew() {
    let mut world = world(OnDemandFallback::AfterWait);
    world.edit(|plan| plan.pools.retain(|pool| pool.instance_type == TYPES[0]));
    world.step(&present(seen(&world, JobStatus::Stopped, &["Starting", "Stopping", "Stopped"])));
    let mut world = World { run: Run::default(), ..world };
    for probe in 0..3 {
        world.now = at(600 * probe);
        let step = world.step(&nothing());
        assert!(matches!(step.effect, Some(Effect::Create(_))), "{step:?}");
        world.admission.pools = vec![PoolState::Closed { probe_at: None }];
        world.step(&refused(Call::Create, CallErrorKind::Quota(None)));
        world.admission.pools = Vec::new();
    }
    world.now = at(1800);
    world.admission.pools = vec![PoolState::Closed { probe_at: None }];
    let step = world.step(&nothing());
    assert!(events(&step).contains(&"FellBack"), "{step:?}");
}

#[test]
fn an_object_that_waits_for_another_pool_too_queues_and_does_not_stall() {
    let mut world = World::default();
    world.edit(|plan| {
        let second = Pool { instance_type: TYPES[1].to_owned(), market: Market::Spot };
        plan.pools.push(second);
    });
    world.step(&nothing());
    world.admission.pools =
        vec![PoolState::Unusable { until: at(3000) }, PoolState::Closed { probe_at: None }];
    let never = CallErrorKind::Quota(Some(QuotaNumbers { limit: 0, delta: 1 }));
    let step = world.step(&refused(Call::Create, never));
    assert!(matches!(step.wake, Wake::InTurn(..)), "{step:?}");
    assert_eq!(world.state(), State::Queued);
}

#[test]
fn what_is_invalid_on_one_pool_only_is_left_behind_with_it() {
    let mut world = world(OnDemandFallback::Never);
    let path = ["Starting", "MaxWaitTimeExceeded"];
    world.step(&present(seen(&world, JobStatus::Stopped, &path)));
    world.now = at(100);
    let step = world.step(&nothing());
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!(attempt.pool.to_string(), "spot ml.g6.4xlarge");
    world.admission.pools = vec![PoolState::Open, PoolState::Unusable { until: at(3000) }];
    let step = world.step(&refused(Call::Create, CallErrorKind::Invalid));
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!(attempt.pool.to_string(), "spot ml.g5.2xlarge");
}

#[test]
fn without_room_on_demand_spot_gets_a_chance_before_on_demand_is_asked_again() {
    let mut world = with_target(11_000);
    falls_back_without_room(&mut world);
    assert_eq!(waits(&mut world, 1199, &["Starting"]), None, "it is not stopped at once");
    assert!(matches!(waits(&mut world, 1200, &["Starting"]), Some(Effect::Stop { .. })));
}

#[test]
fn many_interruptions_go_to_on_demand_where_a_target_allows_it() {
    let mut world = with_target(20_000);
    world.edit(|plan| {
        plan.pools.retain(|pool| pool.instance_type == TYPES[0]);
        plan.capacity.max_interruptions = Some(1);
    });
    assert_eq!(
        is_left(&mut world, &["Starting", "Training", "Interrupted"]),
        "on-demand ml.g5.2xlarge"
    );
}
