//! No write that changes nothing, no call that can't matter.

use jiff::Timestamp;
use spot_training_operator::domain::job::name::job_name;

use super::super::jobs::Job;
use super::super::object_history::ObjectHistory;
use super::{AFTERWARDS, Evidence};
use crate::support::apiserver::kinds::Key;
use crate::support::sagemaker::call_log::CallHistory;

impl Evidence {
    /// No write that changes nothing, no call that can't matter.
    pub(super) fn of_costs(&self, uid: &str, history: &ObjectHistory, jobs: &[Job]) -> Vec<String> {
        let mut breaches = Vec::new();
        if history.vain_writes > 0 {
            breaches.push(format!("{} status writes changed nothing", history.vain_writes));
        }
        // The operator's own state changes without a trace for people when it is about to create or
        // to stop, and when a call was not answered.
        let allowed = 2 * self.changing_calls(uid, &history.key) + self.refusals(history) + 10;
        if history.invisible_writes > allowed {
            let (writes, unseen) = (history.invisible_writes, &history.unseen);
            breaches.push(format!(
                "{writes} status writes showed nothing, {allowed} allowed; they changed {unseen:?}"
            ));
        }
        let end = history.terminal.into_iter().chain(history.gone).min();
        for job in jobs {
            let Some(made) = self.calls.get(&job.name) else { continue };
            let effects = made.effects.iter().map(|effect| effect.0);
            let calls = || made.describes.iter().copied().chain(effects.clone());
            let region = self.plan(history).region;
            let is_late = |at: &Timestamp| {
                // What could not be committed is asked again.
                end.is_some_and(|end| *at > end + AFTERWARDS + self.trouble(region, end, *at))
            };
            if let Some(late) = calls().find(is_late) {
                breaches.push(format!(
                    "a call about {} at {late}, after the end at {end:?}: {}",
                    job.name, history.object["status"]["internalState"]
                ));
            }
            let idle = |at: &Timestamp| {
                history
                    .suspensions
                    .iter()
                    .any(|(from, until)| *at > *from + AFTERWARDS && at < until)
            };
            if let Some(at) = calls().find(idle) {
                breaches.push(format!("a call about {} at {at}, while suspended", job.name));
            }
            let (describes, allowed) = self.describes(job, made);
            if describes > allowed {
                breaches.push(format!("{}: {describes} describes, {allowed} allowed", job.name));
            }
        }
        breaches
    }

    /// How often the operator's credentials were refused while the object was there: it shows when
    /// they are tried next.
    fn refusals(&self, history: &ObjectHistory) -> u64 {
        let until = history.gone.unwrap_or(self.now);
        let calls = self.calls.get("").into_iter().flat_map(|made| &made.effects);
        let refused = calls.filter(|(at, operation, outcome, is_lost)| {
            let failed = *outcome != "OK" || *is_lost;
            *operation == "GetCallerIdentity" && failed && *at >= history.created && *at <= until
        });
        refused.count() as u64
    }

    /// Calls for an object that can change what the operator knows: those that change something, and
    /// describes that found no job or were refused.
    fn changing_calls(&self, uid: &str, key: &Key) -> u64 {
        let first = job_name(&key.namespace, &key.name, uid, 1);
        let (stem, _) = first.rsplit_once('-').unwrap();
        let sent = self.sent_by_stem.get(stem).copied().unwrap_or_default();
        let calls = self.calls.range(stem.to_owned()..);
        let calls = calls.take_while(|(name, _)| name.starts_with(stem));
        sent + calls.map(|(_, made)| made.failed_describes).sum::<u64>()
    }

    /// Describes of a job, and how many are allowed: the law of polling, and whatever a start of the
    /// operator with an empty memory, an unanswered describe or an edit of the object gives reason for.
    fn describes(&self, job: &Job, made: &CallHistory) -> (i64, i64) {
        let end = made.describes.last().copied().unwrap_or(self.now);
        let starts = self.starts.iter().filter(|at| **at >= job.created && **at <= end).count();
        let reasons = 2 * i64::try_from(starts).unwrap()
            + 2 * i64::try_from(made.failed_describes).unwrap()
            + 2 * i64::try_from(made.effects.len()).unwrap()
            + 10;
        (i64::try_from(made.describes.len()).unwrap(), job.lawful_describes(end) + reasons)
    }
}
