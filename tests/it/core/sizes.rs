//! The size of a status: etcd and every watch carry it.

use spot_training_operator::controller::convert::status::status;
use spot_training_operator::domain::job::text::clean;
use spot_training_operator::domain::job::{Job, JobStatus, Metric};
use spot_training_operator::domain::spec::pool::{Market, Pool};
use spot_training_operator::domain::vocabulary::State;

use super::capacity::begin;
use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, present};

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
