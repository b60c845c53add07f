//! Balanced: how long spot is searched for, and when on-demand is left for it again.

use jiff::SignedDuration;
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::checkpoint::NewestCheckpoint;
use spot_training_operator::domain::job::secondary_status::SecondaryStatus;
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::run::cursor::{Cursor, Search};
use spot_training_operator::domain::situation::{Answer, Seen};
use spot_training_operator::domain::spec::capacity::{OnDemandFallback, Target};
use spot_training_operator::domain::vocabulary::ConditionType;

use super::capacity::{begin, begins, seen, waits, world};
use crate::support::fixtures::objects::at;
use crate::support::fixtures::world::{Step, World, events, nothing, present, stop_accepted};

pub(super) const HOUR: i64 = 3600;

/// The first stretch on demand: two hours from its instances, which come after 10 s.
pub(super) const STINT: i64 = 2 * HOUR + 10;

/// An object with 20 hours of work, a changeover of 10 minutes, and that many hours for it.
pub(super) fn with_hours(hours: i64) -> World {
    let mut world = world(OnDemandFallback::Balanced);
    world.edit(|plan| {
        plan.capacity.spot_wait = None;
        plan.capacity.returns = true;
        plan.capacity.target = Some(Target {
            complete_within: SignedDuration::from_hours(hours),
            estimated_runtime: SignedDuration::from_hours(20),
            changeover: SignedDuration::from_mins(10),
            safety_margin: SignedDuration::ZERO,
        });
    });
    world.next_poll = at(1_000_000);
    world
}

/// When the policy acts, if the job of the current attempt stays on this path.
pub(super) fn acts_at(world: &mut World, path: &[&str]) -> i64 {
    world.now = world.live().start + SignedDuration::from_secs(60);
    let step = world.step(&present(seen(world, JobStatus::InProgress, path)));
    let Wake::At(wake) = step.wake else { panic!("{step:?}") };
    wake.duration_since(world.live().start).as_secs()
}

/// The current job is stopped by the policy and over.
pub(super) fn is_left(world: &mut World, path: &[&str]) -> Step {
    world.step(&stop_accepted());
    let path = [path, &["Stopping", "Stopped"]].concat();
    world.step(&present(seen(world, JobStatus::Stopped, &path)))
}

/// The search of the current spot job is given up; on which pool the next attempt begins.
pub(super) fn gives_up(world: &mut World, seconds: i64) -> String {
    let effect = waits(world, seconds, &["Starting"]);
    assert!(matches!(effect, Some(Effect::Stop { .. })), "{effect:?}");
    let step = is_left(world, &["Starting"]);
    begins(world, step)
}

pub(super) const TRAINS: [&str; 3] = ["Starting", "Downloading", "Training"];

/// The on-demand job trains, and the policy acts on it with this newest checkpoint.
pub(super) fn tries_to_return(world: &mut World, seconds: i64, newest: NewestCheckpoint) -> Step {
    let effect = waits(world, seconds, &TRAINS);
    assert!(matches!(effect, Some(Effect::FindCheckpoint { .. })), "{effect:?}");
    let found = Seen {
        checkpoint: Some(newest),
        answer: Some(Answer::Checkpoint(newest)),
        ..present(seen(world, JobStatus::InProgress, &TRAINS))
    };
    world.step(&found)
}

/// The on-demand job is left for spot; on which pool the next attempt begins.
fn returns(world: &mut World, seconds: i64) -> String {
    let now = world.live().start + SignedDuration::from_secs(seconds);
    let newest = now - SignedDuration::from_mins(10);
    let step = tries_to_return(world, seconds, NewestCheckpoint::Written(newest));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
    let step = is_left(world, &TRAINS);
    // The pictured job trains for some seconds only.
    world.run.history.totals.trained_seconds += seconds;
    assert!(events(&step).contains(&"ReturnedToSpot"), "{step:?}");
    begins(world, step)
}

#[test]
fn the_search_for_spot_grows_with_the_square_of_the_slack() {
    // 20 h × (slack / work)², and 20 minutes at least.
    for (hours, search) in [(30, 5 * HOUR), (25, 4500), (22, 1200)] {
        assert_eq!(acts_at(&mut with_hours(hours), &["Starting"]), search, "{hours}");
    }
    let effect = waits(&mut with_hours(20), 60, &["Starting"]);
    assert!(matches!(effect, Some(Effect::Stop { .. })), "the safety net: {effect:?}");
}

#[test]
fn a_search_from_on_demand_is_half_as_long() {
    let mut world = with_hours(30);
    let search = Search { from_on_demand: true, ..Search::default() };
    let pool = world.live().pool().unwrap();
    world.run.cursor = Some(Cursor::at(&pool, 0, search));
    assert_eq!(acts_at(&mut world, &["Starting"]), 5 * HOUR / 2);
}

#[test]
fn a_search_over_several_types_is_one_search() {
    let mut world = with_hours(30);
    world.edit(|plan| plan.capacity.spot_wait = Some(SignedDuration::from_hours(2)));
    assert_eq!(gives_up(&mut world, 2 * HOUR), "spot ml.g6.4xlarge");
    assert_eq!(gives_up(&mut world, 2 * HOUR), "spot ml.g5.2xlarge");
    let began = world.live().start;
    assert_eq!(acts_at(&mut world, &["Starting"]), at(5 * HOUR).duration_since(began).as_secs());
}

#[test]
fn an_interruption_begins_a_search_anew_with_the_slack_that_is_left() {
    let mut world = with_hours(30);
    waits(&mut world, 30, &TRAINS);
    let interrupted = ["Starting", "Downloading", "Training", "Interrupted"];
    // What it has trained for 10 of 30 s may be lost: 10 h − 30 s of slack for 20 h of work.
    assert_eq!(acts_at(&mut world, &interrupted), 30 + 17_970);
}

#[test]
fn on_demand_is_left_for_spot_less_and_less_often() {
    let mut world = with_hours(30);
    assert_eq!(gives_up(&mut world, 5 * HOUR), "on-demand ml.g5.2xlarge");
    assert_eq!(acts_at(&mut world, &TRAINS), STINT);
    let message = world.message(ConditionType::Reconciling);
    assert!(message.contains("; tries spot ml.g5.2xlarge at "), "{message}");
    assert_eq!(returns(&mut world, STINT), "spot ml.g5.2xlarge");
    // 5 h of slack for 18 h of work: 10 h × (5 / 18)².
    let search = acts_at(&mut world, &["Starting"]);
    assert_eq!(search, 2779);
    assert_eq!(gives_up(&mut world, search), "on-demand ml.g5.2xlarge");
    assert_eq!(acts_at(&mut world, &TRAINS), STINT + HOUR, "one search was in vain");
    assert_eq!(returns(&mut world, STINT + HOUR), "spot ml.g5.2xlarge");
    waits(&mut world, 30, &TRAINS);
    let interrupted = ["Starting", "Downloading", "Training", "Interrupted"];
    assert!(waits(&mut world, 5 * HOUR, &interrupted).is_some());
    let step = is_left(&mut world, &interrupted);
    begins(&mut world, step);
    let cursor = world.run.cursor.as_ref().unwrap();
    assert_eq!(cursor.search.fruitless, 0, "spot was found meanwhile");
}

#[test]
fn with_little_slack_on_demand_is_kept_until_there_and_back_is_worth_it() {
    let mut world = with_hours(21);
    assert_eq!(gives_up(&mut world, 1200), "on-demand ml.g5.2xlarge");
    // 2 380 s of slack beside 72 000 s of work, 10 s after the instances: 2 × 600 / 2 380 of what is
    // left after 24 147 s are as much as that.
    assert_eq!(waits(&mut world, 24_146, &TRAINS), None);
    let effect = waits(&mut world, 24_147, &TRAINS);
    assert!(matches!(effect, Some(Effect::FindCheckpoint { .. })), "{effect:?}");
}

#[test]
fn without_slack_for_there_and_back_on_demand_is_kept_to_the_end() {
    let mut world = with_hours(20);
    let effect = waits(&mut world, 0, &["Starting"]);
    assert!(matches!(effect, Some(Effect::Stop { .. })), "{effect:?}");
    let step = is_left(&mut world, &["Starting"]);
    assert_eq!(begins(&mut world, step), "on-demand ml.g5.2xlarge");
    assert_eq!(waits(&mut world, 19 * HOUR, &TRAINS), None);
}

#[test]
fn without_a_new_checkpoint_on_demand_is_kept_and_the_status_says_why() {
    let mut world = with_hours(30);
    gives_up(&mut world, 5 * HOUR);
    waits(&mut world, 60, &TRAINS);
    let old = world.live().start + SignedDuration::from_secs(STINT - 601);
    for (newest, says) in [
        (NewestCheckpoint::Unlisted, "can't list checkpoints"),
        (NewestCheckpoint::Missing, "older than a changeover takes"),
        (NewestCheckpoint::Written(old), "older than a changeover takes"),
    ] {
        world.next_poll = world.now;
        let step = tries_to_return(&mut world, STINT, newest);
        assert_eq!(step.effect, None);
        let message = world.message(ConditionType::Reconciling);
        assert!(message.contains("stays there instead of trying spot again"), "{message}");
        assert!(message.contains(says), "{message}");
    }
    world.now += SignedDuration::from_secs(60);
    world.next_poll = world.now + SignedDuration::from_secs(30);
    let step = world.step(&nothing());
    assert_eq!((step.effect, step.wake), (None, Wake::At(world.next_poll)), "no poll of its own");
}

#[test]
fn a_training_that_outlives_its_estimate_ends_where_it_is() {
    let mut world = with_hours(30);
    gives_up(&mut world, 5 * HOUR);
    world.run.history.totals.trained_seconds = 19 * HOUR;
    assert_eq!(waits(&mut world, 9 * HOUR, &TRAINS), None);
}

#[test]
fn a_suspension_ends_a_search() {
    let mut world = with_hours(30);
    world.edit(|plan| plan.capacity.spot_wait = Some(SignedDuration::from_hours(2)));
    gives_up(&mut world, 2 * HOUR);
    world.edit(|plan| plan.suspend = true);
    waits(&mut world, 60, &["Starting"]);
    is_left(&mut world, &["Starting"]);
    world.edit(|plan| plan.suspend = false);
    world.now = at(4 * HOUR);
    assert_eq!(begin(&mut world), "spot ml.g6.4xlarge");
    world.edit(|plan| plan.capacity.spot_wait = None);
    assert!(acts_at(&mut world, &["Starting"]) > 3 * HOUR);
}

#[test]
fn a_changeover_is_believed_as_long_as_the_longest_that_was_measured() {
    let mut world = with_hours(30);
    gives_up(&mut world, 5 * HOUR);
    // 1 500 s to its instances, 300 s to its training.
    let mut job = seen(&world, JobStatus::InProgress, &TRAINS);
    let start = world.live().start;
    job.transitions[1].start = Some(start + SignedDuration::from_secs(1500));
    job.transitions[2].start = Some(start + SignedDuration::from_secs(1800));
    let measured = |job: &Job| (job.launch_seconds(), job.longest_setup());
    assert_eq!(measured(&job), (1500, 300));
    world.now = start + SignedDuration::from_secs(1500 + 5 * HOUR);
    let newest = NewestCheckpoint::Written(world.now);
    world.step(&present(job.clone()));
    world.step(&Seen { checkpoint: Some(newest), ..present(job.clone()) });
    world.step(&stop_accepted());
    job.status = JobStatus::Stopped;
    job.secondary = Some(SecondaryStatus::Stopped);
    job.ended = Some(world.now + SignedDuration::from_secs(90));
    world.now += SignedDuration::from_secs(120);
    world.step(&present(job));
    let totals = &world.run.history.totals;
    assert_eq!(
        (totals.longest_launch, totals.longest_setup, totals.longest_stop >= 90),
        (1500, 300, true)
    );
}
