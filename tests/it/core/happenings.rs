//! What may happen to an object, as a proptest strategy.

use jiff::SignedDuration;
use proptest::prelude::*;
use spot_training_operator::domain::admission::{
    CreateTurn, Identity, PoolState, PrefixState, RegionHealth,
};
use spot_training_operator::domain::job::call_error::{
    Call, CallError, CallErrorKind, QuotaNumbers,
};
use spot_training_operator::domain::job::{Job, JobStatus, Owner};
use spot_training_operator::domain::policy::failure_rules::FailureRule;
use spot_training_operator::domain::situation::Seen;
use spot_training_operator::domain::spec::capacity::{CapacityPlan, OnDemandFallback, Target};
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::spec::plan::{DeletionPolicy, Limits};
use spot_training_operator::domain::spec::pool::{Market, Pool};
use spot_training_operator::domain::vocabulary::{FailureClass, RuleAction, Vocabulary};

use crate::support::fixtures::objects::{at, job, unreadable};
use crate::support::fixtures::world::{
    World, absent, created, nothing, present, refused, stop_accepted,
};

/// Something that happens to an object.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Seen(Seen),
    Time(i64),
    Suspend(bool),
    Policy(DeletionPolicy),
    Checkpoint(CheckpointPlan),
    Region(bool),
    Readable(bool),
    Pending,
    Principal,
    Identity(Identity),
    Turn(CreateTurn),
    Health(RegionHealth),
    Prefix(PrefixState),
    Pools(Vec<PoolState>),
    Silence(bool),
    OtherFinalizer,
    FinalizerStripped,
    Delete,
    Limits(Limits),
    Retried(u32),
    Rule(RuleAction),
    Capacity(CapacityPlan, usize),
}

fn jobs() -> impl Strategy<Value = Job> {
    let paths: Vec<&'static [&'static str]> = vec![
        &["Starting"],
        &["Pending"],
        &["Starting", "Downloading"],
        &["Starting", "Downloading", "Training"],
        &["Starting", "Training", "Interrupted"],
        &["Starting", "Training", "Interrupted", "Starting"],
        &["Starting", "Training", "Interrupted", "Starting", "Training"],
        &["Starting", "Training", "Restarting", "Starting"],
        &["Starting", "Training", "Uploading"],
        &["Starting", "Stopping"],
        &["Novelty"],
    ];
    let ends = ["Completed", "Failed", "Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded", "X"];
    let failures =
        ["AlgorithmError: a", "CapacityError: b", "ClientError: c", "InternalServerError: d", "e"];
    let status = prop_oneof![
        8 => Just(JobStatus::InProgress),
        2 => Just(JobStatus::Stopping),
        1 => Just(JobStatus::Deleting),
        1 => Just(JobStatus::Other("Novelty".to_owned())),
        2 => Just(JobStatus::Completed),
        2 => Just(JobStatus::Failed),
        3 => Just(JobStatus::Stopped),
    ];
    let owner =
        prop_oneof![4 => Just(Owner::Ours), 1 => Just(Owner::Foreign), 1 => Just(Owner::NotAsked)];
    let choice = (prop::sample::select(paths), prop::sample::select(ends.to_vec()));
    let numbers = (prop::option::weighted(0.9, 0..5000_i64), prop::option::weighted(0.9, 0..3_i64));
    let failure = prop::sample::select(failures.to_vec());
    (choice, status, owner, failure, numbers).prop_map(
        |((path, end), status, owner, failure, (training, share))| {
            let path = if status.is_over() { [path, &[end]].concat() } else { path.to_vec() };
            let failed = status == JobStatus::Failed;
            Job {
                owner,
                failure_reason: failed.then(|| failure.to_owned()),
                training_seconds: training,
                billable_seconds: training.zip(share).map(|(all, share)| all * share / 3),
                ended: training.map(at),
                ..job(status, &path, 0)
            }
        },
    )
}

fn observations() -> impl Strategy<Value = Seen> {
    let calls = [Call::Create, Call::Describe, Call::Stop, Call::Write];
    let quota = |limit, delta| CallErrorKind::Quota(Some(QuotaNumbers { limit, delta }));
    let kinds = [
        CallErrorKind::NameInUse,
        CallErrorKind::Quota(None),
        quota(2, 1),
        quota(0, 1),
        CallErrorKind::PoolUnusable,
        CallErrorKind::AccessPropagating,
        CallErrorKind::InputMissing,
        CallErrorKind::Invalid,
        CallErrorKind::AccessDenied,
        CallErrorKind::Credentials,
        CallErrorKind::RegionNotEnabled,
        CallErrorKind::AccountChanged,
        CallErrorKind::AlreadyOver,
        CallErrorKind::NotFound,
        CallErrorKind::Throttled,
        CallErrorKind::Unavailable,
        CallErrorKind::WriteRefused,
    ];
    let refusals = (prop::sample::select(calls.to_vec()), prop::sample::select(kinds.to_vec()))
        .prop_map(|(call, kind)| {
            if call == Call::Write {
                refused(call, CallErrorKind::WriteRefused)
            } else {
                refused(call, kind)
            }
        });
    prop_oneof![
        8 => Just(nothing()),
        3 => Just(created()),
        3 => Just(stop_accepted()),
        2 => Just(absent()),
        6 => jobs().prop_map(present),
        3 => refusals,
    ]
}

/// Capacity policies over one to three instance types.
pub(super) fn capacities() -> impl Strategy<Value = (CapacityPlan, usize)> {
    let on_demand = [
        OnDemandFallback::Never,
        OnDemandFallback::AfterWait,
        OnDemandFallback::AtDeadline,
        OnDemandFallback::Balanced,
    ];
    let target = Target {
        complete_within: SignedDuration::from_secs(2000),
        estimated_runtime: SignedDuration::from_secs(500),
        changeover: SignedDuration::from_secs(100),
        safety_margin: SignedDuration::ZERO,
    };
    let policy = (
        prop::sample::select(on_demand.to_vec()),
        1..60_i64,
        prop::option::weighted(0.8, 1..2_u32),
    );
    let policy = policy.prop_map(move |(on_demand, wait, max_interruptions)| CapacityPlan {
        spot_wait: Some(SignedDuration::from_secs(wait)),
        on_demand,
        max_interruptions,
        returns: true,
        target: Some(target),
    });
    // Who has no other pool meets other ends.
    (policy, prop::sample::select(vec![1, 1, 1, 1, 2, TYPES.len()]))
}

const TYPES: [&str; 3] = ["ml.g5.2xlarge", "ml.g6.4xlarge", "ml.p4d.24xlarge"];

/// Gives an object this policy over so many of the instance types.
pub(super) fn set_capacity(world: &mut World, capacity: CapacityPlan, types: usize) {
    let on = |market| {
        let pool = move |name: &&str| Pool { instance_type: (*name).to_owned(), market };
        TYPES.iter().take(types).map(pool)
    };
    world.edit(|plan| {
        plan.capacity = capacity;
        plan.pools = on(Market::Spot).collect();
        if capacity.on_demand != OnDemandFallback::Never {
            plan.pools.extend(on(Market::OnDemand));
        }
    });
}

fn rooms() -> impl Strategy<Value = Vec<PoolState>> {
    let state = prop_oneof![
        3 => Just(PoolState::Open),
        1 => Just(PoolState::Closed { probe_at: None }),
        1 => Just(PoolState::Unusable { until: at(9000) }),
    ];
    prop::collection::vec(state, 0..=2 * TYPES.len())
}

pub(super) fn happenings() -> impl Strategy<Value = Happening> {
    let known = |account: &str| Identity::Known { account: account.to_owned(), principal: 9 };
    let refused = CallError::new(CallErrorKind::Credentials, "expired".to_owned());
    let identities = vec![
        known("123456789012"),
        known("210987654321"),
        Identity::Unknown,
        Identity::Refused { error: refused, since: at(0) },
    ];
    let silent = RegionHealth::Silent { since: at(-600), words: "no answer".to_owned() };
    prop_oneof![
        20 => observations().prop_map(Happening::Seen),
        4 => (1..400_i64).prop_map(Happening::Time),
        1 => any::<bool>().prop_map(Happening::Suspend),
        1 => prop_oneof![Just(DeletionPolicy::Stop), Just(DeletionPolicy::Orphan)]
            .prop_map(Happening::Policy),
        1 => prop_oneof![
            Just(CheckpointPlan::Missing),
            Just(CheckpointPlan::Disabled),
            Just(CheckpointPlan::At("s3://b/c/".to_owned()))
        ].prop_map(Happening::Checkpoint),
        1 => any::<bool>().prop_map(Happening::Region),
        1 => any::<bool>().prop_map(Happening::Readable),
        1 => Just(Happening::Pending),
        1 => Just(Happening::Principal),
        1 => prop::sample::select(identities).prop_map(Happening::Identity),
        1 => prop_oneof![
            Just(CreateTurn::Now), Just(CreateTurn::Now), Just(CreateTurn::Expected(at(9000)))
        ].prop_map(Happening::Turn),
        1 => prop_oneof![Just(RegionHealth::Answers), Just(RegionHealth::Answers), Just(silent)]
            .prop_map(Happening::Health),
        1 => prop_oneof![Just(PrefixState::Free), Just(PrefixState::InUse { by: None })]
            .prop_map(Happening::Prefix),
        1 => rooms().prop_map(Happening::Pools),
        1 => any::<bool>().prop_map(Happening::Silence),
        1 => Just(Happening::OtherFinalizer),
        1 => Just(Happening::FinalizerStripped),
        1 => Just(Happening::Delete),
        2 => (prop::option::of(1..900_i64), prop::option::of(1..60_i64)).prop_map(
            |(active_deadline_seconds, max_training_seconds)| {
                Happening::Limits(Limits { active_deadline_seconds, max_training_seconds })
            }
        ),
        16 => (1..3_u32).prop_map(Happening::Retried),
        1 => prop::sample::select(RuleAction::ALL.to_vec()).prop_map(Happening::Rule),
        5 => capacities().prop_map(|(capacity, types)| Happening::Capacity(capacity, types)),
    ]
}

/// Lets something happen; an observation is decided on.
pub(super) fn happen(world: &mut World, seconds: &mut i64, happening: &Happening) -> Option<Seen> {
    match happening {
        Happening::Seen(seen) => return Some(seen.clone()),
        Happening::Time(passed) => *seconds += passed,
        Happening::Suspend(suspend) => world.edit(|plan| plan.suspend = *suspend),
        Happening::Policy(policy) => world.edit(|plan| plan.deletion_policy = *policy),
        Happening::Checkpoint(checkpoint) => {
            world.edit(|plan| plan.checkpoint = checkpoint.clone());
        }
        Happening::Region(known) => {
            world.edit(|plan| plan.region = known.then(|| "eu-west-1".to_owned()));
        }
        Happening::Readable(true) => world.spec = World::default().spec,
        Happening::Readable(false) => world.spec = unreadable(),
        Happening::Pending => world.edit(|plan| plan.max_pending_seconds = Some(1800)),
        Happening::Principal => world.change_principal(),
        Happening::Identity(identity) => world.admission.identity = identity.clone(),
        Happening::Turn(turn) => world.admission.create = *turn,
        Happening::Health(health) => world.admission.region = health.clone(),
        Happening::Prefix(state) => world.admission.prefix = state.clone(),
        Happening::Pools(states) => world.admission.pools.clone_from(states),
        Happening::Silence(long) => world.unanswered_since = long.then(|| at(-1000)),
        Happening::OtherFinalizer => {
            world.facts.other_finalizers = vec!["example.com/x".to_owned()];
        }
        Happening::FinalizerStripped => world.facts.has_finalizer = false,
        Happening::Delete => world.facts.deleting = true,
        Happening::Capacity(capacity, types) => set_capacity(world, *capacity, *types),
        Happening::Limits(limits) => world.edit(|plan| plan.limits = *limits),
        Happening::Retried(limit) => world.edit(|plan| plan.backoff_limit = *limit),
        Happening::Rule(action) => world.edit(|plan| {
            let classes = vec![FailureClass::AlgorithmError, FailureClass::RuntimeExceeded];
            plan.failure_rules = vec![FailureRule {
                name: "rule".to_owned(),
                action: *action,
                classes,
                patterns: Vec::new(),
                exit_codes: None,
            }];
        }),
    }
    world.now = at(*seconds);
    None
}
