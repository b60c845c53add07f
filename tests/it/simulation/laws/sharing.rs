//! What objects share: the rate of creates, and a region's trouble.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Evidence;

/// Creates per second of one process in one region (AWS's quota page).
const RATE: f64 = 1.0;

/// More creates than the rate alone allows: the burst, and those that were granted up to ten seconds
/// earlier and then waited for their commit.
const BURST: f64 = 2.0 + 10.0 * RATE;

/// A stop in a healthy region is sent this soon after the deletion, most of the time.
const PROMPT: SignedDuration = SignedDuration::from_secs(5);

/// The share of stops that are prompt: the others met an everyday fault of their own, on the way to the
/// apiserver or to `SageMaker`. A region that holds up others leaves next to none.
const MOSTLY: f64 = 0.5;

/// The longest that everyday faults delay a stop.
const LONGEST: SignedDuration = SignedDuration::from_mins(2);

impl Evidence {
    /// Never more creates than rate and burst allow.
    pub(super) fn of_rates(&self) -> Vec<String> {
        let mut levels: BTreeMap<(u64, &str), (f64, Timestamp)> = BTreeMap::new();
        let mut breaches = Vec::new();
        for sent in self.sent.iter().filter(|sent| sent.operation == "CreateTrainingJob") {
            let key = (sent.process, sent.region.as_str());
            let (level, since) = levels.entry(key).or_insert((BURST, sent.time));
            let seconds = sent.time.duration_since(*since).as_secs_f64();
            (*level, *since) = ((*level + seconds * RATE).min(BURST) - 1.0, sent.time);
            if *level < 0.0 {
                breaches.push(format!("{} is one create too many in {}", sent.time, sent.region));
            }
        }
        breaches
    }

    /// A region that is in trouble delays no stop in another one.
    pub(super) fn of_stops(&self) -> Vec<String> {
        let delays: Vec<_> = self
            .objects
            .iter()
            .filter_map(|(uid, history)| self.stop_delay(uid, history))
            .collect();
        let prompt = delays.iter().filter(|(_, delay)| *delay <= PROMPT).count();
        let mut breaches: Vec<_> = delays
            .iter()
            .filter(|(_, delay)| *delay > LONGEST)
            .map(|(name, delay)| format!("{name}: its stop was sent after {delay:#}"))
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let (prompt_share, enough) = (prompt as f64 / delays.len() as f64, delays.len() >= 10);
        if !enough {
            breaches.push(format!("only {} stops were measured", delays.len()));
        } else if prompt_share < MOSTLY {
            breaches.push(format!("only {prompt} of {} stops were prompt", delays.len()));
        }
        breaches
    }

    /// How long the stop of a witness took to be sent, if nothing general was wrong meanwhile.
    fn stop_delay(
        &self,
        uid: &str,
        history: &super::ObjectHistory,
    ) -> Option<(String, SignedDuration)> {
        let plan = self.plan(history);
        let deleted = history.deleted.filter(|_| plan.witness)?;
        let around = (deleted - SignedDuration::from_mins(5), deleted + LONGEST);
        let started = self.starts.iter().any(|start| around.0 <= *start && *start <= around.1);
        if started || !self.trouble(plan.region, around.0, around.1).is_zero() {
            return None;
        }
        let job = self.jobs.get(uid)?.last()?;
        let stop = self.sent.iter().find(|sent| {
            sent.operation == "StopTrainingJob" && sent.job == job.name && sent.time >= deleted
        });
        let sent = stop.map_or(self.now, |stop| stop.time);
        Some((history.key.name.clone(), sent.duration_since(deleted)))
    }
}
