//! Every object comes to its end.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::jobs::Job;
use super::super::object::SimulatedObject;
use super::super::object_history::ObjectHistory;
use super::super::workload::End;
use super::waits::LONGEST_WAIT;
use super::{AFTERWARDS, Evidence};

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
        if let Some(late) = self.outlives_its_ttl(history) {
            return Some(late);
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
            None if plan.undisturbed() => wrong_end(history, plan, jobs),
            None => None,
        }
    }

    /// An object that has ended goes when its TTL is over, whenever that was said.
    fn outlives_its_ttl(&self, history: &ObjectHistory) -> Option<String> {
        let ((since, seconds), terminal) =
            history.limit("ttlSecondsAfterFinished").zip(history.terminal)?;
        let due = (terminal + SignedDuration::from_secs(seconds)).max(since);
        let late = self.now.duration_since(due);
        let trouble = self.trouble(self.plan(history).region, due, self.now);
        (late > LONGEST_WAIT + trouble).then(|| format!("is still there {late:#} after its TTL"))
    }
}

/// An object that nobody deletes goes when its TTL is over, and not before.
fn vanished(history: &ObjectHistory, plan: &SimulatedObject, gone: Timestamp) -> Option<String> {
    let lived = history.terminal.map(|terminal| gone.duration_since(terminal).as_secs());
    let ttl = history.limit("ttlSecondsAfterFinished").map(|(_, seconds)| seconds);
    // The write that ends it is up to 25 s under way, and times of the API have whole seconds.
    let expired = ttl.zip(lived).is_some_and(|(ttl, lived)| lived + 27 >= ttl);
    (plan.undisturbed() && !expired)
        .then(|| format!("is gone {lived:?} seconds after its end, with a TTL of {ttl:?}"))
}

/// An object that nobody disturbed ends as its workload says under one of the specs that were in force
/// since its last attempt began: what was decided under one of them stays decided.
fn wrong_end(history: &ObjectHistory, plan: &SimulatedObject, jobs: &[Job]) -> Option<String> {
    let last = jobs.last().map_or(history.created, |job| job.created);
    let mut specs = history.specs_since(last - AFTERWARDS);
    let counted = history.count("restartsCountTowardsLimit");
    let limits = history.specs_since(history.created).map(limit);
    let right =
        Some(counted) <= limits.max() && specs.any(|spec| is_right_end(history, plan, spec));
    let (reason, state) = (history.reason("Failed"), &history.object["status"]["state"]);
    (!right).then(|| {
        let (active, trained) = (history.active(), history.count("trainingSeconds"));
        format!(
            "ended {state} {reason:?} after {} jobs, {active} s of activity and {trained} s of \
             training: {:?} under {:?}, edited by {:?}; {}",
            jobs.len(),
            plan.workload.end,
            plan.policies,
            plan.actions,
            history.object["status"]["internalState"]
        )
    })
}

fn limit(spec: &Value) -> i64 {
    spec["backoffLimit"].as_i64().unwrap_or_default()
}

/// Whether an object may end so under a spec.
fn is_right_end(history: &ObjectHistory, plan: &SimulatedObject, spec: &Value) -> bool {
    let reaches = |limit: &Value, figure: i64| limit.as_i64().is_some_and(|most| figure >= most);
    match (plan.workload.end, history.reason("Failed")) {
        (_, "DeadlineExceeded") => reaches(&spec["activeDeadlineSeconds"], history.active()),
        (_, "TrainingBudgetExceeded") => {
            // Where SageMaker does not say how long an attempt trained, what was seen counts.
            let state = history.object["status"]["internalState"].as_str().unwrap_or_default();
            let is_unknown = state.contains("\"incomplete\":true");
            let trained = history.count("trainingSeconds");
            is_unknown || reaches(&spec["maxTrainingSeconds"], trained)
        }
        (_, "TooManyInterruptions") => {
            reaches(&spec["capacity"]["maxInterruptions"], history.count("interruptions"))
        }
        (End::Completed, _) => {
            history.is("Complete") && history.count("restartsCountTowardsLimit") == 0
        }
        (End::MaxRuntimeExceeded, "SpotWaitExceeded") => true,
        (end, reason) => end.class().is_some_and(|class| fails_so(history, spec, class, reason)),
    }
}

/// Whether an object whose jobs fail with `class` may fail for `reason` under a spec.
fn fails_so(history: &ObjectHistory, spec: &Value, class: &str, reason: &str) -> bool {
    let (restarts, counted) =
        (history.count("restarts"), history.count("restartsCountTowardsLimit"));
    let is_exhausted = || {
        let expected = if counted == 0 { class } else { "BackoffLimitExceeded" };
        counted >= limit(spec) && reason == expected
    };
    // A rule that was there before may have led to more attempts.
    let had_rules = history.specs_since(history.created).any(|spec| !rule(spec, class).is_null());
    let retried = |expected: i64| restarts == expected || had_rules && restarts > expected;
    match (rule(spec, class).as_str(), class) {
        (Some("FailJob"), _) => reason == class,
        // There is no end to that, but the limits.
        (Some("Ignore"), _) | (None, "CapacityError" | "SpotWaitExceeded") => false,
        // Sent to on-demand, it counts.
        (Some(_), _) => is_exhausted(),
        (None, "AlgorithmError" | "Unknown") => is_exhausted() && retried(counted),
        (None, "ServiceError") => reason == class && retried(3),
        (None, _) => reason == class && retried(0),
    }
}

/// The action of the rule about `class`; null if there is none.
fn rule<'a>(spec: &'a Value, class: &str) -> &'a Value {
    let rules = spec["failurePolicy"]["rules"].as_array();
    let found = rules.into_iter().flatten().find(|rule| rule["onFailureReasons"][0] == class);
    found.map_or(&Value::Null, |rule| &rule["action"])
}
