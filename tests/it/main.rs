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

#[cfg(feature = "aws")]
mod adapter;
mod api;
mod architecture;
mod controller;
mod core;
#[cfg(feature = "aws")]
mod end_to_end;
mod process;
mod simulation;
mod support;

// A simulated week spends a third of its time in the allocator of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
