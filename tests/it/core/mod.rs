//! The pure core, without anything around it.

mod attempts;
mod departure;
mod happenings;
mod invariants;
mod laws;
mod links;
mod messages;
mod model;
mod names;
mod outcomes;
mod outside;
mod refusals;
mod scenarios;
mod stored_states;
mod writes;
