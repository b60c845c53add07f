//! The record of an attempt that is over: added to the totals once, in the decision that ends it.

use jiff::{SignedDuration, Timestamp};

use crate::domain::draft::Draft;
use crate::domain::fact::FactKind;
use crate::domain::job::Job;
use crate::domain::job::text::clip;
use crate::domain::moment::after;
use crate::domain::policy::outcome::AttemptEnd;
use crate::domain::run::Run;
use crate::domain::run::history::AttemptRecord;
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::view::end_messages;
use crate::domain::vocabulary::{FailureClass, Outcome, StopReason, Word};

/// A completed job without its numbers is described once more after this time.
pub(super) const ACCOUNTING_LAG: SignedDuration = SignedDuration::from_mins(1);

/// Longest message of an attempt that is listed, in characters: `status.failureReason` has the whole
/// text of the newest failure.
const MESSAGE_LIMIT: usize = 128;

/// How an attempt ended, and why in words.
#[derive(Clone, Debug)]
pub(in crate::domain) struct Ended {
    /// How.
    pub(in crate::domain) end: AttemptEnd,
    /// Why.
    pub(in crate::domain) message: String,
}

impl Ended {
    /// The class of a failure.
    pub(super) const fn class(&self) -> Option<FailureClass> {
        match self.end {
            AttemptEnd::Failed(class) => Some(class),
            AttemptEnd::Completed | AttemptEnd::Stopped(_) => None,
        }
    }
}

/// Adds the attempt to the history.
pub(super) fn end_attempt(
    d: &mut Draft<'_>,
    live: &LiveAttempt,
    job: Option<&Job>,
    ended: &Ended,
    last: bool,
) {
    let training_seconds = job.and_then(|job| job.training_seconds);
    let billable_seconds = job.and_then(|job| job.billable_seconds);
    let job_name = d.job_name(live.number);
    let record = AttemptRecord {
        completion: Some(job.and_then(|job| job.ended).unwrap_or(d.s.now)),
        outcome: Some(outcome(&ended.end, job).to_string()),
        reason: Some(ended.end.reason()),
        message: Some(clip(&ended.message, MESSAGE_LIMIT)).filter(|text| !text.trim().is_empty()),
        training_seconds,
        billable_seconds,
        ..live.record(&job_name)
    };
    d.run.history.add(live, record, job);
    // No attempt follows where the object is going.
    let last = last || d.s.object.deleting;
    let kind =
        FactKind::AttemptEnded { end: ended.end.clone(), last, training_seconds, billable_seconds };
    let next = d.run.blocked.as_ref().filter(|_| !last).and_then(|blocked| blocked.retry_at);
    d.fact(kind, end_messages::attempt_ended(&job_name, ended, next));
}

/// The end in one word. Where a job is stopped for another pool, its instances may come meanwhile.
fn outcome(end: &AttemptEnd, job: Option<&Job>) -> Outcome {
    let started = job.is_some_and(Job::ended_with_instances);
    match end {
        AttemptEnd::Stopped(Word::Known(StopReason::StoppedForFallback)) if started => {
            Outcome::StoppedWhileStarting
        }
        AttemptEnd::Completed | AttemptEnd::Stopped(_) | AttemptEnd::Failed(_) => end.outcome(),
    }
}

impl Run {
    /// A job that trained and does not say how long, or what for, is described once more.
    pub(super) fn expect_accounting(&mut self, job: &Job, now: Timestamp) {
        let missing = job.training_seconds.is_none() || job.billable_seconds.is_none();
        self.accounting_due = missing.then(|| after(now, ACCOUNTING_LAG));
    }
}

impl LiveAttempt {
    /// Its line in the list of attempts while it is possibly live.
    #[must_use]
    pub fn record(&self, job_name: &str) -> AttemptRecord {
        AttemptRecord {
            number: self.number,
            job_name: job_name.to_owned(),
            instance_type: self.instance_type.clone(),
            market: self.market.as_str().to_owned(),
            start: self.start,
            completion: None,
            outcome: None,
            reason: None,
            message: None,
            training_seconds: None,
            billable_seconds: None,
            interruptions: self.interruptions(),
        }
    }
}
