//! Fallbacks in odd situations: what is lost, what had no room, what outlives its estimate.

use jiff::SignedDuration;
use spot_training_operator::domain::admission::PoolState;
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::{Effect, Priority};
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind, QuotaNumbers};
use spot_training_operator::domain::job::checkpoint::NewestCheckpoint;
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::run::Run;
use spot_training_operator::domain::spec::capacity::OnDemandFallback;
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::vocabulary::{ConditionType, RuleAction, State};

use super::balanced::{
    HOUR, STINT, TRAINS, acts_at, gives_up, is_left, tries_to_return, with_hours,
};
use super::capacity::{begin, begins, seen, waits, with_target, world};
use super::rarities::rule;
use super::scenarios::failed;
use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, events, nothing, present, refused, stop_accepted};

#[test]
fn without_checkpoints_an_interruption_has_undone_all_work() {
    let wake = |checkpoint: CheckpointPlan| {
        let mut world = with_target(20_000);
        world.edit(|plan| plan.checkpoint = checkpoint);
        let path = ["Starting", "Training", "Interrupted"];
        let mut interrupted = job(JobStatus::InProgress, &path, 0);
        interrupted.transitions[2].start = Some(at(5010));
        world.next_poll = at(99_999);
        world.now = at(5020);
        world.step(&present(interrupted)).wake
    };
    assert_eq!(wake(CheckpointPlan::At("s3://b/c/".to_owned())), Wake::At(at(13_100)));
    assert_eq!(wake(CheckpointPlan::Disabled), Wake::At(at(8700)), "4 400 s of work earlier");
}

#[test]
fn without_a_way_back_balanced_waits_for_spot_as_long_as_at_deadline() {
    let mut world = with_hours(30);
    world.edit(|plan| plan.capacity.returns = false);
    // 30 h − 20 h − 2 × 10 min; the target can't be met on spot 10 min later.
    assert_eq!(acts_at(&mut world, &["Starting"]), 10 * HOUR - 1200);
    let message = world.message(ConditionType::Reconciling);
    assert!(message.contains("Balanced acts as AtDeadline"), "{message}");
    assert_eq!(gives_up(&mut world, 10 * HOUR - 1200), "on-demand ml.g5.2xlarge");
    assert_eq!(waits(&mut world, 9 * HOUR, &TRAINS), None);
}

#[test]
fn spot_that_was_found_for_lack_of_on_demand_is_searched_for_again() {
    let mut world = with_hours(30);
    let mut cursor = world.run.cursor.clone();
    gives_up(&mut world, 5 * HOUR);
    std::mem::swap(&mut cursor, &mut world.run.cursor);
    let mut world = with_hours(30);
    world.run.cursor = cursor;
    waits(&mut world, 30, &TRAINS);
    let interrupted = ["Starting", "Downloading", "Training", "Interrupted"];
    assert_eq!(acts_at(&mut world, &interrupted), 30 + 17_970, "as after any interruption");
}

#[test]
fn a_rule_sends_an_object_to_on_demand_once_without_counting() {
    let mut world = world(OnDemandFallback::AfterWait);
    world.edit(|plan| {
        plan.backoff_limit = 1;
        plan.failure_rules = vec![rule(RuleAction::FallBackToOnDemand)];
    });
    world.step(&failed("AlgorithmError: 1"));
    // On-demand has no room: spot is the last resort.
    let closed = PoolState::Closed { probe_at: None };
    world.admission.pools = vec![PoolState::Open, PoolState::Open, closed, closed];
    assert_eq!(begin(&mut world), "spot ml.g5.2xlarge");
    assert_eq!(world.run.retries.counted, 0);
    world.step(&failed("AlgorithmError: 2"));
    assert_eq!(world.run.retries.counted, 1, "it was sent before");
}

#[test]
fn a_spot_quota_that_is_too_small_stalls_nothing_where_on_demand_comes_next() {
    let never = CallErrorKind::Quota(Some(QuotaNumbers { limit: 0, delta: 1 }));
    for (on_demand, stalls) in
        [(OnDemandFallback::AfterWait, false), (OnDemandFallback::Never, true)]
    {
        let mut world = world(on_demand);
        world.run = Run::default();
        world.step(&nothing());
        world.admission.pools = vec![PoolState::Unusable { until: at(3600) }; 2];
        let step = world.step(&refused(Call::Create, never));
        assert_eq!(world.state() == State::Stalled, stalls, "{on_demand:?} {step:?}");
        if !stalls {
            let Wake::InTurn(_, Some(wake)) = step.wake else { panic!("{step:?}") };
            assert_eq!(wake, at(1800), "the wait on its first type");
        }
    }
}

#[test]
fn a_launch_that_took_long_is_believed_at_once() {
    let mut world = with_hours(30);
    gives_up(&mut world, 5 * HOUR);
    let mut slow = seen(&world, JobStatus::InProgress, &TRAINS);
    let start = world.live().start;
    for (transition, seconds) in slow.transitions.iter_mut().skip(1).zip([9000, 9300]) {
        transition.start = Some(start + SignedDuration::from_secs(seconds));
    }
    world.now = start + SignedDuration::from_secs(9300);
    // 8 700 s of slack, and 2 × 9 300 for there and back.
    let step = world.step(&present(slow));
    assert!(matches!(step.wake, Wake::At(wake) if wake > at(99_999)), "{step:?}");
}

#[test]
fn a_training_that_outlives_its_estimate_does_not_wait_for_spot() {
    let mut world = with_hours(30);
    world.run.history.totals.trained_seconds = 20 * HOUR;
    waits(&mut world, 30, &TRAINS);
    let message = world.message(ConditionType::Reconciling);
    assert!(message.contains("estimatedRuntimeSeconds are trained"), "{message}");
    let interrupted = ["Starting", "Downloading", "Training", "Interrupted"];
    let effect = waits(&mut world, 60, &interrupted);
    assert!(matches!(effect, Some(Effect::Stop { .. })), "{effect:?}");
    let step = is_left(&mut world, &interrupted);
    assert_eq!(begins(&mut world, step), "on-demand ml.g5.2xlarge");
}

fn returning() -> World {
    let mut world = with_hours(30);
    gives_up(&mut world, 5 * HOUR);
    let now = world.live().start + SignedDuration::from_secs(STINT);
    let step = tries_to_return(&mut world, STINT, NewestCheckpoint::Written(now));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
    world
}

#[test]
fn an_object_that_is_deleted_meanwhile_goes_nowhere() {
    let mut world = returning();
    world.step(&stop_accepted());
    world.facts.deleting = true;
    let path = [TRAINS.as_slice(), &["Stopping", "Stopped"]].concat();
    let step = world.step(&present(seen(&world, JobStatus::Stopped, &path)));
    assert!(!events(&step).contains(&"ReturnedToSpot"), "{step:?}");
}

#[test]
fn a_stop_that_was_refused_lapses_while_the_job_is_held() {
    let mut world = returning();
    world.step(&refused(Call::Stop, CallErrorKind::Throttled));
    world.next_poll = at(0);
    tries_to_return(&mut world, STINT + 120, NewestCheckpoint::Missing);
    assert_eq!(world.live().stop, None);
    assert_eq!(world.state(), State::Running);
}

#[test]
fn a_later_attempt_has_the_place_of_a_first_one_in_the_queue() {
    let mut world = world(OnDemandFallback::AfterWait);
    assert_eq!(Priority::of_create(&Run::default()), Priority::First);
    world.step(&failed("CapacityError: none"));
    world.run.blocked = None;
    assert_eq!(Priority::of_create(&world.run), Priority::First);
    begin(&mut world);
    world.run.live_mut().unwrap().request.doubtful = true;
    assert_eq!(Priority::of_create(&world.run), Priority::Repeated, "it was sent before");
}

#[test]
fn a_pool_that_does_not_exist_is_told_and_left() {
    let mut world = world(OnDemandFallback::Never);
    world.run = Run::default();
    world.step(&nothing());
    world.admission.pools = vec![PoolState::Unusable { until: at(3600) }, PoolState::Open];
    let step = world.step(&refused(Call::Create, CallErrorKind::PoolUnusable));
    assert!(events(&step).contains(&"InvalidRequest"), "{step:?}");
    let told = step.facts.iter().any(|fact| fact.message.contains("spot ml.g5.2xlarge can't be"));
    assert!(told, "{step:?}");
}

#[test]
fn a_stop_that_hung_says_nothing_of_the_next_one() {
    let mut world = world(OnDemandFallback::Never);
    assert!(matches!(waits(&mut world, 4000, &["Starting"]), Some(Effect::Stop { .. })));
    world.step(&stop_accepted());
    let path = ["Starting", "Stopping", "Stopped"];
    let ended = Some(at(200_000));
    let job = Job { ended, ..seen(&world, JobStatus::Stopped, &path) };
    world.now = at(200_005);
    world.step(&present(job));
    assert_eq!(world.run.history.totals.longest_stop, 0);
}

#[test]
fn a_stop_whose_answer_was_lost_has_stopped_a_job_whatever_it_says() {
    let mut world = World::created();
    world.edit(|plan| plan.suspend = true);
    assert!(matches!(waits(&mut world, 60, &TRAINS), Some(Effect::Stop { .. })));
    world.step(&refused(Call::Stop, CallErrorKind::Unavailable));
    let path = [TRAINS.as_slice(), &["Stopping", "Parked"]].concat();
    world.step(&present(seen(&world, JobStatus::Stopped, &path)));
    assert_eq!((world.state(), world.run.end()), (State::Suspended, None));
}
