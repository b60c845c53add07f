//! Publishing: facts become Events, log lines and metrics, in one place each.

pub mod events;
mod log;
mod metrics;

use crate::domain::fact::Fact;
use crate::domain::run::Run;

use super::context::Context;
use super::object_id::ObjectId;

/// Publishes what happened, after its commit.
pub fn publish(ctx: &Context, id: &ObjectId, run: &Run, facts: &[Fact]) {
    for fact in facts {
        log::line(id, run, fact);
        metrics::count(&ctx.metrics, fact);
        ctx.events.emit(id, run.attempt(), fact);
    }
}
