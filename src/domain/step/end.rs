//! Ending an object: nothing of it is possibly live, and nothing follows.

use jiff::Timestamp;

use super::{Step, poll};
use crate::domain::draft::Draft;
use crate::domain::fact::FactKind;
use crate::domain::job::Job;
use crate::domain::policy::consequence::{Consequence, after_stop};
use crate::domain::run::{Activity, End};
use crate::domain::view::end_messages;
use crate::domain::vocabulary::StopReason;

/// The end that follows where nothing has to be stopped first.
pub(super) fn of(wish: StopReason) -> Option<End> {
    match after_stop(wish) {
        Consequence::End(end) => Some(end),
        Consequence::Proceed
        | Consequence::Retry { .. }
        | Consequence::Move
        | Consequence::Pause => None,
    }
}

/// Ends an object of which nothing runs.
pub(super) fn exceed(d: &mut Draft<'_>, end: End) -> Step {
    let (now, name) = (d.s.now, d.current_job_name());
    if d.run.attempt() == 0 {
        // What kept it from starting is all there is to be said of it.
        d.run.failure_reason = d.run.blocked.take().map(|blocked| blocked.message);
    }
    end_object(d, end, now, None, &name);
    poll::account(d)
}

/// The object has ended at `moment`, by its newest job or without one.
pub(super) fn end_object(
    d: &mut Draft<'_>,
    end: End,
    moment: Timestamp,
    job: Option<&Job>,
    name: &str,
) {
    d.run.clocks.completion = Some(moment);
    d.run.blocked = None;
    let is_complete = end == End::Completed;
    d.run.activity = Activity::Ended(end);
    if is_complete {
        if let Some(job) = job {
            d.run.keep_results(job);
            d.run.expect_accounting(job, d.s.now);
        }
        let message = end_messages::completed(&d.run, name);
        d.fact(FactKind::Completed, message);
    } else if !d.s.object.deleting {
        // Nobody waits for the end of an object that is being deleted.
        let message = end_messages::failed(&d.run, name);
        d.fact(FactKind::Failed, message);
    }
}
