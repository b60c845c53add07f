//! Parts of the controller by themselves: no watch, no real apiserver.

mod accounts;
mod admission;
mod ended_attempts;
mod identity;
mod lapse;
mod leader;
mod plan;
mod polling;
mod sessions;
mod stale_cache;
#[cfg(feature = "aws")]
mod wire;
