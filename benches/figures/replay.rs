//! The policy replay: its published figures on all starts, and how long it takes.

use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use super::figure;

const POLICIES: [&str; 3] = ["at-deadline", "blind-uniform-progress", "balanced"];

/// The mean cost over all cells, as a share of on-demand.
const PUBLISHED: [(&str, [f64; 3]); 4] = [
    ("mid", [0.7333, 0.6615, 0.6524]),
    ("low", [0.9523, 0.9490, 0.9481]),
    ("high", [0.4072, 0.3832, 0.3771]),
    ("flappy", [0.8395, 0.8135, 0.8061]),
];

/// What another implementation of the rules may differ by.
const TOLERANCE: f64 = 0.006;

/// What the replay says of each policy.
fn replay(arguments: &[&str]) -> Vec<Value> {
    let run = ["run", "--release", "--quiet", "--example", "policy-replay", "--", "-o", "json"];
    let output = Command::new(env!("CARGO")).args(run).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Replays every start of a job of 48 h, at four fractions and with three changeovers.
pub(crate) fn measure() {
    for (model, published) in PUBLISHED {
        let mut costs = [0.0; POLICIES.len()];
        let mut missed = 0.0;
        for fraction in ["0.6", "0.7", "0.8", "0.9"] {
            for changeover in ["0.1", "0.2", "0.3"] {
                let mut arguments = vec!["--model", model, "--every", "216"];
                arguments.extend(["--job-fraction", fraction, "--changeover-hours", changeover]);
                arguments.extend(["--price-ratio", "3.14459"]);
                arguments.extend(POLICIES.iter().flat_map(|policy| ["--policy", policy]));
                for (cost, standing) in costs.iter_mut().zip(replay(&arguments)) {
                    *cost += standing["cost"].as_f64().unwrap() / 12.0;
                    missed += standing["missed"].as_f64().unwrap();
                }
            }
        }
        for ((policy, cost), published) in POLICIES.iter().zip(costs).zip(published) {
            figure(&format!("replay: {model}, {policy}"), cost, "of on-demand", None);
            let off = (cost - published).abs();
            figure(&format!("replay: {model}, {policy}, off by"), off, "", Some(TOLERANCE));
        }
        let [at_deadline, blind, balanced] = costs;
        let ordered = f64::from(u8::from(balanced <= blind && blind <= at_deadline));
        figure(
            &format!("replay: {model}, balanced <= blind <= at-deadline"),
            1.0 - ordered,
            "",
            Some(0.0),
        );
        figure(&format!("replay: {model}, targets missed"), missed, "jobs", Some(0.0));
    }
    let started = Instant::now();
    replay(&["--model", "mid", "--samples", "800"]);
    let seconds = started.elapsed().as_secs_f64();
    figure("replay: 2 400 samples of 60 h, all policies", seconds, "s", Some(60.0));
}
