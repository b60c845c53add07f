//! The figures of a run, for people.

use std::fmt::Write as _;

use std::time::Duration;

use super::laws::Evidence;
use super::stage::Stage;

/// What a run amounted to.
pub(super) fn figures(stage: &Stage, evidence: &Evidence, wall: Duration) -> String {
    let jobs = || evidence.jobs.values().flatten();
    let hours: i64 = jobs().map(|job| job.life(evidence.now).as_secs()).sum::<i64>() / 3600;
    let interruptions: i64 = jobs().map(super::jobs::Job::interruptions).sum();
    let histories = || evidence.histories.values();
    let looks: usize = histories().map(|history| history.looks.len()).sum();
    let effects: usize = histories().map(|history| history.effects.len()).sum();
    let lives = || evidence.lives.values();
    let writes: u64 = lives().map(|life| life.writes).sum();
    let most_writes = lives().map(|life| life.writes).max().unwrap_or_default();
    let statuses: usize = lives().map(|life| life.statuses.len()).sum();
    let stats = stage.aws.simulator.stats();
    let mut text = format!(
        "seed {}: {} objects in {} lives over {} virtual days, {} reconciles, {wall:.1?}\n  \
         {} jobs, {hours} job-hours, {interruptions} interruptions; {looks} looks and {effects} \
         other calls of SageMaker\n  {writes} status writes of {statuses} statuses, at most \
         {most_writes} for one object; {} starts, {} crashes\n  ends:",
        stage.scale.seed,
        stage.parts.len(),
        evidence.lives.len(),
        stage.scale.days,
        stage.reconciles,
        jobs().count(),
        evidence.starts.len(),
        stage.crashes,
    );
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for life in lives() {
        let shown = life.object["status"]["state"].as_str().unwrap_or("Untouched");
        let word = if life.gone.is_some() { "gone".to_owned() } else { shown.to_owned() };
        *counts.entry(word).or_default() += 1;
    }
    for (end, count) in counts {
        write!(text, " {end} {count}").unwrap();
    }
    text += "\n  faults of the apiserver and on the way:";
    for (kind, count) in stage.aws.weather.struck() {
        write!(text, " {kind} {count},").unwrap();
    }
    text += "\n  answers of SageMaker:";
    for (operation, outcomes) in stats.calls {
        write!(text, " {operation} {outcomes:?}").unwrap();
    }
    text
}
