//! The whole controller in virtual time: the real kube `Controller` over an apiserver and a
//! `SageMaker` in memory, weeks of trouble in seconds.
//!
//! `SEEDS=20` runs twenty seeds, `SEEDS=100..200` those; a seed that fails is printed, and belongs
//! into the list of [`scale`].

mod figures;
mod jobs;
mod laws;
mod part;
mod process;
mod register;
mod scale;
mod script;
mod spell;
mod stage;
mod stranger;
mod tenure;

use std::time::Instant;

use jiff::SignedDuration;
use tokio::runtime::Builder;

use figures::figures;
use laws::Evidence;
use scale::{Scale, seeds};
use stage::Stage;

/// Objects that were still running when the trouble ended come to their end within this time.
const AFTER_CALM: SignedDuration = SignedDuration::from_hours(24 * 12);

/// Plays a run to its end.
fn run(scale: Scale) -> Evidence {
    // One thread, and time that moves when nothing else can.
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let begin = Instant::now();
    runtime.block_on(async {
        let mut stage = Stage::new(scale);
        stage.play(scale.calm() + AFTER_CALM).await;
        stage.close().await;
        let evidence = Evidence::gather(&stage);
        println!("{}", figures(&stage, &evidence, begin.elapsed()));
        evidence
    })
}

#[test]
fn weeks_of_trouble_break_no_law() {
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
    assert_eq!(first.histories.len(), second.histories.len());
    for (job, history) in &first.histories {
        assert_eq!(*history, second.histories[job], "{job}");
    }
}
