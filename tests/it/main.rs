//! The one integration-test binary: each layer by the least powerful means that can show it.
#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and prints what it measured"
)]

mod architecture;
#[cfg(feature = "aws")]
mod chart;
#[cfg(feature = "aws")]
mod cluster;
mod crd_drift;
mod crd_lint;
mod crd_rules;
mod decide_departure;
mod decide_laws;
mod decide_model;
mod decide_names;
mod decide_refusals;
mod decide_table;
mod docs;
mod ended_attempts;
mod health;
mod leader;
mod pacing;
mod plan;
mod simulation;
mod stale_cache;
mod support;
#[cfg(feature = "aws")]
mod wire;
