//! The laws: what must hold of every run, by what `SageMaker` and the apiserver saw.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::Clock;

use super::jobs::{Job, by_uid};
use super::part::Part;
use super::register::Life;
use super::script::End;
use super::stage::Stage;
use crate::support::call_log::History;

/// A figure of a job.
type Figure = fn(&Job) -> i64;

/// What is under way may still arrive after an object's end: calls, and another replica's.
const AFTERWARDS: SignedDuration = SignedDuration::from_secs(120);

/// Everything that is known at the end of a run.
pub(super) struct Evidence {
    pub(super) lives: BTreeMap<String, Life>,
    pub(super) jobs: BTreeMap<String, Vec<Job>>,
    pub(super) histories: BTreeMap<String, History>,
    pub(super) starts: Vec<Timestamp>,
    pub(super) now: Timestamp,
    most_concurrent: BTreeMap<String, u64>,
    parts: BTreeMap<String, Part>,
}

impl Evidence {
    pub(super) fn gather(stage: &Stage) -> Self {
        let now = stage.clock.now();
        let stats = stage.aws.simulator.stats();
        let most_concurrent =
            stats.uids.into_iter().map(|(uid, stats)| (uid, stats.most_concurrent));
        let parts = stage.parts.iter().map(|part| (part.key.name.clone(), part.clone()));
        Self {
            lives: stage.register.lives(),
            jobs: by_uid(&stage.aws, now),
            histories: stage.aws.log.histories(),
            starts: stage.starts.clone(),
            most_concurrent: most_concurrent.collect(),
            parts: parts.collect(),
            now,
        }
    }

    /// Every breach of a law, in words.
    pub(super) fn breaches(&self) -> Vec<String> {
        let mut breaches = Vec::new();
        for (uid, jobs) in &self.jobs {
            if !self.lives.contains_key(uid) {
                breaches.push(format!("{}: a job of no object", jobs[0].name));
            }
        }
        for (uid, life) in &self.lives {
            let jobs = self.jobs.get(uid).map_or(&[][..], Vec::as_slice);
            let mut found = self.of_life(uid, life, jobs);
            found.extend(self.of_costs(life, jobs));
            found.extend(self.of_end(life));
            breaches.extend(found.into_iter().map(|breach| format!("{}: {breach}", life.key.name)));
        }
        breaches
    }

    /// At most one live job, none after the object, and all of them accounted for.
    fn of_life(&self, uid: &str, life: &Life, jobs: &[Job]) -> Vec<String> {
        let mut breaches = Vec::new();
        if self.most_concurrent.get(uid).is_some_and(|most| *most > 1) {
            breaches.push("two live jobs at one moment".to_owned());
        }
        let orphan = life.deletion_policy() == "Orphan";
        for job in jobs {
            let hangs = job.status == "Stopping";
            if let Some(gone) = life.gone
                && job.ended.is_none_or(|ended| ended > gone)
                && !orphan
                && !hangs
            {
                breaches.push(format!("{} lives after its object was gone", job.name));
            }
            if let Some(terminal) = life.terminal
                && job.ended.is_none_or(|ended| ended > terminal)
            {
                breaches.push(format!("{} lives after its object was terminal", job.name));
            }
        }
        if life.gone.is_some() {
            return breaches;
        }
        let sums: [(&str, Figure); 3] = [
            ("interruptions", Job::interruptions),
            ("trainingSeconds", |job| job.training_seconds),
            ("billableSeconds", |job| job.billable_seconds),
        ];
        for (field, of) in sums {
            let (shown, true_sum) = (life.count(field), jobs.iter().map(of).sum::<i64>());
            if shown != true_sum {
                breaches.push(format!("status.{field} is {shown}, its jobs' sum is {true_sum}"));
            }
        }
        let status = &life.object["status"];
        let listed = status["attempts"].as_array().map_or(0, Vec::len);
        // The last one may not have come into being yet.
        let unsure = !status["trainingJobName"].is_null() && status["trainingJobArn"].is_null();
        if listed != jobs.len().min(10) && !(unsure && listed == jobs.len() + 1) {
            breaches.push(format!("{listed} attempts are listed, {} jobs were made", jobs.len()));
        }
        breaches
    }

    /// No write that changes nothing, no call that can't matter.
    fn of_costs(&self, life: &Life, jobs: &[Job]) -> Vec<String> {
        let mut breaches = Vec::new();
        if life.vain_writes > 0 {
            breaches.push(format!("{} status writes changed nothing", life.vain_writes));
        }
        let end = life.terminal.into_iter().chain(life.gone).min();
        for job in jobs {
            let Some(history) = self.histories.get(&job.name) else { continue };
            let effects = history.effects.iter().map(|effect| effect.0);
            let calls = || history.looks.iter().copied().chain(effects.clone());
            if let Some(late) = end.and_then(|end| calls().find(|at| *at > end + AFTERWARDS)) {
                breaches.push(format!("a call about {} at {late}, after the end", job.name));
            }
            let idle = |at: &Timestamp| {
                life.suspensions.iter().any(|(from, until)| *at > *from + AFTERWARDS && at < until)
            };
            if let Some(at) = calls().find(idle) {
                breaches.push(format!("a call about {} at {at}, while suspended", job.name));
            }
            let (looks, allowed) = self.looks(job, history);
            if looks > allowed {
                breaches.push(format!("{}: {looks} looks, {allowed} allowed", job.name));
            }
        }
        breaches
    }

    /// Looks at a job, and how many are allowed: the law of polling, and whatever a start of the
    /// operator with an empty memory, an unanswered look or an edit of the object gives reason for.
    fn looks(&self, job: &Job, history: &History) -> (i64, i64) {
        let end = history.looks.last().copied().unwrap_or(self.now);
        let starts = self.starts.iter().filter(|at| **at >= job.created && **at <= end).count();
        let reasons = 2 * i64::try_from(starts).unwrap()
            + 2 * i64::try_from(history.vain_looks).unwrap()
            + 2 * i64::try_from(history.effects.len()).unwrap()
            + 10;
        (i64::try_from(history.looks.len()).unwrap(), job.lawful_looks(end) + reasons)
    }

    /// Every object comes to the end that its part has.
    fn of_end(&self, life: &Life) -> Option<String> {
        let part = &self.parts[&life.key.name];
        if life.gone.is_some() {
            return None;
        }
        let meta = &life.object["metadata"];
        let state = &life.object["status"]["state"];
        if !meta["deletionTimestamp"].is_null() {
            return Some(format!("is still being deleted, {state}"));
        }
        if meta["generation"] != life.object["status"]["observedGeneration"] {
            return Some("observedGeneration is not the generation".to_owned());
        }
        let suspended = life.object["spec"]["suspend"] == true && life.is("Suspended");
        let ended = life.terminal.is_some() || suspended;
        match part.doomed {
            Some(_) if suspended => None,
            Some(reason) if life.is("Stalled") && life.reason("Stalled") == reason => None,
            Some(reason) => Some(format!("is {state}, not Stalled/{reason}")),
            None if !ended => Some(format!("has no end: {state} {}", life.reason("Ready"))),
            None if part.undisturbed() => wrong_end(life, part.script.end),
            None => None,
        }
    }
}

/// An object that nobody disturbed ends as its script says.
fn wrong_end(life: &Life, script: End) -> Option<String> {
    let reason = life.reason("Failed");
    let right = match script {
        End::Completed => life.is("Complete"),
        End::Failed(class) => life.is("Failed") && reason == class,
        End::Starve => matches!(reason, "SpotWaitExceeded" | "CapacityError"),
        End::MaxRuntimeExceeded => matches!(reason, "RuntimeExceeded" | "SpotWaitExceeded"),
        End::HangStopping => false,
    };
    let state = &life.object["status"]["state"];
    (!right).then(|| format!("ended {state} {reason:?}, its script is {script:?}"))
}
