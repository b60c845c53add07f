//! The laws: what must hold of every run, by what `SageMaker` and the apiserver saw.

mod costs;
mod ends;
mod jobs;
mod sharing;
mod waits;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::Clock;

use super::harness::Harness;
use super::jobs::{Job, by_uid};
use super::leadership::Term;
use super::object::SimulatedObject;
use super::object_history::ObjectHistory;
use super::outage::Outage;
use crate::support::sagemaker::call_log::{CallHistory, Sent};

/// What is under way may still arrive after an object's end: calls, and another replica's. The describe
/// for missing numbers is sent a minute later, and a late request takes up to 75 s.
const AFTERWARDS: SignedDuration = SignedDuration::from_secs(150);

/// Everything that is known at the end of a run.
pub(super) struct Evidence {
    pub(super) objects: BTreeMap<String, ObjectHistory>,
    pub(super) jobs: BTreeMap<String, Vec<Job>>,
    pub(super) calls: BTreeMap<String, CallHistory>,
    pub(super) starts: Vec<Timestamp>,
    pub(super) now: Timestamp,
    sent: Vec<Sent>,
    /// How many of them are about an object, by its jobs' names without their number.
    sent_by_stem: BTreeMap<String, u64>,
    outages: Vec<Outage>,
    terms: Arc<Vec<Term>>,
    most_concurrent: BTreeMap<String, u64>,
    plans: BTreeMap<String, SimulatedObject>,
}

impl Evidence {
    pub(super) fn gather(harness: &Harness) -> Self {
        let now = harness.clock.now();
        let stats = harness.aws.simulator.stats();
        let sent = harness.aws.log.sent();
        let most_concurrent =
            stats.uids.into_iter().map(|(uid, stats)| (uid, stats.most_concurrent));
        let plans = harness.objects.iter().map(|plan| (plan.key.name.clone(), plan.clone()));
        Self {
            objects: harness.histories.by_uid(),
            jobs: by_uid(&harness.aws, now),
            calls: harness.aws.log.histories(),
            sent_by_stem: by_stem(&sent),
            sent,
            outages: harness.outages.clone(),
            terms: harness.terms.clone(),
            starts: harness.starts.clone(),
            most_concurrent: most_concurrent.collect(),
            plans: plans.collect(),
            now,
        }
    }

    /// Every breach of a law, in words.
    pub(super) fn breaches(&self) -> Vec<String> {
        let mut breaches = Vec::new();
        for (uid, jobs) in &self.jobs {
            if !self.objects.contains_key(uid) {
                breaches.push(format!("{}: a job of no object", jobs[0].name));
            }
        }
        for (uid, history) in &self.objects {
            let jobs = self.jobs.get(uid).map_or(&[][..], Vec::as_slice);
            let mut found = self.of_jobs(uid, history, jobs);
            // What such an object has forgotten it cannot account for.
            if !self.plan(history).is_restored() {
                found.extend(Self::of_accounts(history, jobs));
                found.extend(self.of_costs(uid, history, jobs));
                found.extend(self.of_end(history, jobs));
                found.extend(self.of_waits(history, jobs));
            }
            let name = &history.key.name;
            breaches.extend(found.into_iter().map(|breach| format!("{name}: {breach}")));
        }
        breaches.extend(self.of_rates());
        if self.outages.iter().any(|outage| outage.hanging_region().is_some()) {
            breaches.extend(self.of_stops());
        }
        breaches
    }

    /// What was planned for an object.
    fn plan(&self, history: &ObjectHistory) -> &SimulatedObject {
        &self.plans[&history.key.name]
    }
}

fn by_stem(sent: &[Sent]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for call in sent {
        let stem = call.job.rsplit_once('-').map_or(call.job.as_str(), |(stem, _)| stem);
        *counts.entry(stem.to_owned()).or_default() += 1;
    }
    counts
}
