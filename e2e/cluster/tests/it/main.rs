//! The test cluster, tried out: each test runs against real Kubernetes programs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod binary;
mod control_plane;
mod support;
