//! The whole controller in virtual time: the real kube `Controller` over an apiserver and a
//! `SageMaker` in memory, weeks of faults in seconds.
//!
//! `SEEDS=20` runs twenty seeds, `SEEDS=100..200` those; a seed that fails is printed, and belongs
//! into the list of [`scale`].

mod actions;
mod calendar;
mod clock_steps;
mod edits;
mod figures;
mod fleet;
mod harness;
mod hazards;
mod jobs;
mod laws;
mod leadership;
mod object;
mod object_history;
mod outage;
mod policies;
mod process;
mod reports;
mod scale;
mod sharing;
mod targets;
mod third_party;
mod workload;

use std::time::Instant;

use jiff::SignedDuration;
use tokio::runtime::Builder;

use figures::figures;
use harness::Harness;
use laws::Evidence;
use scale::{Scale, seeds};

/// Objects that were still running when the faults ended come to their end within this time.
const AFTER_FAULTS: SignedDuration = SignedDuration::from_hours(24 * 12);

/// Runs a simulation to its end.
fn run(scale: Scale) -> Evidence {
    // One thread, and time that moves when nothing else can.
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let begin = Instant::now();
    runtime.block_on(async {
        let mut harness = Harness::new(scale);
        harness.run(scale.faults_end() + AFTER_FAULTS).await;
        harness.close().await;
        let evidence = Evidence::gather(&harness);
        println!("{}", figures(&harness, &evidence, begin.elapsed()));
        evidence
    })
}

#[test]
fn weeks_of_faults_break_no_law() {
    let mut failed = Vec::new();
    for seed in seeds() {
        let breaches = run(Scale::full(seed)).breaches();
        if !breaches.is_empty() {
            println!("seed {seed} broke laws {} times:\n{}", breaches.len(), breaches.join("\n"));
            failed.push(seed);
        }
    }
    assert!(failed.is_empty(), "these seeds broke laws (see above): {failed:?}");
}

#[test]
fn a_seed_repeats_every_history() {
    let (first, second) = (run(Scale::apart()), run(Scale::apart()));
    assert_eq!(first.breaches(), Vec::<String>::new());
    assert_eq!(first.calls.len(), second.calls.len());
    for (job, history) in &first.calls {
        assert_eq!(*history, second.calls[job], "{job}");
    }
}
