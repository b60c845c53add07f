//! At most one live job, none after the object, and all of them accounted for.

use jiff::SignedDuration;

use super::super::jobs::Job;
use super::super::object_history::ObjectHistory;
use super::Evidence;

/// A figure of a job.
type Figure = fn(&Job) -> i64;

/// A finalizer that a third party has removed is back within this time, outages aside.
const PROTECTED_AGAIN: SignedDuration = SignedDuration::from_mins(5);

impl Evidence {
    /// At most one live job, and none after the object or its end.
    pub(super) fn of_jobs(&self, uid: &str, history: &ObjectHistory, jobs: &[Job]) -> Vec<String> {
        let mut breaches = Vec::new();
        if self.most_concurrent.get(uid).is_some_and(|most| *most > 1) {
            breaches.push("two live jobs at one moment".to_owned());
        }
        if self.plan(history).is_restored() {
            return breaches;
        }
        if history.is_spot_only() && jobs.iter().any(|job| !job.spot) {
            breaches.push("a job on demand although its policy is Never".to_owned());
        }
        let orphan = history.deletion_policy() == "Orphan" || self.was_unprotected(history);
        for job in jobs {
            let hangs = job.status == "Stopping";
            if let Some(gone) = history.gone
                && job.ended.is_none_or(|ended| ended > gone)
                && !orphan
                && !hangs
            {
                breaches.push(format!(
                    "{} lives after its object was gone: created {}, deleted {:?}, stripped {:?}, \
                     gone {gone}; the job was created {} and ended {:?}; last status: {}",
                    job.name,
                    history.created,
                    history.deleted,
                    history.stripped,
                    job.created,
                    job.ended,
                    history.object["status"]["conditions"]
                ));
            }
            if let Some(terminal) = history.terminal
                && job.ended.is_none_or(|ended| ended > terminal)
            {
                breaches.push(format!("{} lives after its object was terminal", job.name));
            }
        }
        breaches
    }

    /// Whether it was deleted before the operator could put back what a third party had removed.
    fn was_unprotected(&self, history: &ObjectHistory) -> bool {
        let (Some(stripped), Some(gone)) = (history.stripped, history.gone) else { return false };
        let trouble = self.trouble(self.plan(history).region, stripped, gone);
        gone.duration_since(stripped) <= PROTECTED_AGAIN + trouble
    }

    /// The status has the sums of all jobs, and lists them.
    pub(super) fn of_accounts(history: &ObjectHistory, jobs: &[Job]) -> Vec<String> {
        let mut breaches = Vec::new();
        if history.gone.is_some() {
            return breaches;
        }
        let sums: [(&str, Figure); 3] = [
            ("interruptions", Job::interruptions),
            ("trainingSeconds", |job| job.training_seconds),
            ("billableSeconds", |job| job.billable_seconds),
        ];
        for (field, of) in sums {
            let (shown, true_sum) = (history.count(field), jobs.iter().map(of).sum::<i64>());
            if shown != true_sum {
                breaches.push(format!("status.{field} is {shown}, its jobs' sum is {true_sum}"));
            }
        }
        let status = &history.object["status"];
        let listed = status["attempts"].as_array().map_or(0, Vec::len);
        // The last one may not have come into being yet.
        let unsure = !status["trainingJobName"].is_null() && status["trainingJobArn"].is_null();
        // One that was refused took the place of the oldest of ten.
        let displaced = jobs.len() >= 10 && listed == 9;
        if listed != jobs.len().min(10) && !displaced && !(unsure && listed == jobs.len() + 1) {
            breaches.push(format!("{listed} attempts are listed, {} jobs were made", jobs.len()));
        }
        breaches
    }
}
