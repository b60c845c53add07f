//! Scenarios of ends: of an attempt, and of the object.

use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::situation::Seen;
use spot_training_operator::domain::spec::plan::Limits;

use super::scenarios::{Scenario, Script, TRAINING, failed, over};
use crate::support::fixtures::objects::job;
use crate::support::fixtures::world::{absent, created, nothing, present, stop_accepted};

fn limited(limit: fn(&mut Limits)) -> Script {
    Script::live(&TRAINING)
        .with(|w| w.edit(|plan| limit(&mut plan.limits)))
        .after(4000)
        .then(&present(job(JobStatus::InProgress, &TRAINING, 0)))
        .then(&stop_accepted())
        .then(&present(over(JobStatus::Stopped, "Stopped")))
}

/// The scenarios of ends.
pub(super) fn ends() -> Vec<Scenario> {
    let end = |seen: &Seen| Script::live(&TRAINING).after(4000).then(seen);
    let unknown = Job {
        training_seconds: None,
        billable_seconds: None,
        ..over(JobStatus::Completed, "Completed")
    };
    vec![
        end(&present(over(JobStatus::Completed, "Completed"))).named("completed"),
        end(&present(unknown)).named("completed without numbers"),
        end(&failed("AlgorithmError: ExecuteUserScriptError: ExitCode 1"))
            .named("algorithm failed"),
        end(&failed("ClientError: Data download failed")).named("client error"),
        end(&failed("CapacityError: Unable to provision requested ML compute capacity."))
            .named("no capacity"),
        end(&failed("InternalServerError: We encountered an internal error."))
            .named("SageMaker failed"),
        end(&present(over(JobStatus::Failed, "Failed"))).named("failed without a reason"),
        end(&present(over(JobStatus::Stopped, "MaxWaitTimeExceeded"))).named("spot wait exceeded"),
        end(&present(over(JobStatus::Stopped, "MaxRuntimeExceeded"))).named("runtime exceeded"),
        end(&present(over(JobStatus::Stopped, "Stopped"))).named("stopped by somebody else"),
        end(&absent()).after(4040).then(&absent()).named("vanished"),
        Script::live(&TRAINING)
            .with(|w| w.edit(|plan| plan.backoff_limit = 1))
            .after(4000)
            .then(&failed("AlgorithmError: exit code: 1"))
            .after(4020)
            .then(&nothing())
            .then(&created())
            .after(5000)
            .then(&failed("AlgorithmError: exit code: 2"))
            .named("backoff limit exceeded"),
        end(&present(over(JobStatus::Completed, "Completed")))
            .with(|w| {
                w.facts.has_finalizer = false;
                w.facts.kept_by = Some("argocd.argoproj.io/tracking-id");
                w.edit(|plan| plan.ttl_seconds = Some(0));
            })
            .then(&nothing())
            .named("kept by Argo CD after its TTL"),
        limited(|limits| limits.active_deadline_seconds = Some(3600)).named("deadline exceeded"),
        limited(|limits| limits.max_training_seconds = Some(3600)).named("budget used up"),
    ]
}
