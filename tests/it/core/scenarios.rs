//! Scenarios: an object in every situation that a person can meet, by name.

use spot_training_operator::domain::admission::{
    CreateTurn, Identity, PoolState, PrefixState, RegionHealth,
};
use spot_training_operator::domain::fact::Fact;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind, QuotaNumbers};
use spot_training_operator::domain::job::{Job, JobStatus, Owner};
use spot_training_operator::domain::situation::Seen;
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::spec::plan::DeletionPolicy;

use super::ends::ends;
use super::moves::moves;
use super::rarities::rarities;
use crate::support::fixtures::objects::{at, job, unreadable};
use crate::support::fixtures::world::{World, created, nothing, present, refused, stop_accepted};

/// An object in a situation, and what happened on the way there.
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) world: World,
    pub(super) facts: Vec<Fact>,
}

/// Plays the steps that lead to a situation.
pub(super) struct Script {
    world: World,
    facts: Vec<Fact>,
}

impl Script {
    const fn of(world: World) -> Self {
        Self { world, facts: Vec::new() }
    }

    fn requested() -> Self {
        Self::of(World::default()).then(&nothing())
    }

    pub(super) fn live(secondaries: &[&str]) -> Self {
        let seen = present(job(JobStatus::InProgress, secondaries, 0));
        Self::requested().then(&created()).after(90).then(&seen)
    }

    pub(super) fn after(mut self, second: i64) -> Self {
        self.world.now = at(second);
        self
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut World)) -> Self {
        change(&mut self.world);
        self
    }

    pub(super) fn then(mut self, seen: &Seen) -> Self {
        self.facts.extend(self.world.step(seen).facts);
        self
    }

    pub(super) fn named(self, name: &'static str) -> Scenario {
        Scenario { name, world: self.world, facts: self.facts }
    }
}

pub(super) const TRAINING: [&str; 3] = ["Starting", "Downloading", "Training"];

pub(super) fn over(status: JobStatus, last: &str) -> Job {
    let path = [TRAINING.as_slice(), &[last]].concat();
    Job {
        training_seconds: Some(3600),
        billable_seconds: Some(1080),
        ended: Some(at(4000)),
        ..job(status, &path, 0)
    }
}

pub(super) fn failed(reason: &str) -> Seen {
    let job = over(JobStatus::Failed, "Failed");
    present(Job { failure_reason: Some(reason.to_owned()), ..job })
}

/// All scenarios.
pub(super) fn scenarios() -> Vec<Scenario> {
    [before_a_job(), refused_creates(), live_jobs(), departures(), ends(), moves(), rarities()]
        .into_iter()
        .flatten()
        .collect()
}

fn before_a_job() -> Vec<Scenario> {
    let mut unfinalized = World::default();
    unfinalized.facts.has_finalizer = false;
    let waiting = |change: fn(&mut World)| {
        Script::of(World::default()).with(change).after(100).then(&nothing())
    };
    vec![
        Script::of(unfinalized).then(&nothing()).named("just applied"),
        Script::requested().named("create request committed"),
        waiting(|w| w.spec = unreadable()).named("spec of another version"),
        waiting(|w| w.edit(|plan| plan.checkpoint = CheckpointPlan::Missing))
            .named("no checkpoint place"),
        waiting(|w| w.edit(|plan| plan.region = None)).named("no region"),
        waiting(|w| w.edit(|plan| plan.suspend = true)).named("created suspended"),
        waiting(|w| w.admission.create = CreateTurn::Expected(at(900)))
            .named("waits for the create rate"),
        waiting(|w| w.admission.prefix = PrefixState::InUse { by: Some("resnet".to_owned()) })
            .named("checkpoint prefix in use"),
        waiting(|w| w.admission.prefix = PrefixState::InUse { by: None })
            .named("checkpoint prefix in use by another namespace"),
        waiting(|w| w.admission.pools = vec![PoolState::Closed { probe_at: None }])
            .named("quota used up by others"),
        waiting(|w| {
            let words = "AWS cannot be reached: connection refused".to_owned();
            w.admission.region = RegionHealth::Silent { since: at(0), words };
        })
        .named("region does not answer"),
        waiting(|w| "11111111-2222-3333-4444-555555555555".clone_into(&mut w.facts.uid))
            .with(|w| "66666666-7777-8888-9999-000000000000".clone_into(&mut w.facts.uid))
            .then(&nothing())
            .named("status of another object"),
    ]
}

fn refused_creates() -> Vec<Scenario> {
    let refusal = |kind, words: &str| {
        let mut seen = refused(Call::Create, kind);
        if let Some(spot_training_operator::domain::situation::Answer::Failed(_, error)) =
            &mut seen.answer
        {
            words.clone_into(&mut error.message);
        }
        Script::requested().then(&seen)
    };
    let quota = "The account-level service limit 'ml.g5.2xlarge for spot training job usage' is 2 \
                 Instances, with current utilization of 0 Instances and a request delta of 4 \
                 Instances.";
    let never = CallErrorKind::Quota(Some(QuotaNumbers { limit: 2, delta: 4 }));
    let role = "Could not assume role arn:aws:iam::123456789012:role/training.";
    let denied = "User: arn:aws:sts::123456789012:assumed-role/R/S is not authorized to perform: \
                  sagemaker:CreateTrainingJob";
    vec![
        refusal(never, quota).named("quota that never fits"),
        refusal(CallErrorKind::AccessPropagating, role).named("role not assumable yet"),
        refusal(CallErrorKind::InputMissing, "No S3 objects found under S3 URL \"s3://b/d\"")
            .named("input missing"),
        refusal(CallErrorKind::Invalid, "1 validation error detected: Value 'x' at 'roleArn'")
            .named("invalid request"),
        refusal(CallErrorKind::PoolUnusable, "ml.t3.medium is not available in this region")
            .named("instance type not in the region"),
        refusal(CallErrorKind::AccessDenied, denied).named("create denied"),
        refusal(
            CallErrorKind::Credentials,
            "The security token included in the request is expired",
        )
        .named("credentials expired"),
        refusal(CallErrorKind::RegionNotEnabled, "is region ap-east-1 enabled for account 1?")
            .named("region not enabled"),
        Script::requested()
            .then(&refused(Call::Create, CallErrorKind::NameInUse))
            .then(&present(Job { owner: Owner::Foreign, ..over(JobStatus::Failed, "Failed") }))
            .named("name taken"),
        Script::live(&TRAINING)
            .with(|w| w.edit(|plan| plan.suspend = true))
            .then(&present(over(JobStatus::Stopped, "Stopped")))
            .named("stopped by somebody else while a suspension begins"),
        Script::live(&TRAINING)
            .with(|w| w.edit(|plan| plan.suspend = true))
            .then(&present(job(JobStatus::InProgress, &TRAINING, 0)))
            .then(&stop_accepted())
            .then(&present(over(JobStatus::Stopped, "Stopped")))
            .with(|w| {
                let account = "210987654321".to_owned();
                w.admission.identity = Identity::Known { account, principal: 8 };
                w.edit(|plan| plan.suspend = false);
            })
            .then(&nothing())
            .named("account changed between two attempts"),
    ]
}

fn live_jobs() -> Vec<Scenario> {
    let interrupted = ["Starting", "Downloading", "Training", "Interrupted"];
    let returned = [interrupted.as_slice(), &["Starting", "Downloading"]].concat();
    vec![
        Script::live(&["Starting"]).named("waits for spot capacity"),
        Script::live(&TRAINING).named("trains"),
        Script::live(&interrupted).named("interrupted"),
        Script::live(&interrupted)
            .then(&present(job(JobStatus::InProgress, &returned, 0)))
            .named("capacity returned"),
        Script::live(&["Starting", "Training", "Restarting", "Starting"]).named("restarts"),
        Script::live(&["Starting", "Novelty"]).named("unknown secondary status"),
        Script::live(&TRAINING)
            .then(&refused(Call::Describe, CallErrorKind::AccessDenied))
            .named("describe denied"),
        Script::live(&TRAINING)
            .with(|w| w.unanswered_since = Some(at(10)))
            .then(&refused(Call::Describe, CallErrorKind::Unavailable))
            .named("describe not answered"),
    ]
}

fn departures() -> Vec<Scenario> {
    let training = present(job(JobStatus::InProgress, &TRAINING, 0));
    let deleting = || Script::live(&TRAINING).with(|w| w.facts.deleting = true);
    let suspending =
        || Script::live(&TRAINING).with(|w| w.edit(|plan| plan.suspend = true)).then(&training);
    vec![
        suspending().named("stopping for a suspension"),
        suspending()
            .then(&stop_accepted())
            .then(&present(over(JobStatus::Stopped, "Stopped")))
            .named("suspended"),
        suspending()
            .then(&stop_accepted())
            .then(&present(over(JobStatus::Stopped, "Stopped")))
            .with(|w| w.edit(|plan| plan.suspend = false))
            .after(500)
            .then(&nothing())
            .then(&created())
            .named("resumed"),
        deleting().then(&training).named("stopping for a deletion"),
        deleting()
            .then(&training)
            .then(&refused(Call::Stop, CallErrorKind::AccessDenied))
            .named("stop denied"),
        deleting()
            .with(|w| w.edit(|plan| plan.deletion_policy = DeletionPolicy::Orphan))
            .then(&nothing())
            .named("orphaned"),
        deleting()
            .then(&training)
            .then(&stop_accepted())
            .then(&present(job(JobStatus::Stopping, &["Starting", "Training", "Stopping"], 0)))
            .after(2000)
            .then(&present(job(JobStatus::Stopping, &["Starting", "Training", "Stopping"], 0)))
            .named("hangs in Stopping"),
        deleting()
            .then(&training)
            .then(&stop_accepted())
            .then(&present(over(JobStatus::Stopped, "Stopped")))
            .with(|w| {
                w.facts.has_finalizer = false;
                w.facts.other_finalizers = vec!["example.com/backup".to_owned()];
            })
            .then(&nothing())
            .named("held by a finalizer of others"),
    ]
}
