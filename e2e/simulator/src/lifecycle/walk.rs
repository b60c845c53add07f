//! Steps along a timeline: phases, and what cuts them short.

use super::message::message;
use super::order::{Order, What};
use super::plan::Plan;
use super::status::{Primary, Secondary};
use super::timeline::{Ended, Run, Timeline, Transition};
use crate::moment::Millis;

/// Why a phase ended before its time.
pub(super) enum Cut {
    Order(What),
    MaxRuntime,
    MaxWait,
    MaxPending,
}

/// A walker at the end of the timeline it has written so far.
pub(super) struct Walk<'a> {
    pub(super) plan: &'a Plan,
    orders: &'a [Order],
    created: Millis,
    pub(super) now: Millis,
    pub(super) timeline: Timeline,
}

impl<'a> Walk<'a> {
    pub(super) fn new(plan: &'a Plan, created: Millis, orders: &'a [Order]) -> Self {
        Self { plan, orders, created, now: created, timeline: Timeline::default() }
    }

    /// Spends the length of a phase (None: without end), unless it is cut short.
    pub(super) fn stay(&mut self, status: Secondary, length: Option<Millis>) -> Result<(), Cut> {
        let natural = length.map(|length| self.now + length);
        let cut = self.first_cut(status).filter(|(at, _)| natural.is_none_or(|end| *at < end));
        let Some((at, cut)) = cut else {
            self.enter(status, natural);
            return Ok(());
        };
        if matches!(cut, Cut::Order(_)) {
            self.orders = self.orders.get(1..).unwrap_or_default();
        }
        self.enter(status, Some(at.max(self.now)));
        Err(cut)
    }

    /// Spends a phase that nothing cuts short (None: without end).
    pub(super) fn spend(&mut self, status: Secondary, length: Option<Millis>) {
        self.enter(status, length.map(|length| self.now + length));
    }

    /// Draws out the phase that was just left.
    pub(super) fn linger(&mut self, length: Millis) {
        self.now += length;
        if let Some(last) = self.timeline.transitions.last_mut() {
            last.end = Some(self.now);
        }
    }

    /// Instances are there.
    pub(super) fn launch(&mut self) {
        self.timeline.runs.push(Run { start: self.now, end: None });
    }

    /// The instances, if there are any, are gone.
    pub(super) fn release(&mut self) {
        if let Some(run) = self.timeline.runs.last_mut().filter(|run| run.end.is_none()) {
            run.end = Some(self.now);
        }
    }

    pub(super) fn end(&mut self, status: Primary, secondary: Secondary, reason: Option<String>) {
        self.release();
        self.enter(secondary, Some(self.now));
        self.timeline.end = Some(Ended { at: self.now, status, failure_reason: reason });
    }

    /// When the next order comes, if it comes before a moment.
    pub(super) fn next_order(&self, before: Millis) -> Option<Millis> {
        self.orders.first().map(|order| order.at).filter(|at| *at < before)
    }

    fn enter(&mut self, status: Secondary, end: Option<Millis>) {
        let text = message(status, self.plan);
        self.timeline.transitions.push(Transition { status, start: self.now, end, text });
        self.now = end.unwrap_or(self.now);
    }

    /// What ends a phase that begins now, if its own length doesn't.
    fn first_cut(&self, status: Secondary) -> Option<(Millis, Cut)> {
        let plan = self.plan;
        let order = self.orders.first().map(|order| (order.at, Cut::Order(order.what.clone())));
        let wait = plan.max_wait.map(|limit| (self.created + limit, Cut::MaxWait));
        let runtime = matches!(status, Secondary::Downloading | Secondary::Training)
            .then(|| (self.now + plan.max_runtime - self.used(), Cut::MaxRuntime));
        let pending = plan
            .max_pending
            .filter(|_| status == Secondary::Pending)
            .map(|limit| (self.created + limit, Cut::MaxPending));
        [order, wait, runtime, pending].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Running time so far. `MaxRuntimeInSeconds` bounds the sum over all launches [?].
    fn used(&self) -> Millis {
        self.timeline.runs.iter().map(|run| run.end.unwrap_or(self.now) - run.start).sum()
    }
}
