//! Telemetry: logs and numbers.

pub mod logging;
pub mod metrics;

pub use metrics::Metrics;
