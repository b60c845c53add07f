//! Telemetry: logs and numbers.

pub mod log_level;
pub mod logging;
pub mod metrics;

pub use metrics::Metrics;
