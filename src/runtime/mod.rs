//! Runtime: the process around the controller.

pub mod admin;
pub mod crd_watch;
pub mod leader;
pub mod shutdown;
#[cfg(feature = "aws")]
pub mod supervise;
pub mod wall_clock;
