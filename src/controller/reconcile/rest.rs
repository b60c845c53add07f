//! Rest: when an object is decided on again.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kube::runtime::controller::Action;
use tracing::warn;

use super::admit::wait;
use super::target::Target;
use crate::api::v1alpha1::Object;
use crate::controller::context::Context;
use crate::controller::error::Error;
use crate::controller::object_id::ObjectId;
use crate::domain::decision::{Decision, Wake};
use crate::domain::vocabulary::EventReason;

/// A leader whose clock has stepped renews its lease about this often.
const AFTER_LAPSE: Duration = Duration::from_secs(2);

/// Something failed: the object waits, longer each time.
pub(super) fn try_again(ctx: &Context, target: &Target) -> Action {
    Action::requeue(ctx.sessions.back_off(&target.id))
}

/// This process must not act now. Nothing else would bring the object back once it leads again.
pub(super) fn without_leadership(ctx: &Context) -> Action {
    if ctx.leadership.has_lapsed() { Action::requeue(AFTER_LAPSE) } else { Action::await_change() }
}

/// Nothing is to be done now: when the object is decided on again; soon if not all of it is shown. The
/// wait is counted from the `now` of the decision: the clock may have stepped since. What failed before
/// is over only where this reconcile has asked or written something.
pub(super) fn rest(
    ctx: &Context,
    target: &Target,
    decision: &Decision,
    (principal, now): (u64, Timestamp),
    (is_shown, has_worked): (bool, bool),
) -> Action {
    let id = &target.id;
    let queue = match &decision.wake {
        Wake::InTurn(queue, _) => Some(queue),
        Wake::OnChange | Wake::At(_) | Wake::Backoff => None,
    };
    wait(ctx, target, queue, principal);
    if decision.wake == Wake::Backoff || !is_shown {
        return try_again(ctx, target);
    }
    if has_worked || decision.wake == Wake::OnChange {
        ctx.sessions.recovered(id);
    }
    match &decision.wake {
        Wake::At(at) | Wake::InTurn(_, Some(at)) => {
            Action::requeue(at.duration_since(now).max(SignedDuration::ZERO).unsigned_abs())
        }
        Wake::OnChange => {
            ctx.schedule.forget(&id.uid);
            Action::await_change()
        }
        Wake::InTurn(_, None) | Wake::Backoff => Action::await_change(),
    }
}

/// What follows an error: waiting, longer each time.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "kube's signature")]
pub fn on_error(object: Arc<Object>, error: &Error, ctx: Arc<Context>) -> Action {
    let Ok(id) = ObjectId::of(&object) else { return Action::await_change() };
    if matches!(error, Error::Gone) {
        return Action::await_change();
    }
    warn!(object = %id, "{error}");
    ctx.metrics.reconcile_error(error.category());
    if matches!(error, Error::UnreadableStatus(_)) {
        ctx.events.emit_stalled(&id, EventReason::StatusUnreadable, &error.to_string());
    }
    Action::requeue(ctx.sessions.back_off(&id))
}
