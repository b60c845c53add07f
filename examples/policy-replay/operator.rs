//! The operator's own policies: the production core decides, on a job that lives in virtual time.
//!
//! The core is asked at a tick where the job has changed or where it asked to be woken: at all other
//! ticks it would decide the same. It looks at ticks only, so it plans one tick as safety margin.

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::domain::admission::{
    Admission, CreateTurn, Identity, PrefixState, RegionHealth,
};
use spot_training_operator::domain::decide;
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::checkpoint::NewestCheckpoint;
use spot_training_operator::domain::run::Run;
use spot_training_operator::domain::situation::{
    Answer, Elapsed, ObjectFacts, Polled, Seen, Sighting, Situation,
};
use spot_training_operator::domain::spec::capacity::{CapacityPlan, OnDemandFallback, Target};
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::spec::plan::{DeletionPolicy, Limits, ParsedSpec, Plan};
use spot_training_operator::domain::spec::pool::{Market, Pool};

use crate::engine::{self, Decision, Place, Rule, View};
use crate::job::{Job, Outcome, whole};
use crate::training_job::TrainingJob;

/// A capacity policy of the operator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OperatorPolicy {
    /// Spot only.
    Never,
    /// On-demand for good after a wait for capacity.
    AfterWait {
        /// The longest wait.
        hours: f64,
    },
    /// On-demand when two changeovers would no longer fit before the target.
    AtDeadline,
    /// Between spot and on-demand, by the slack that is left.
    Balanced,
}

/// Replays a job under one of the operator's policies.
pub(crate) fn replay(
    policy: OperatorPolicy,
    job: &Job,
    available: &[bool],
    gap_seconds: i64,
) -> Outcome {
    let mut operator = Operator::new(policy, job, gap_seconds);
    engine::run(&mut operator, job, available, gap_seconds)
}

/// The core, and all that it is told.
struct Operator {
    spec: ParsedSpec,
    object: ObjectFacts,
    admission: Admission,
    run: Run,
    job: Option<TrainingJob>,
    /// The second at which the core asked to be woken.
    wake: i64,
}

impl Operator {
    fn new(policy: OperatorPolicy, job: &Job, gap_seconds: i64) -> Self {
        Self {
            spec: ParsedSpec::Valid(Box::new(plan(policy, job, gap_seconds))),
            object: object(),
            admission: Admission {
                identity: Identity::Known { account: "123456789012".to_owned(), principal: 1 },
                region: RegionHealth::Answers,
                prefix: PrefixState::Free,
                pools: Vec::new(),
                create: CreateTurn::Now,
            },
            run: Run::default(),
            job: None,
            wake: 0,
        }
    }

    /// Decides and performs until there is nothing left to do at this moment.
    fn reconcile(&mut self, now: Timestamp) {
        let mut seen = self.sighting();
        loop {
            let decision = decide(&Situation {
                now,
                object: &self.object,
                spec: &self.spec,
                run: &self.run,
                seen: &seen,
                admission: &self.admission,
                // Each tick shows the job already.
                polled: Polled { last: Some(now), next: Timestamp::MAX },
                unanswered_since: None,
                elapsed: Elapsed::default(),
            });
            self.run = decision.run;
            let Some(effect) = decision.effect else {
                match decision.wake {
                    Wake::At(at) if at <= now => continue,
                    Wake::At(at) => self.wake = at.as_second(),
                    Wake::OnChange | Wake::InTurn(..) | Wake::Backoff => self.wake = i64::MAX,
                }
                return;
            };
            match self.perform(effect, now) {
                Some(answer) => seen.answered(Some(answer)),
                None => seen = self.sighting(),
            }
        }
    }

    /// What an effect leads to; `None`: the job is looked at again.
    fn perform(&mut self, effect: Effect, now: Timestamp) -> Option<Answer> {
        match effect {
            Effect::Create(attempt) => {
                self.job = Some(TrainingJob::new(attempt.job_name, attempt.pool.market, now));
                Some(Answer::Created("arn".to_owned()))
            }
            Effect::FindCheckpoint { .. } => {
                Some(Answer::Checkpoint(NewestCheckpoint::Written(now)))
            }
            Effect::Stop { .. } => {
                if let Some(job) = &mut self.job {
                    job.stop(now);
                }
                None
            }
            Effect::Describe { .. }
            | Effect::FindSuccessor { .. }
            | Effect::AddFinalizer
            | Effect::RemoveFinalizer
            | Effect::DeleteObject => None,
        }
    }

    fn sighting(&self) -> Seen {
        let sighting = |job: &TrainingJob| Sighting {
            job_name: job.name.clone(),
            job: Some(Box::new(job.described())),
        };
        Seen { job: self.job.as_ref().map(sighting), ..Seen::default() }
    }
}

impl Rule for Operator {
    fn decide(&mut self, view: &View) -> Decision {
        let changed = self.job.as_mut().is_none_or(|job| job.follow(view));
        if changed || view.now >= self.wake {
            self.reconcile(moment(view.now));
        }
        match (view.place, self.job.as_ref().map(|job| job.market)) {
            (Place::Queued, Some(Market::OnDemand)) => Decision::StartOnDemand,
            (Place::OnDemand, Some(Market::Spot)) => Decision::QueueSpot,
            (Place::Queued | Place::Spot | Place::OnDemand, _) => Decision::Stay,
        }
    }
}

/// So many seconds after the job's start.
pub(crate) fn moment(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or_default()
}

fn object() -> ObjectFacts {
    ObjectFacts {
        namespace: "replay".to_owned(),
        name: "job".to_owned(),
        uid: "00000000-0000-4000-8000-000000000000".to_owned(),
        generation: 1,
        deleting: false,
        has_finalizer: true,
        other_finalizers: Vec::new(),
        kept_by: None,
    }
}

fn plan(policy: OperatorPolicy, job: &Job, gap_seconds: i64) -> Plan {
    let seconds = SignedDuration::from_secs;
    let pool = |market| Pool { instance_type: "ml.p3.2xlarge".to_owned(), market };
    let (on_demand, spot_wait) = match policy {
        OperatorPolicy::Never => (OnDemandFallback::Never, None),
        OperatorPolicy::AfterWait { hours } => {
            (OnDemandFallback::AfterWait, Some(seconds(whole(hours * 3600.0))))
        }
        OperatorPolicy::AtDeadline => (OnDemandFallback::AtDeadline, None),
        OperatorPolicy::Balanced => (OnDemandFallback::Balanced, None),
    };
    let mut pools = vec![pool(Market::Spot)];
    if on_demand != OnDemandFallback::Never {
        pools.push(pool(Market::OnDemand));
    }
    Plan {
        region: Some("us-west-2".to_owned()),
        pools,
        capacity: CapacityPlan {
            spot_wait,
            on_demand,
            max_interruptions: None,
            returns: true,
            target: Some(Target {
                complete_within: seconds(job.limit_seconds),
                estimated_runtime: seconds(job.work_seconds),
                changeover: seconds(job.believed_changeover()),
                safety_margin: seconds(gap_seconds),
            }),
        },
        instance_count: 1,
        checkpoint: CheckpointPlan::At("s3://replay/checkpoints/".to_owned()),
        max_wait_seconds: None,
        max_pending_seconds: None,
        output: "s3://replay/models".to_owned(),
        suspend: false,
        deletion_policy: DeletionPolicy::Stop,
        limits: Limits::default(),
        backoff_limit: 0,
        failure_rules: Vec::new(),
        ttl_seconds: None,
    }
}
