//! Every object comes to its end.

use super::super::object_history::ObjectHistory;
use super::super::workload::End;
use super::Evidence;

impl Evidence {
    /// Every object comes to the end that is planned for it.
    pub(super) fn of_end(&self, history: &ObjectHistory) -> Option<String> {
        let plan = self.plan(history);
        if history.gone.is_some() {
            return None;
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
            Some(reason) => Some(format!("is {state}, not Stalled/{reason}")),
            None if !ended => Some(format!("has no end: {state} {}", history.reason("Ready"))),
            None if plan.undisturbed() => wrong_end(history, plan.workload.end),
            None => None,
        }
    }
}

/// An object that nobody disturbed ends as its workload says.
fn wrong_end(history: &ObjectHistory, workload: End) -> Option<String> {
    let reason = history.reason("Failed");
    let right = match workload {
        End::Completed => history.is("Complete"),
        End::Failed(class) => history.is("Failed") && reason == class,
        End::Starve => matches!(reason, "SpotWaitExceeded" | "CapacityError"),
        End::MaxRuntimeExceeded => matches!(reason, "RuntimeExceeded" | "SpotWaitExceeded"),
        End::HangStopping => false,
    };
    let state = &history.object["status"]["state"];
    (!right).then(|| format!("ended {state} {reason:?}, its workload is {workload:?}"))
}
