//! The size of a status: etcd and every watch carry it.

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::controller::convert::status::status;
use spot_training_operator::domain::admission::Identity;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::job::secondary_status::SecondaryStatus;
use spot_training_operator::domain::job::text::clean;
use spot_training_operator::domain::job::{Job, JobStatus, Metric};
use spot_training_operator::domain::spec::capacity::Target;
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::spec::pool::{Market, Pool};
use spot_training_operator::domain::vocabulary::State;

use super::capacity::begin;
use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{
    ACCOUNT, World, absent, created, nothing, present, refused, stop_accepted,
};

const PATH: [&str; 4] = ["Starting", "Downloading", "Training", "Failed"];

/// Bytes of the status after so many attempts that failed with this text, and one that has metrics.
fn size(attempts: i64, text: &str, metrics: usize, change: impl Fn(&mut World)) -> usize {
    let mut world = World::default();
    world.edit(|plan| plan.backoff_limit = u32::MAX);
    change(&mut world);
    for attempt in 0..attempts {
        begin(&mut world);
        let start = world.live().start.duration_since(at(0)).as_secs();
        let mut failed = Job {
            failure_reason: Some(format!("AlgorithmError: {attempt} {text}")),
            training_seconds: Some(3600),
            billable_seconds: Some(1200),
            ended: Some(at(start + 3600)),
            ..job(JobStatus::Failed, &PATH, start)
        };
        let last = failed.transitions.last_mut().unwrap();
        last.message = Some(text.chars().skip(200).collect());
        world.now = at(start + 3605);
        world.step(&present(failed));
    }
    begin(&mut world);
    let metric = Metric {
        name: clean(text, 255),
        value: clean(&"9".repeat(text.len()), 64),
        timestamp: Some(at(1)),
    };
    let completed = Job {
        final_metrics: vec![metric; metrics],
        model_artifacts: Some(clean(text, 1024)),
        ..job(JobStatus::Completed, &["Starting", "Training", "Completed"], 1)
    };
    world.step(&present(completed));
    assert_eq!(world.state(), State::Completed);
    let view = world.view.as_ref().unwrap();
    let status = status(&world.run, view, world.facts.generation).unwrap();
    serde_json::to_string(&status).unwrap().len()
}

#[test]
fn an_ordinary_status_with_ten_attempts_is_small() {
    let text = "ExecuteUserScriptError: ExitCode 1 ErrorMessage \"RuntimeError: CUDA out of memory. \
                Tried to allocate 2.00 GiB (GPU 0; 22.20 GiB total capacity)\" Command \
                \"/opt/conda/bin/python3.12 train.py --epochs 50\"";
    let size = size(10, text, 0, |_| {});
    assert!(size <= 8 * 1024, "{size} bytes");
}

#[test]
fn the_longest_texts_of_many_attempts_on_many_pools_stay_bounded() {
    let size = size(30, &"\u{1f525}".repeat(20_000), 40, |world| {
        world.facts.namespace = "n".repeat(63);
        world.facts.name = "x".repeat(253);
        world.edit(|plan| {
            let on = |market| {
                let pool = move |n| Pool { instance_type: format!("ml.{n:060}.x"), market };
                (0..9).map(pool)
            };
            plan.pools = on(Market::Spot).chain(on(Market::OnDemand)).collect();
        });
    });
    assert!(size <= 64 * 1024, "{size} bytes");
}

/// An object with the longest texts, in its second attempt, in which every call is refused.
fn long_life(uri: String) -> World {
    let mut world = World::default();
    let principal = u64::MAX;
    world.admission.identity = Identity::Known { account: ACCOUNT.to_owned(), principal };
    world.edit(|plan| {
        let on =
            |market| move |n: u32| Pool { instance_type: format!("ml.{n:052}.48xlarge"), market };
        plan.pools = (0..2).map(on(Market::Spot)).chain((0..2).map(on(Market::OnDemand))).collect();
        plan.region = Some("us-northwestern-marketplace-1234".to_owned());
        plan.checkpoint = CheckpointPlan::At(uri);
        plan.capacity.spot_wait = Some(SignedDuration::from_mins(30));
        plan.capacity.target = Some(Target {
            complete_within: SignedDuration::from_hours(80),
            estimated_runtime: SignedDuration::from_hours(79),
            changeover: SignedDuration::from_mins(10),
            safety_margin: SignedDuration::ZERO,
        });
        plan.suspend = true;
    });
    world.now = moment(0);
    world.step(&nothing());
    world.edit(|plan| plan.suspend = false);
    world.now = moment(100);
    world.step(&nothing());
    world.step(&refused(Call::Create, CallErrorKind::Invalid));
    world.edit(|plan| plan.backoff_limit = 3);
    left_for_the_next(&mut world, 200_000);
    let over = Job {
        training_seconds: Some(123_456),
        billable_seconds: Some(123_456),
        ..interrupted(200_000)
    };
    let stopped = Some(SecondaryStatus::Stopped);
    world.step(&present(Job { status: JobStatus::Stopped, secondary: stopped, ..over }));
    left_for_the_next(&mut world, 400_000);
    world.facts.has_finalizer = false;
    world.step(&refused(Call::Write, CallErrorKind::WriteRefused));
    world.now = moment(404_200);
    world.step(&present(interrupted(400_000)));
    world.step(&refused(Call::Stop, CallErrorKind::AccessDenied));
    world.step(&refused(Call::Describe, CallErrorKind::Credentials));
    world.step(&absent());
    world
}

/// A moment of the operator's clock.
fn moment(second: i64) -> Timestamp {
    at(second) + SignedDuration::from_nanos(626_953_125)
}

/// A job that lost its instances.
fn interrupted(start: i64) -> Job {
    let path = ["Starting", "Downloading", "Training", "Interrupted", "Starting"];
    let said = |second: Timestamp| second + SignedDuration::from_millis(626);
    let mut job = job(JobStatus::InProgress, &path, start);
    for transition in &mut job.transitions {
        transition.start = transition.start.map(said);
    }
    Job { modified: Some(said(at(start + 60))), created: job.created.map(said), ..job }
}

/// An attempt whose create was lost, and that is stopped for another pool.
fn left_for_the_next(world: &mut World, start: i64) {
    world.now = moment(start);
    world.step(&nothing());
    world.step(&refused(Call::Create, CallErrorKind::Unavailable));
    world.step(&absent());
    world.step(&created());
    world.now = moment(start + 4000);
    let step = world.step(&present(interrupted(start)));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
    world.step(&stop_accepted());
}

#[test]
fn the_internal_state_of_a_long_life_fits_its_bound() {
    // JSON writes a quote as two characters.
    for (sign, bound) in [("x", 4096), ("\"", 8192)] {
        let uri = format!("s3://b/{}/", sign.repeat(1016));
        let state = long_life(uri).run.to_internal_state().unwrap();
        assert!(state.len() <= bound, "{} bytes: {state}", state.len());
    }
}
