//! What one object wishes of admission, and gets.

use jiff::Timestamp;

use super::target::Target;
use crate::controller::admission::{Place, Wish};
use crate::controller::context::Context;
use crate::domain::admission::{Admission, Queue};
use crate::domain::effect::Priority;
use crate::domain::run::Run;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::Pool;

/// What AWS's rates and quotas belong to.
pub(super) fn place(principal: u64, region: &str) -> Place {
    Place { principal, region: region.to_owned() }
}

/// What the object may do now.
pub(super) fn view(ctx: &Context, target: &Target, now: Timestamp) -> Admission {
    let plan = target.spec.plan();
    let region = region(target, plan);
    let starts = target.run.end().is_none() && !target.spec.suspend() && !target.facts.deleting;
    if starts || target.run.live().is_some() {
        ctx.identities.want(region.unwrap_or_default());
    }
    let principal = ctx.admissions.identity().principal();
    let place = region.map(|region| place(principal, region));
    let pools = plan.map_or(&[][..], |plan| &plan.pools);
    ctx.admissions.view(&target.id, &wish(target, pools, place.as_ref()), now)
}

/// The pools on which the object's next attempt may run.
pub(super) fn candidates(target: &Target) -> Vec<Pool> {
    let cursor = target.run.cursor.as_ref();
    target.spec.plan().map(|plan| plan.candidates(cursor)).unwrap_or_default()
}

/// What the object wishes of admission.
pub(super) fn wish<'a>(
    target: &'a Target,
    pools: &'a [Pool],
    place: Option<&'a Place>,
) -> Wish<'a> {
    let plan = target.spec.plan();
    let planned = plan.and_then(|plan| plan.checkpoint.uri());
    Wish {
        place,
        pools,
        instance_count: plan.map_or(1, |plan| plan.instance_count),
        generation: target.facts.generation,
        checkpoint_uri: target.run.checkpoint_uri.as_deref().or(planned),
        priority: Priority::of_create(&target.run),
    }
}

/// The region of the object's jobs.
fn region<'a>(target: &'a Target, plan: Option<&'a Plan>) -> Option<&'a str> {
    let began = target.run.location.as_ref().map(|location| location.region.as_str());
    began.or_else(|| plan.and_then(|plan| plan.region.as_deref()))
}

/// The prefix of an attempt that is possibly live belongs to it.
pub(super) fn hold_prefix(ctx: &Context, target: &Target, run: &Run) {
    match (run.live(), &run.checkpoint_uri) {
        (Some(_), Some(uri)) => ctx.admissions.hold_prefix(&target.id, uri),
        (None, _) | (_, None) => ctx.admissions.release_prefix(&target.id.uid),
    }
}

/// The object waits for its turn in `queue`, and nowhere else; nowhere without one.
pub(super) fn wait(ctx: &Context, target: &Target, queue: Option<&Queue>, principal: u64) {
    let region = region(target, target.spec.plan());
    let place = region.map(|region| place(principal, region));
    let pools = candidates(target);
    ctx.admissions.wait(&target.id, &wish(target, &pools, place.as_ref()), queue);
}
