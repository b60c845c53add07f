//! Nothing is held up, by whichever clock: an object waits no longer than its longest wait.

use jiff::{SignedDuration, Timestamp};

use super::super::jobs::Job;
use super::super::object::{SCARCE, SimulatedObject};
use super::super::object_history::ObjectHistory;
use super::Evidence;

/// The longest wait of all: the back-off of what only a person can mend, and some slack.
pub(super) const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(75);

impl Evidence {
    /// From its creation to its first job, and from its last job's end to its own.
    pub(super) fn of_waits(&self, history: &ObjectHistory, jobs: &[Job]) -> Vec<String> {
        let plan = self.plan(history);
        if !plan.undisturbed() || history.gone.is_some() {
            return Vec::new();
        }
        let begin = jobs.first().map(|job| ("its first job", history.created, job.created));
        let ended = jobs.last().and_then(|job| job.ended).zip(history.terminal);
        let end = ended.map(|(ended, terminal)| ("its end", ended, terminal));
        let deadline = history.limit("activeDeadlineSeconds").zip(history.terminal);
        let late = deadline.map(|((since, seconds), terminal)| {
            let deadline = history.created + SignedDuration::from_secs(seconds);
            ("its end after its deadline", deadline.max(since).min(terminal), terminal)
        });
        let waits = begin.into_iter().chain(end).chain(late);
        let mut breaches = Vec::new();
        for (what, from, until) in waits {
            let waited = until.duration_since(from);
            let trouble =
                self.trouble(plan.region, from, until) + self.without_room(plan, from, until);
            if waited > LONGEST_WAIT + trouble {
                let instances = &plan.manifest["spec"]["template"]["resourceConfig"];
                breaches.push(format!(
                    "waited {waited:#} for {what}, from {from}, with {trouble:#} of trouble in {}: \
                     {instances}",
                    plan.region
                ));
            }
        }
        breaches
    }

    /// How much of a stretch the quota of a scarce instance type was used up by others.
    fn without_room(
        &self,
        plan: &SimulatedObject,
        from: Timestamp,
        until: Timestamp,
    ) -> SignedDuration {
        let is_scarce = |plan: &SimulatedObject| {
            let resources = &plan.manifest["spec"]["template"]["resourceConfig"];
            resources["instanceType"] == SCARCE.instance_type
        };
        if !is_scarce(plan) {
            return SignedDuration::ZERO;
        }
        let others = self.objects.iter().filter(|(_, history)| {
            let other = self.plan(history);
            is_scarce(other) && other.region == plan.region
        });
        let jobs = others.filter_map(|(uid, _)| self.jobs.get(uid)).flatten();
        let mut changes: Vec<(Timestamp, i64)> = jobs
            .flat_map(|job| [(job.created, 1), (job.ended.unwrap_or(Timestamp::MAX), -1)])
            .map(|(at, change)| (at.clamp(from, until), change))
            .collect();
        changes.sort_unstable();
        let (mut live, mut since, mut full) = (0, from, SignedDuration::ZERO);
        for (at, change) in changes {
            if live >= i64::from(SCARCE.limit) {
                full += at.duration_since(since);
            }
            (live, since) = (live + change, at);
        }
        full
    }

    /// How much of a stretch is covered by outages that a region feels, and by nobody's leadership.
    pub(super) fn trouble(
        &self,
        region: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> SignedDuration {
        let outages = self.outages.iter().filter(|outage| outage.concerns(region));
        let leaderless = self.terms.windows(2).map(|pair| (pair[0].end, pair[1].begin));
        let stretches = outages.map(|outage| (outage.begin, outage.end)).chain(leaderless);
        let overlaps = stretches.map(|(begin, end)| end.min(until).duration_since(begin.max(from)));
        overlaps.filter(SignedDuration::is_positive).sum()
    }
}
