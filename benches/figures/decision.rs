//! How long a decision takes.

use std::hint::black_box;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::domain::admission::{
    Admission, CreateTurn, Identity, PrefixState, RegionHealth,
};
use spot_training_operator::domain::decide;
use spot_training_operator::domain::job::name::job_name;
use spot_training_operator::domain::job::secondary_status::SecondaryStatus;
use spot_training_operator::domain::job::{Job, JobStatus, Transition};
use spot_training_operator::domain::run::Run;
use spot_training_operator::domain::situation::{
    Answer, Elapsed, ObjectFacts, Polled, Seen, Sighting, Situation,
};
use spot_training_operator::domain::spec::capacity::CapacityPlan;
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::spec::plan::{DeletionPolicy, Limits, ParsedSpec, Plan};
use spot_training_operator::domain::spec::pool::{Market, Pool};

use super::figure;

const ROUNDS: u32 = 300_000;

/// A description of a job that trains.
fn training(object: &ObjectFacts) -> Seen {
    let statuses =
        [SecondaryStatus::Starting, SecondaryStatus::Downloading, SecondaryStatus::Training];
    let transitions = statuses.map(|status| Transition {
        status,
        start: Some(Timestamp::UNIX_EPOCH),
        message: Some("Training image download completed. Training in progress.".to_owned()),
    });
    let job = Job {
        status: JobStatus::InProgress,
        secondary: Some(SecondaryStatus::Training),
        transitions: transitions.to_vec(),
        ..Job::default()
    };
    let job_name = job_name(&object.namespace, &object.name, &object.uid, 1);
    Seen { job: Some(Sighting { job_name, job: Some(Box::new(job)) }), answer: None }
}

fn object() -> ObjectFacts {
    ObjectFacts {
        namespace: "vision".to_owned(),
        name: "resnet50".to_owned(),
        uid: "6f1d7c1e-8f1a-4a62-9a8e-0d4a5a1c2b3d".to_owned(),
        generation: 1,
        deleting: false,
        has_finalizer: true,
        other_finalizers: Vec::new(),
        kept_by: None,
    }
}

fn plan() -> Plan {
    Plan {
        region: Some("eu-west-1".to_owned()),
        pools: vec![Pool { instance_type: "ml.g5.2xlarge".to_owned(), market: Market::Spot }],
        capacity: CapacityPlan::default(),
        instance_count: 1,
        checkpoint: CheckpointPlan::At("s3://bucket/checkpoints/".to_owned()),
        max_wait_seconds: Some(172_800),
        max_pending_seconds: None,
        output: "s3://bucket/models".to_owned(),
        suspend: false,
        deletion_policy: DeletionPolicy::Stop,
        limits: Limits::default(),
        backoff_limit: 0,
        failure_rules: Vec::new(),
        ttl_seconds: None,
    }
}

/// Measures a decision that changes nothing, and one that changes the phase.
pub(crate) fn measure() {
    let (object, spec) = (object(), ParsedSpec::Valid(Box::new(plan())));
    let account = "123456789012".to_owned();
    let admission = Admission {
        identity: Identity::Known { account, principal: 1 },
        region: RegionHealth::Answers,
        prefix: PrefixState::Free,
        pools: Vec::new(),
        create: CreateTurn::Now,
    };
    let situation = |run: &'_ Run, seen: &'_ Seen| -> Run {
        decide(&of(&object, &spec, &admission, run, seen)).run
    };
    let requested = situation(&Run::default(), &Seen::default());
    let answer = Some(Answer::Created("arn".to_owned()));
    let created = situation(&requested, &Seen { job: None, answer });
    let seen = training(&object);
    let trains = situation(&created, &seen);
    for (name, run) in [("decide: nothing changed", &trains), ("decide: phase changed", &created)] {
        let situation = of(&object, &spec, &admission, run, &seen);
        let started = Instant::now();
        for _ in 0..ROUNDS {
            black_box(decide(black_box(&situation)));
        }
        let microseconds = started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
        figure(name, microseconds, "µs", Some(5.0));
    }
}

const fn of<'a>(
    object: &'a ObjectFacts,
    spec: &'a ParsedSpec,
    admission: &'a Admission,
    run: &'a Run,
    seen: &'a Seen,
) -> Situation<'a> {
    Situation {
        now: Timestamp::UNIX_EPOCH,
        object,
        spec,
        run,
        seen,
        admission,
        polled: Polled { last: None, next: Timestamp::UNIX_EPOCH },
        unanswered_since: None,
        elapsed: Elapsed {
            request: SignedDuration::ZERO,
            absent: SignedDuration::ZERO,
            stopping: SignedDuration::ZERO,
        },
    }
}
