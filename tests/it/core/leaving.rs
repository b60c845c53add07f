//! When a pool is left in rarer situations, and what is said and counted of it.

use jiff::SignedDuration;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::run::End;
use spot_training_operator::domain::spec::capacity::OnDemandFallback;
use spot_training_operator::domain::spec::pool::Market;
use spot_training_operator::domain::view::savings;
use spot_training_operator::domain::vocabulary::{
    ConditionType, FailureClass, Limit, RuleAction, State,
};

use super::capacity::{TYPES, begin, begins, is_left, seen, waits, with_target, world};
use super::rarities::rule;
use super::scenarios::failed;
use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, nothing, present, stop_accepted};

#[test]
fn a_wait_after_an_error_of_sagemaker_is_idle_too() {
    let mut world = world(OnDemandFallback::Never);
    let path = ["Starting", "Training", "Restarting", "Starting"];
    assert_eq!(waits(&mut world, 1000, &path), None);
    assert_eq!(is_left(&mut world, &path), "spot ml.g6.4xlarge");
}

#[test]
fn a_wait_whose_beginning_is_not_said_is_no_longer_than_the_last_change() {
    let mut world = world(OnDemandFallback::Never);
    let mut interrupted =
        seen(&world, JobStatus::InProgress, &["Starting", "Training", "Interrupted"]);
    interrupted.transitions[2].start = None;
    interrupted.modified = Some(at(50_000));
    world.now = at(50_100);
    assert_eq!(world.step(&present(interrupted.clone())).effect, None);
    world.now = at(51_801);
    let effect = world.step(&present(interrupted)).effect;
    assert!(matches!(effect, Some(Effect::Stop { .. })), "{effect:?}");
}

#[test]
fn an_on_demand_job_that_waits_is_left_once_on_demand_is_no_longer_wanted() {
    let back = |path: &[&str]| {
        let mut world = world(OnDemandFallback::AfterWait);
        is_left(&mut world, &["Starting"]);
        assert_eq!(is_left(&mut world, &["Starting"]), "on-demand ml.g5.2xlarge");
        waits(&mut world, 60, path);
        world.edit(|plan| {
            plan.capacity.on_demand = OnDemandFallback::Never;
            plan.pools.retain(|pool| pool.market == Market::Spot);
        });
        world
    };
    assert_eq!(is_left(&mut back(&["Starting"]), &["Starting"]), "spot ml.g5.2xlarge");
    let trains = ["Starting", "Training"];
    assert_eq!(waits(&mut back(&trains), 4000, &trains), None, "what trains stays");
}

#[test]
fn an_edit_that_acts_later_is_said() {
    let trains = ["Starting", "Training"];
    let mut world = world(OnDemandFallback::Never);
    waits(&mut world, 60, &trains);
    world.edit(|plan| drop(plan.pools.remove(0)));
    waits(&mut world, 120, &trains);
    let message = world.message(ConditionType::Reconciling);
    let told = "; the edit of spec.capacity acts at the next attempt, on spot ml.g6.4xlarge";
    assert!(message.ends_with(told), "{message}");
}

#[test]
fn a_target_that_was_missed_stays_missed_in_a_suspension() {
    let mut world = with_target(20_000);
    world.edit(|plan| plan.capacity.on_demand = OnDemandFallback::Never);
    waits(&mut world, 20_001, &["Starting"]);
    let missed = |world: &World| world.condition(ConditionType::DeadlineMissed).map(|(is, _)| is);
    assert_eq!(missed(&world), Some(true));
    world.edit(|plan| plan.suspend = true);
    for seconds in [20_100, 40_000] {
        world.now = at(seconds);
        world.step(&nothing());
        assert_eq!(missed(&world), Some(true), "after {seconds} s");
    }
}

#[test]
fn what_spot_saved_is_shown_after_a_fallback() {
    let mut world = world(OnDemandFallback::AfterWait);
    let path = ["Starting", "Training", "Interrupted"];
    let interrupted = |world: &World| Job {
        training_seconds: Some(1000),
        billable_seconds: Some(300),
        ..seen(world, JobStatus::Stopped, &[path.as_slice(), &["Stopping", "Stopped"]].concat())
    };
    for next in ["spot ml.g6.4xlarge", "on-demand ml.g5.2xlarge"] {
        waits(&mut world, 4000, &path);
        world.step(&stop_accepted());
        let step = world.step(&present(interrupted(&world)));
        assert_eq!(begins(&mut world, step), next);
    }
    assert_eq!(savings::shown(&world.run).as_deref(), Some("70.0%"));
}

#[test]
fn numbers_that_come_late_complete_the_sums_of_several_attempts() {
    let path = ["Starting", "Training", "Completed"];
    for (first_said, shown) in [(true, Some("70.0%")), (false, None)] {
        let mut world = World::created();
        world.edit(|plan| plan.backoff_limit = 1);
        let seconds = first_said.then_some(1000);
        let first = Job {
            failure_reason: Some("AlgorithmError: 1".to_owned()),
            training_seconds: seconds,
            billable_seconds: seconds.map(|_| 300),
            ..job(JobStatus::Failed, &["Starting", "Training", "Failed"], 1)
        };
        let step = world.step(&present(first));
        begins(&mut world, step);
        let silent = seen(&world, JobStatus::Completed, &path);
        world.step(&present(silent.clone()));
        assert_eq!(savings::shown(&world.run), None, "not yet said");
        let said = Job { training_seconds: Some(1000), billable_seconds: Some(300), ..silent };
        world.now += SignedDuration::from_mins(1);
        world.step(&nothing());
        world.step(&present(said));
        assert_eq!(savings::shown(&world.run).as_deref(), shown, "first said: {first_said}");
    }
}

#[test]
fn a_job_that_fails_while_our_unanswered_stop_stops_it_is_stopped() {
    let mut world = World::created();
    world.edit(|plan| plan.suspend = true);
    let trains = ["Starting", "Training"];
    world.step(&present(job(JobStatus::InProgress, &trains, 1)));
    let stopping = [trains.as_slice(), &["Stopping"]].concat();
    world.step(&present(job(JobStatus::Stopping, &stopping, 1)));
    let over = Job {
        failure_reason: Some("AlgorithmError: killed".to_owned()),
        ..job(JobStatus::Failed, &[stopping.as_slice(), &["Failed"]].concat(), 1)
    };
    world.step(&present(over));
    assert_eq!((world.run.end(), world.state()), (None, State::Suspended));
}

#[test]
fn a_word_that_is_unknown_is_no_verdict_on_a_job_that_we_stopped() {
    let mut world = World::created();
    world.edit(|plan| plan.suspend = true);
    world.step(&present(job(JobStatus::InProgress, &["Starting", "Training"], 1)));
    world.step(&stop_accepted());
    world.step(&present(job(JobStatus::Stopped, &["Starting", "Training", "Parked"], 1)));
    assert_eq!((world.run.end(), world.state()), (None, State::Suspended));
}

#[test]
fn a_pending_time_that_is_over_is_a_lack_of_capacity() {
    for (seconds, class) in
        [(7200, FailureClass::CapacityError), (9000, FailureClass::StoppedExternally)]
    {
        let mut world = World::created();
        world.edit(|plan| plan.max_pending_seconds = Some(seconds));
        let mut stopped = job(JobStatus::Stopped, &["Pending", "Stopped"], 0);
        stopped.ended = Some(at(7300));
        world.now = at(7310);
        world.step(&present(stopped));
        let reason = world.run.history.records[0].reason.clone();
        assert_eq!(reason.as_deref(), Some(class.to_string().as_str()), "{seconds} s");
    }
}

#[test]
fn a_rule_sends_an_object_to_on_demand_which_has_room() {
    let mut world = world(OnDemandFallback::AfterWait);
    world.edit(|plan| {
        plan.failure_rules = vec![rule(RuleAction::FallBackToOnDemand)];
    });
    world.step(&failed("AlgorithmError: 1"));
    assert_eq!(begin(&mut world), format!("on-demand {}", TYPES[0]));
}

#[test]
fn a_limit_that_is_set_below_the_count_is_judged_at_the_next_end() {
    let mut world = World::created();
    world.edit(|plan| plan.backoff_limit = 3);
    for _ in 0..2 {
        let step = world.step(&failed("AlgorithmError: 1"));
        begins(&mut world, step);
    }
    world.edit(|plan| plan.backoff_limit = 1);
    world.step(&nothing());
    assert_eq!(world.run.end(), None, "an attempt that runs is not touched");
    world.step(&failed("AlgorithmError: 1"));
    assert_eq!(world.run.end(), Some(&End::Exceeded(Limit::BackoffLimitExceeded)));
}
