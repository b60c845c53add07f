//! The figures that the project promises, measured on real parts: one JSON line each.
//!
//! It takes about half an hour, most of it waiting for jobs to grow old and for a thousand to be created
//! at the rate that AWS allows. It never fails: a missed
//! target is a line with `"met":false`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that cannot be made has no better end"
)]

mod decision;
mod deletion;
mod fleet;
mod harness;
mod latency;
mod polling;
mod replay;

use serde_json::json;

use harness::Harness;

/// Whether a figure is good when it is low, and how low.
pub(crate) fn figure(name: &str, value: f64, unit: &str, below: Option<f64>) {
    let rounded = (value * 1000.0).round() / 1000.0;
    let mut line = json!({ "name": name, "value": rounded, "unit": unit });
    if let Some(target) = below {
        line["target"] = json!(format!("<= {target}"));
        line["met"] = json!(value <= target);
    }
    println!("{line}");
}

/// The value below which `share` of the sorted values are.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "an index into a short list"
    )]
    let index = ((values.len() - 1) as f64 * share).round() as usize;
    values[index]
}

#[tokio::main]
async fn main() {
    // `cargo test --all-targets` runs benches too, to see that they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let all = ["decide", "replay", "jobs", "fleet", "start"];
    let asked: Vec<_> =
        all.into_iter().filter(|part| std::env::args().any(|one| one == *part)).collect();
    let parts = if asked.is_empty() { all.to_vec() } else { asked };
    let has = |part| parts.contains(&part);
    if has("decide") {
        decision::measure();
    }
    if has("replay") {
        replay::measure();
    }
    if parts.iter().all(|part| ["decide", "replay"].contains(part)) {
        return;
    }
    let mut harness = Harness::start().await;
    harness.rest().await;
    if has("jobs") {
        let old = latency::measure(&harness).await;
        polling::measure(&harness, &old).await;
        deletion::measure(&harness).await;
    }
    // Last: they leave objects behind.
    if has("fleet") {
        fleet::in_progress(&harness).await;
    }
    if has("start") {
        fleet::start(&mut harness).await;
    }
}
