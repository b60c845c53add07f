//! How long a decision takes.

use std::hint::black_box;
use std::time::Instant;

use jiff::Timestamp;
use spot_training_operator::domain::decide;
use spot_training_operator::domain::memory::Memory;
use spot_training_operator::domain::observation::{Job, JobStatus, Observation, Transition};
use spot_training_operator::domain::plan::{CheckpointPlan, DeletionPolicy, Desired, Plan};
use spot_training_operator::domain::pool::{Market, Pool};
use spot_training_operator::domain::situation::{ObjectFacts, Situation};

use super::figure;

const ROUNDS: u32 = 300_000;

fn training() -> Observation {
    let transitions = ["Starting", "Downloading", "Training"].map(|status| Transition {
        status: status.to_owned(),
        start: Timestamp::UNIX_EPOCH,
        message: Some("Training image download completed. Training in progress.".to_owned()),
    });
    Observation::Present(Box::new(Job {
        status: JobStatus::InProgress,
        secondary: "Training".to_owned(),
        transitions: transitions.to_vec(),
        ..Job::default()
    }))
}

/// Measures a decision that changes nothing, and one that changes the phase.
pub(crate) fn measure() {
    let object = ObjectFacts {
        namespace: "vision".to_owned(),
        name: "resnet50".to_owned(),
        uid: "6f1d7c1e-8f1a-4a62-9a8e-0d4a5a1c2b3d".to_owned(),
        generation: 1,
        deleting: false,
        has_finalizer: true,
    };
    let desired = Desired::Plan(Plan {
        region: Some("eu-west-1".to_owned()),
        pool: Pool { instance_type: "ml.g5.2xlarge".to_owned(), market: Market::Spot },
        instance_count: 1,
        checkpoint: CheckpointPlan::At("s3://bucket/checkpoints".to_owned()),
        max_wait_seconds: Some(172_800),
        max_pending_seconds: None,
        suspend: false,
        deletion_policy: DeletionPolicy::Stop,
    });
    let step = |memory: &Memory, seen: &Observation| {
        let situation = Situation {
            now: Timestamp::UNIX_EPOCH,
            object: &object,
            desired: &desired,
            memory,
            seen,
            next_look: Timestamp::UNIX_EPOCH,
            failing_since: None,
            credentials: 1,
        };
        decide(&situation).memory.into_owned()
    };
    let identified = step(&Memory::default(), &Observation::Identified("123456789012".to_owned()));
    let created = step(&identified, &Observation::Created("arn".to_owned()));
    let followed = step(&created, &training());
    for (name, memory) in
        [("decide: nothing changed", &followed), ("decide: phase changed", &created)]
    {
        let seen = training();
        let situation = Situation {
            now: Timestamp::UNIX_EPOCH,
            object: &object,
            desired: &desired,
            memory,
            seen: &seen,
            next_look: Timestamp::UNIX_EPOCH,
            failing_since: None,
            credentials: 1,
        };
        let started = Instant::now();
        for _ in 0..ROUNDS {
            black_box(decide(black_box(&situation)));
        }
        let microseconds = started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
        let target = (name == "decide: nothing changed").then_some(2.0);
        figure(name, microseconds, "µs", target);
    }
}
