//! Kubernetes: the stream of objects and the calls to the apiserver.

pub(super) mod applied;
pub mod calls;
mod departures;
pub mod stores;
pub mod stream;
pub mod wakes;
