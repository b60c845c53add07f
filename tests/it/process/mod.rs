//! The process around the controller: its settings, its clocks, its log, its ways out, its end.

mod clock;
#[cfg(feature = "aws")]
mod dates;
mod fuzz;
mod import;
#[cfg(feature = "aws")]
mod log_content;
mod log_level;
mod machine;
#[cfg(feature = "aws")]
mod network;
mod plan;
mod proxy;
mod selector;
mod shutdown;
#[cfg(feature = "aws")]
mod signals;
#[cfg(feature = "aws")]
mod start;
#[cfg(feature = "aws")]
mod support;
mod tenure;
mod values;
