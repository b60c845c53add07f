//! Runtime: the process around the controller.

pub mod admin;
pub mod apiserver;
pub mod crd_watch;
pub mod leader;
pub mod machine_clock;
pub mod process_clock;
pub mod proxy;
pub mod shutdown;
#[cfg(feature = "aws")]
mod start;
pub mod start_line;
#[cfg(feature = "aws")]
pub mod supervise;
