//! The figures of a run, for people.

use std::fmt::Write as _;

use std::time::Duration;

use super::harness::Harness;
use super::laws::Evidence;

/// What a run amounted to.
pub(super) fn figures(harness: &Harness, evidence: &Evidence, wall: Duration) -> String {
    let jobs = || evidence.jobs.values().flatten();
    let hours: i64 = jobs().map(|job| job.life(evidence.now).as_secs()).sum::<i64>() / 3600;
    let interruptions: i64 = jobs().map(super::jobs::Job::interruptions).sum();
    let calls = || evidence.calls.values();
    let describes: usize = calls().map(|calls| calls.describes.len()).sum();
    let effects: usize = calls().map(|calls| calls.effects.len()).sum();
    let histories = || evidence.objects.values();
    let writes: u64 = histories().map(|history| history.writes).sum();
    let most_writes = histories().map(|history| history.writes).max().unwrap_or_default();
    let statuses: usize = histories().map(|history| history.statuses.len()).sum();
    let edits: usize = histories().map(|history| history.specs.len() - 1).sum();
    let stats = harness.aws.simulator.stats();
    let mut text = format!(
        "seed {}: {} objects with {} UIDs over {} virtual days, {} reconciles, {wall:.1?}\n  \
         {} jobs, {hours} job-hours, {interruptions} interruptions; {describes} describes and {effects} \
         other calls of SageMaker\n  {writes} status writes of {statuses} statuses, at most \
         {most_writes} for one object; {} starts, {} crashes\n  {edits} edits of specs; ends:",
        harness.scale.seed,
        harness.objects.len(),
        evidence.objects.len(),
        harness.scale.days,
        harness.reconciles,
        jobs().count(),
        evidence.starts.len(),
        harness.crashes,
    );
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for history in histories() {
        let shown = history.object["status"]["state"].as_str().unwrap_or("Untouched");
        let word = match (&history.gone, history.reason("Failed")) {
            (Some(_), _) => "gone",
            (None, "") => shown,
            (None, reason) => reason,
        };
        let word = word.to_owned();
        *counts.entry(word).or_default() += 1;
    }
    for (end, count) in counts {
        write!(text, " {end} {count}").unwrap();
    }
    text += "\n  faults of the apiserver and on the way:";
    for (kind, count) in harness.aws.faults.counts() {
        write!(text, " {kind} {count},").unwrap();
    }
    text += "\n  answers of SageMaker:";
    for (operation, outcomes) in stats.calls {
        write!(text, " {operation} {outcomes:?}").unwrap();
    }
    text
}
