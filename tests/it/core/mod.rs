//! The pure core, without anything around it.

mod attempts;
mod balanced;
mod capacity;
mod departure;
mod ends;
mod expiry;
mod fallbacks;
mod happenings;
mod invariants;
mod laws;
mod limits;
mod links;
mod messages;
mod model;
mod moves;
mod names;
mod outcomes;
mod outside;
mod pools;
mod refusals;
mod repeats;
mod retries;
mod scenarios;
mod sizes;
mod stored_states;
mod writes;
