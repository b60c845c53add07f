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
use spot_training_operator::domain::policy::failure_rules::FailureRule;
use spot_training_operator::domain::run::Run;
use spot_training_operator::domain::situation::{
    Answer, Elapsed, ObjectFacts, Polled, Seen, Sighting, Situation,
};
use spot_training_operator::domain::spec::capacity::{CapacityPlan, OnDemandFallback, Target};
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::spec::plan::{DeletionPolicy, Limits, ParsedSpec, Plan};
use spot_training_operator::domain::spec::pool::{Market, Pool};
use spot_training_operator::domain::vocabulary::{FailureClass, RuleAction};

use super::figure;

const ROUNDS: u32 = 300_000;

const TRAINING: [SecondaryStatus; 3] =
    [SecondaryStatus::Starting, SecondaryStatus::Downloading, SecondaryStatus::Training];

/// A description of a job with this history.
fn shows(object: &ObjectFacts, statuses: &[SecondaryStatus]) -> Seen {
    let transitions = statuses.iter().map(|status| Transition {
        status: status.clone(),
        start: Some(Timestamp::UNIX_EPOCH),
        message: Some("Training image download completed. Training in progress.".to_owned()),
    });
    let job = Job {
        status: JobStatus::InProgress,
        secondary: statuses.last().cloned(),
        transitions: transitions.collect(),
        ..Job::default()
    };
    let job_name = job_name(&object.namespace, &object.name, &object.uid, 1);
    Seen { job: Some(Sighting { job_name, job: Some(Box::new(job)) }), ..Seen::default() }
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

/// Nine instance types on a market.
fn pools(market: Market) -> impl Iterator<Item = Pool> {
    (0..9).map(move |n| Pool { instance_type: format!("ml.g{n}.2xlarge"), market })
}

fn rule(n: i32) -> FailureRule {
    FailureRule {
        name: format!("rule-{n}"),
        action: RuleAction::Count,
        classes: vec![FailureClass::AlgorithmError],
        patterns: vec![format!("CUDA error {n}")],
        exit_codes: None,
    }
}

/// A plan with all policies.
fn plan() -> Plan {
    Plan {
        region: Some("eu-west-1".to_owned()),
        pools: [Market::Spot, Market::OnDemand].into_iter().flat_map(pools).collect(),
        capacity: CapacityPlan {
            spot_wait: Some(SignedDuration::from_hours(2)),
            on_demand: OnDemandFallback::Balanced,
            max_interruptions: Some(20),
            returns: true,
            target: Some(Target {
                complete_within: SignedDuration::from_hours(80),
                estimated_runtime: SignedDuration::from_hours(48),
                changeover: SignedDuration::from_mins(10),
                safety_margin: SignedDuration::from_mins(10),
            }),
        },
        instance_count: 1,
        checkpoint: CheckpointPlan::At("s3://bucket/checkpoints/".to_owned()),
        max_wait_seconds: Some(172_800),
        max_pending_seconds: None,
        output: "s3://bucket/models".to_owned(),
        suspend: false,
        deletion_policy: DeletionPolicy::Stop,
        limits: Limits {
            active_deadline_seconds: Some(600_000),
            max_training_seconds: Some(400_000),
        },
        backoff_limit: 3,
        failure_rules: (0..20).map(rule).collect(),
        ttl_seconds: Some(86_400),
    }
}

/// Measures decisions under all policies: in most of them nothing changes.
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
    let created = situation(&requested, &Seen { answer, ..Seen::default() });
    let (training, waiting) = (shows(&object, &TRAINING), shows(&object, &TRAINING[..1]));
    let (trains, waits) = (situation(&created, &training), situation(&created, &waiting));
    for (name, run, seen) in [
        ("decide: nothing changed", &trains, &training),
        ("decide: phase changed", &created, &training),
        ("decide: waits for capacity", &waits, &waiting),
    ] {
        let situation = of(&object, &spec, &admission, run, seen);
        let started = Instant::now();
        for _ in 0..ROUNDS {
            black_box(decide(black_box(&situation)));
        }
        let microseconds = started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
        figure(name, microseconds, "µs", Some(10.0));
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
