//! Capacity policies: when an idle spot job is left, and for which pool.

use jiff::SignedDuration;
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::run::End;
use spot_training_operator::domain::spec::capacity::{CapacityPlan, OnDemandFallback, Target};
use spot_training_operator::domain::spec::pool::{Market, Pool};
use spot_training_operator::domain::vocabulary::{ConditionType, Limit, State};

use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{
    Step, World, created, events, nothing, present, refused, stop_accepted,
};

pub(super) const TYPES: [&str; 2] = ["ml.g5.2xlarge", "ml.g6.4xlarge"];

/// A world that waits for 30 minutes on each of two instance types.
pub(super) fn world(on_demand: OnDemandFallback) -> World {
    let mut world = World::default();
    world.edit(|plan| {
        let on =
            |market| TYPES.map(|name| Pool { instance_type: name.to_owned(), market }).into_iter();
        plan.pools = on(Market::Spot).collect();
        if on_demand != OnDemandFallback::Never {
            plan.pools.extend(on(Market::OnDemand));
        }
        plan.capacity = CapacityPlan {
            spot_wait: Some(SignedDuration::from_mins(30)),
            on_demand,
            ..CapacityPlan::default()
        };
    });
    begin(&mut world);
    world
}

/// The next attempt is created; on which pool.
pub(super) fn begin(world: &mut World) -> String {
    let step = world.step(&nothing());
    begins(world, step)
}

/// The attempt that follows this step is created; on which pool.
pub(super) fn begins(world: &mut World, mut step: Step) -> String {
    while let Wake::At(wake) = step.wake {
        world.now = world.now.max(wake);
        step = world.step(&nothing());
    }
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    world.step(&created());
    attempt.pool.to_string()
}

/// The current job is seen on this path, which began when its attempt did.
pub(super) fn seen(world: &World, status: JobStatus, path: &[&str]) -> Job {
    let start = world.live().start.duration_since(at(0)).as_secs();
    job(status, path, start)
}

/// After so many seconds the job is polled and still waits.
pub(super) fn waits(world: &mut World, seconds: i64, path: &[&str]) -> Option<Effect> {
    world.now = world.live().start + SignedDuration::from_secs(seconds);
    world.step(&present(seen(world, JobStatus::InProgress, path))).effect
}

/// The wait is over, the job is stopped, and the next attempt begins; on which pool.
pub(super) fn is_left(world: &mut World, path: &[&str]) -> String {
    let effect = waits(world, 4000, path);
    assert!(matches!(effect, Some(Effect::Stop { .. })), "{effect:?}");
    world.step(&stop_accepted());
    let stopped = [path, &["Stopping", "Stopped"]].concat();
    let step = world.step(&present(seen(world, JobStatus::Stopped, &stopped)));
    assert!(events(&step).contains(&"FellBack"), "{:?}", events(&step));
    begins(world, step)
}

#[test]
fn without_another_pool_spot_is_waited_for_as_long_as_sagemaker_does() {
    let mut world = World::created();
    world.edit(|plan| plan.capacity.spot_wait = Some(SignedDuration::from_mins(30)));
    assert_eq!(waits(&mut world, 100_000, &["Starting"]), None);
}

#[test]
fn spot_alone_goes_round_and_round_over_the_types() {
    let mut world = world(OnDemandFallback::Never);
    assert_eq!(waits(&mut world, 1799, &["Starting"]), None);
    for next in ["spot ml.g6.4xlarge", "spot ml.g5.2xlarge", "spot ml.g6.4xlarge"] {
        assert_eq!(is_left(&mut world, &["Starting"]), next);
    }
    assert_eq!(world.run.retries.restarts, 0, "nothing has failed");
}

#[test]
fn the_wait_is_told_with_its_end_and_wakes_the_object() {
    let mut world = world(OnDemandFallback::Never);
    world.next_poll = at(9000);
    world.now = at(60);
    let step = world.step(&present(seen(&world, JobStatus::InProgress, &["Starting"])));
    assert_eq!(step.wake, Wake::At(at(1800)), "it does not wait for the next poll");
    let message = world.message(ConditionType::Reconciling);
    let told = "waits for spot ml.g5.2xlarge capacity since 2026-11-23T02:13:20Z; tries spot \
                ml.g6.4xlarge at 2026-11-23T02:43:20Z";
    assert!(message.contains(told), "{message}");
}

#[test]
fn after_the_wait_one_pass_over_the_spot_types_then_on_demand_to_the_end() {
    let mut world = world(OnDemandFallback::AfterWait);
    assert_eq!(is_left(&mut world, &["Starting"]), "spot ml.g6.4xlarge");
    assert_eq!(is_left(&mut world, &["Starting"]), "on-demand ml.g5.2xlarge");
    assert_eq!(waits(&mut world, 100_000, &["Starting"]), None, "it stays there");
    world.edit(|plan| plan.backoff_limit = 1);
    let failed = Job {
        failure_reason: Some("AlgorithmError: x".to_owned()),
        ..seen(&world, JobStatus::Failed, &["Starting", "Training", "Failed"])
    };
    world.step(&present(failed));
    assert_eq!(begin(&mut world), "on-demand ml.g5.2xlarge");
}

#[test]
fn a_pass_counts_every_spot_pool_that_was_left() {
    let mut world = world(OnDemandFallback::AfterWait);
    assert_eq!(is_left(&mut world, &["Starting"]), "spot ml.g6.4xlarge");
    let interrupted = ["Starting", "Training", "Interrupted", "Starting"];
    assert_eq!(waits(&mut world, 1819, &interrupted), None, "idle since its interruption");
    assert_eq!(is_left(&mut world, &interrupted), "on-demand ml.g5.2xlarge");
}

#[test]
fn capacity_that_comes_meanwhile_cancels_the_fallback() {
    let mut world = world(OnDemandFallback::AfterWait);
    let training = ["Starting", "Downloading", "Training"];
    assert_eq!(waits(&mut world, 4000, &training), None);
    // The stop is sent and not answered, and the job is seen to train.
    let effect = waits(&mut world, 4001, &["Starting"]);
    assert!(matches!(effect, Some(Effect::Stop { .. })));
    world.step(&refused(Call::Stop, CallErrorKind::Throttled));
    assert_eq!(waits(&mut world, 4100, &training), None);
    assert_eq!(world.live().stop, None, "it is not wished for any longer");
    let completed = seen(&world, JobStatus::Completed, &["Starting", "Training", "Completed"]);
    world.step(&present(completed));
    assert_eq!(world.run.end(), Some(&End::Completed));
}

#[test]
fn a_job_that_starts_while_it_is_stopped_is_recorded_as_that() {
    let mut world = world(OnDemandFallback::AfterWait);
    waits(&mut world, 4000, &["Starting"]);
    world.step(&stop_accepted());
    let path = ["Starting", "Downloading", "Stopping", "Stopped"];
    world.step(&present(seen(&world, JobStatus::Stopped, &path)));
    let record = world.run.history.records.last().unwrap();
    assert_eq!(record.outcome.as_deref(), Some("StoppedWhileStarting"));
    assert_eq!(record.reason.as_deref(), Some("StoppedForFallback"));
}

pub(super) fn with_target(complete_within: i64) -> World {
    let mut world = world(OnDemandFallback::AtDeadline);
    let seconds = SignedDuration::from_secs;
    world.edit(|plan| {
        plan.capacity.spot_wait = None;
        plan.capacity.target = Some(Target {
            complete_within: seconds(complete_within),
            estimated_runtime: seconds(10_000),
            changeover: seconds(600),
            safety_margin: seconds(100),
        });
    });
    world
}

#[test]
fn the_safety_net_goes_to_on_demand_when_the_target_would_be_missed() {
    // 20 000 − 100 − 10 000 − 2 × 600
    let mut world = with_target(20_000);
    assert_eq!(waits(&mut world, 8699, &["Starting"]), None);
    let effect = waits(&mut world, 8700, &["Starting"]);
    assert!(matches!(effect, Some(Effect::Stop { .. })), "{effect:?}");
    world.step(&stop_accepted());
    let path = ["Starting", "Stopping", "Stopped"];
    let step = world.step(&present(seen(&world, JobStatus::Stopped, &path)));
    assert_eq!(begins(&mut world, step), "on-demand ml.g5.2xlarge");
}

#[test]
fn work_that_is_done_and_time_in_suspension_move_the_safety_net() {
    let mut world = with_target(20_000);
    // 5 000 s in Training, then interrupted.
    let mut interrupted = job(JobStatus::InProgress, &["Starting", "Training", "Interrupted"], 0);
    interrupted.transitions[2].start = Some(at(5010));
    world.next_poll = at(99_999);
    world.now = at(5020);
    let step = world.step(&present(interrupted));
    assert_eq!(step.wake, Wake::At(at(13_100)), "8 700 + 5 000, of which a changeover may be lost");
    let mut suspended = with_target(20_000);
    suspended.run.clocks.suspended_seconds = 300;
    suspended.next_poll = at(99_999);
    let step = suspended.step(&present(seen(&suspended, JobStatus::InProgress, &["Starting"])));
    assert_eq!(step.wake, Wake::At(at(9000)));
}

#[test]
fn a_target_that_can_not_be_met_is_told_before_and_after() {
    let mut world = with_target(20_000);
    world.edit(|plan| plan.capacity.on_demand = OnDemandFallback::Never);
    world.next_poll = at(99_999);
    let risk = |world: &World| world.condition(ConditionType::DeadlineAtRisk).map(|(is, _)| is);
    let missed = |world: &World| world.condition(ConditionType::DeadlineMissed).map(|(is, _)| is);
    // 20 000 − 10 000 − 600
    assert_eq!(waits(&mut world, 9400, &["Starting"]), None);
    assert_eq!((risk(&world), missed(&world)), (None, None));
    world.now = at(9401);
    let step = world.step(&nothing());
    assert_eq!(events(&step), ["DeadlineAtRisk"]);
    assert_eq!((risk(&world), step.wake), (Some(true), Wake::At(at(20_001))));
    world.now = at(20_001);
    let step = world.step(&nothing());
    assert_eq!(events(&step), ["DeadlineMissed"]);
    assert_eq!((risk(&world), missed(&world)), (Some(false), Some(true)));
    let completed = Job {
        ended: Some(at(30_000)),
        ..seen(&world, JobStatus::Completed, &["Starting", "Training", "Completed"])
    };
    world.now = at(30_005);
    world.step(&present(completed));
    assert_eq!(missed(&world), Some(true), "it stays missed");
    assert_eq!(world.state(), State::Completed, "and is no failure");
}

#[test]
fn the_safety_net_never_stops_a_job_that_has_its_instances() {
    let mut world = with_target(11_000);
    assert_eq!(waits(&mut world, 50_000, &["Starting", "Downloading", "Training"]), None);
    assert_eq!(world.state(), State::Running);
}

#[test]
fn many_interruptions_are_as_if_the_wait_were_over() {
    let path = ["Starting", "Training", "Interrupted", "Starting", "Training", "Interrupted"];
    let mut moving = world(OnDemandFallback::Never);
    moving.edit(|plan| plan.capacity.max_interruptions = Some(2));
    assert_eq!(waits(&mut moving, 60, &path[..3]), None);
    assert_eq!(is_left(&mut moving, &path), "spot ml.g6.4xlarge");

    let mut alone = World::created();
    alone.edit(|plan| plan.capacity.max_interruptions = Some(2));
    alone.now = at(60);
    let step = alone.step(&present(job(JobStatus::InProgress, &path, 0)));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
    alone.step(&stop_accepted());
    let stopped = [path.as_slice(), &["Stopping", "Stopped"]].concat();
    alone.step(&present(job(JobStatus::Stopped, &stopped, 0)));
    assert_eq!(alone.run.end(), Some(&End::Exceeded(Limit::TooManyInterruptions)));
    let message = alone.message(ConditionType::Failed);
    assert!(message.contains("interrupted 2 times"), "{message}");
}

#[test]
fn a_type_without_capacity_is_followed_by_the_next_one_after_the_back_off() {
    let mut spot = world(OnDemandFallback::Never);
    let starved = ["Starting", "MaxWaitTimeExceeded"];
    spot.step(&present(seen(&spot, JobStatus::Stopped, &starved)));
    assert_eq!(begin(&mut spot), "spot ml.g6.4xlarge");

    let mut on_demand = world(OnDemandFallback::AfterWait);
    is_left(&mut on_demand, &["Starting"]);
    is_left(&mut on_demand, &["Starting"]);
    let failed = Job {
        failure_reason: Some("CapacityError: none".to_owned()),
        ..seen(&on_demand, JobStatus::Failed, &["Starting", "Failed"])
    };
    on_demand.step(&present(failed));
    assert_eq!(begin(&mut on_demand), "on-demand ml.g6.4xlarge", "round and round");
}

#[test]
fn a_suspended_object_falls_back_nowhere() {
    let mut world = world(OnDemandFallback::AfterWait);
    world.edit(|plan| plan.suspend = true);
    waits(&mut world, 4000, &["Starting"]);
    world.step(&stop_accepted());
    let stopped = seen(&world, JobStatus::Stopped, &["Starting", "Stopping", "Stopped"]);
    world.step(&present(stopped));
    assert_eq!(world.state(), State::Suspended);
    assert_eq!(world.run.cursor, None);
}
