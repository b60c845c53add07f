//! Faults: one vocabulary for what goes wrong in all layers of tests, from the core's model to the
//! whole controller.
//!
//! [`FaultKind`] names what happens to a call or a step; [`shares`] says how often in which layer;
//! [`Faults`] decides on every call by a hash of (seed, object, operation, nth call).

mod crash;
mod injector;
mod kind;
pub(crate) mod shares;
pub(crate) mod strategy;

pub(crate) use crash::Crash;
pub(crate) use injector::Faults;
pub(crate) use kind::FaultKind;
