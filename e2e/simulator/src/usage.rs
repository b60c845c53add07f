//! The instances that jobs use, kept up to date so that no call has to go through all jobs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::job::Job;
use crate::moment::Millis;

/// The instances in use in an account and region.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    /// By type and market (true: spot).
    sums: BTreeMap<(String, bool), u64>,
    /// The names of the jobs in the sums.
    counted: BTreeSet<String>,
    /// When a job may be over. Orders move ends: an entry is a reason to check the job, no more.
    ends: BinaryHeap<Reverse<(Millis, String)>>,
}

impl Usage {
    /// Instances of a type in a market.
    pub(crate) fn of(&self, instance_type: &str, spot: bool) -> u64 {
        self.sums.get(&(instance_type.to_owned(), spot)).copied().unwrap_or_default()
    }

    /// Counts a new job.
    pub(crate) fn add(&mut self, job: &Job) {
        for used in &job.instances {
            let key = (used.instance_type.clone(), job.plan.spot);
            *self.sums.entry(key).or_default() += u64::from(used.count);
        }
        self.counted.insert(job.name.clone());
        self.expect_end(job);
    }

    /// Remembers when a job will be over, at its creation and whenever that changes.
    pub(crate) fn expect_end(&mut self, job: &Job) {
        self.ends.extend(job.life().end.map(|end| Reverse((end, job.name.clone()))));
    }

    /// Takes the jobs that are over out of the sums.
    pub(crate) fn settle(&mut self, jobs: &BTreeMap<String, Job>, now: Millis) {
        while self.ends.peek().is_some_and(|Reverse((end, _))| *end <= now) {
            let Some(Reverse((_, name))) = self.ends.pop() else { return };
            if let Some(job) = jobs.get(&name).filter(|job| !job.is_live(now)) {
                self.remove(job);
            }
        }
    }

    /// Takes a job out of the sums.
    pub(crate) fn remove(&mut self, job: &Job) {
        if !self.counted.remove(&job.name) {
            return;
        }
        for used in &job.instances {
            let key = (used.instance_type.clone(), job.plan.spot);
            self.sums.entry(key).and_modify(|sum| *sum -= u64::from(used.count));
        }
    }
}
