//! Parts of the controller by themselves: no watch, no real apiserver.

mod accounts;
mod admission;
mod departures;
mod ended_attempts;
mod errors;
mod identity;
mod lapse;
mod leader;
mod plan;
mod polling;
mod send_window;
mod sessions;
mod stale_cache;
#[cfg(feature = "aws")]
mod wire;
