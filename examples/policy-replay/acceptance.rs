//! The published figures on the synthetic traces: the cost for a job of 48 h at four fractions and with
//! three changeovers, and no target missed.
//!
//! An eighth of the starts, for the test has to be quick; `make bench ONLY=replay` takes all.

use clap::ValueEnum;

use crate::comparison::{Standing, compare};
use crate::job::{Job, whole};
use crate::policy::Policy;
use crate::samples::{Sampling, choose};
use crate::synthetic::Model;

/// What another implementation of the rules may differ by.
const TOLERANCE: f64 = 0.006;

/// The mean over all cells by model: at-deadline, balanced.
const PUBLISHED: [(Model, [f64; 2]); 4] = [
    (Model::Mid, [0.7484, 0.6613]),
    (Model::Low, [0.9606, 0.9494]),
    (Model::High, [0.3999, 0.3754]),
    (Model::Flappy, [0.8314, 0.7997]),
];

fn job(fraction: f64, changeover_seconds: i64, changeover_varies: bool) -> Job {
    let work = 48.0 * 3600.0;
    Job {
        work_seconds: whole(work),
        limit_seconds: whole(work / fraction),
        changeover_seconds,
        changeover_varies,
        price_ratio: 3.06 / 0.9731,
    }
}

/// How each policy does on every eighth start of all cells.
fn cells(names: &[&str], model: Model, changeover_varies: bool) -> Vec<Vec<Standing>> {
    let policies: Vec<_> = names.iter().map(|name| name.parse::<Policy>().unwrap()).collect();
    let traces = [1, 2, 3].map(|seed| (String::new(), model.parameters().trace(seed)));
    let fractions = [0.6, 0.7, 0.8, 0.9].into_iter();
    let jobs = fractions.flat_map(|fraction| {
        [360, 720, 1080].map(|changeover| job(fraction, changeover, changeover_varies))
    });
    jobs.map(|job| {
        let starts = choose(Sampling::Every { ticks: 8 * 216 }, &job, &traces).unwrap();
        compare(&policies, &job, &starts)
    })
    .collect()
}

#[test]
fn the_costs_are_as_published() {
    assert_eq!(PUBLISHED.map(|(model, _)| model), Model::value_variants());
    for (model, published) in PUBLISHED {
        let names = ["at-deadline", "balanced", "greedy", "blind-uniform-progress"];
        let cells = cells(&names, model, false);
        assert!(cells.iter().flatten().all(|standing| standing.missed == 0), "{cells:?}");
        let mean = |policy: usize| cells.iter().map(|cell| cell[policy].cost).sum::<f64>() / 12.0;
        let [at_deadline, balanced, greedy, blind] = [0, 1, 2, 3].map(mean);
        for (cost, published) in [at_deadline, balanced].into_iter().zip(published) {
            assert!((cost - published).abs() < TOLERANCE, "{model:?}: {cost:.4} {published}");
        }
        assert!((at_deadline - greedy).abs() < 0.002, "{at_deadline} {greedy}: the same rule");
        assert!(balanced < blind && blind < at_deadline, "{model:?}: {balanced} {blind}");
    }
}

#[test]
fn changeovers_that_vary_miss_nothing_while_the_longest_is_believed() {
    for (model, _) in PUBLISHED {
        let cells = cells(&["at-deadline", "balanced"], model, true);
        assert!(cells.iter().flatten().all(|standing| standing.missed == 0), "{cells:?}");
    }
}
