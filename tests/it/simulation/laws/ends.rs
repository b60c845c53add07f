//! Every object comes to its end.

use jiff::Timestamp;

use super::super::jobs::Job;
use super::super::object::SimulatedObject;
use super::super::object_history::ObjectHistory;
use super::super::workload::End;
use super::Evidence;

impl Evidence {
    /// Every object comes to the end that is planned for it.
    pub(super) fn of_end(&self, history: &ObjectHistory, jobs: &[Job]) -> Option<String> {
        let plan = self.plan(history);
        if let Some(gone) = history.gone {
            return vanished(history, plan, gone);
        }
        let meta = &history.object["metadata"];
        let state = &history.object["status"]["state"];
        if !meta["deletionTimestamp"].is_null() {
            return Some(format!("is still being deleted, {state}"));
        }
        if meta["generation"] != history.object["status"]["observedGeneration"] {
            return Some("observedGeneration is not the generation".to_owned());
        }
        let suspended = history.object["spec"]["suspend"] == true && history.is("Suspended");
        let ended = history.terminal.is_some() || suspended;
        match plan.impossible {
            Some(_) if suspended => None,
            Some(reason) if history.is("Stalled") && history.reason("Stalled") == reason => None,
            Some(_) if history.reason("Failed") == "DeadlineExceeded" => None,
            Some(reason) => Some(format!("is {state}, not Stalled/{reason}")),
            None if !ended => Some(format!(
                "has no end: {state} {}, {:?} under {:?}: {}",
                history.reason("Ready"),
                plan.workload.end,
                plan.policies,
                history.object["status"]["internalState"]
            )),
            None if plan.undisturbed() => wrong_end(history, plan, jobs.len()),
            None => None,
        }
    }
}

/// An object that nobody deletes goes when its TTL is over, and not before.
fn vanished(history: &ObjectHistory, plan: &SimulatedObject, gone: Timestamp) -> Option<String> {
    let lived = history.terminal.map(|terminal| gone.duration_since(terminal).as_secs());
    // The write that ends it is up to 25 s under way, and times of the API have whole seconds.
    let expired = plan.policies.ttl.zip(lived).is_some_and(|(ttl, lived)| lived + 27 >= ttl);
    (plan.undisturbed() && !expired)
        .then(|| format!("is gone {lived:?} seconds after its end, under {:?}", plan.policies))
}

/// An object that nobody disturbed ends as its workload and its policies say.
fn wrong_end(history: &ObjectHistory, plan: &SimulatedObject, jobs: usize) -> Option<String> {
    let reason = history.reason("Failed");
    let policies = &plan.policies;
    let retried = history.count("restarts");
    let right = match (plan.workload.end, reason) {
        (_, "DeadlineExceeded") => policies.deadline.is_some_and(|most| history.active() >= most),
        (_, "TrainingBudgetExceeded") => {
            // Where SageMaker does not say how long an attempt trained, what was seen counts.
            let state = history.object["status"]["internalState"].as_str().unwrap_or_default();
            let is_known = !state.contains("\"incomplete\":true");
            policies
                .budget
                .is_some_and(|most| !is_known || history.count("trainingSeconds") >= most)
        }
        (_, "TooManyInterruptions") => {
            policies.interruptions.is_some_and(|most| history.count("interruptions") >= most)
        }
        (End::Completed, _) => {
            history.is("Complete") && history.count("restartsCountTowardsLimit") == 0
        }
        // These are tried again until the deadline.
        (End::Starve | End::Failed("CapacityError") | End::HangStopping, _) => false,
        (End::Failed("AlgorithmError" | "Unknown"), "BackoffLimitExceeded") => {
            let limit = i64::from(policies.backoff_limit);
            limit > 0 && history.count("restartsCountTowardsLimit") == limit
        }
        (End::Failed(class @ ("AlgorithmError" | "Unknown")), _) => {
            policies.backoff_limit == 0 && reason == class && retried == 0
        }
        (End::Failed("ServiceError"), _) => reason == "ServiceError" && retried == 3,
        (End::Failed(class), _) => reason == class && retried == 0,
        (End::MaxRuntimeExceeded, _) => matches!(reason, "RuntimeExceeded" | "SpotWaitExceeded"),
    };
    let (state, workload) = (&history.object["status"]["state"], plan.workload.end);
    (!right).then(|| {
        let (active, trained) = (history.active(), history.count("trainingSeconds"));
        format!(
            "ended {state} {reason:?} after {jobs} jobs, {active} s of activity and {trained} s of \
             training: {workload:?} under {policies:?}; {}",
            history.object["status"]["internalState"]
        )
    })
}
