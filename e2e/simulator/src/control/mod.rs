//! Control of a simulator by tests and by people: faults, limits, regions.

mod figures;
mod jobs;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use serde_json::{Map, Value};

use crate::faults::error_answer::ErrorAnswer;
use crate::faults::fault::Fault;
use crate::faults::fault_list::Ordered;
use crate::faults::holds::Hold;
use crate::quota::Quota;
use crate::simulator::Simulator;
use crate::state::State;

pub use jobs::{ControlError, JobRef};

impl Simulator {
    /// Orders a fault.
    pub fn add_fault(&self, fault: Fault) {
        self.state().faults.add(Ordered::Fault(fault));
    }

    /// Forgets all faults; ordered answers stay.
    pub fn clear_faults(&self) {
        self.state().faults.clear_faults();
    }

    /// The faults that can still strike.
    pub fn faults(&self) -> Vec<Fault> {
        let fault = |ordered: &Ordered| match ordered {
            Ordered::Fault(fault) => Some(fault.clone()),
            Ordered::Answer(_) => None,
        };
        self.state().faults.loaded().filter_map(fault).collect()
    }

    /// Orders an error answer. Between answers and faults the first one ordered strikes.
    pub fn add_answer(&self, answer: ErrorAnswer) {
        self.state().faults.add(Ordered::Answer(answer));
    }

    /// Forgets all ordered answers; faults stay.
    pub fn clear_answers(&self) {
        self.state().faults.clear_answers();
    }

    /// The ordered answers that can still be given.
    pub fn answers(&self) -> Vec<ErrorAnswer> {
        let answer = |ordered: &Ordered| match ordered {
            Ordered::Answer(answer) => Some(answer.clone()),
            Ordered::Fault(_) => None,
        };
        self.state().faults.loaded().filter_map(answer).collect()
    }

    /// The withheld calls.
    pub fn held(&self) -> Vec<Hold> {
        self.state().holds.list()
    }

    /// Releases the withheld calls; how many there were.
    pub fn release(&self) -> usize {
        self.state().holds.release()
    }

    /// Replaces the rate limits: calls per second, account and region by operation.
    pub fn set_limits(&self, per_second: BTreeMap<String, f64>) {
        self.state().rates.set(per_second);
    }

    /// Sets quotas by instance type; the others stay.
    pub fn set_quotas(&self, quotas: BTreeMap<String, Quota>) {
        self.state().quotas.by_type.extend(quotas);
    }

    /// Replaces the regions that are not enabled for any account: every call there is refused.
    pub fn set_disabled_regions(&self, regions: impl IntoIterator<Item = impl Into<String>>) {
        self.state().disabled_regions = regions.into_iter().map(Into::into).collect();
    }

    /// The regions that are not enabled.
    pub fn disabled_regions(&self) -> BTreeSet<String> {
        self.state().disabled_regions.clone()
    }

    /// Sets by how much the `Date` header of HTTP answers is ahead of the true time; all other
    /// times stay true.
    pub fn set_date_header_offset(&self, seconds: i64) {
        self.state().date_offset_seconds = seconds;
    }

    /// By how many seconds the `Date` header is ahead of the true time.
    pub fn date_header_offset(&self) -> i64 {
        self.state().date_offset_seconds
    }

    /// Replaces members of what Describe answers about the jobs of a name, now or later; null
    /// removes a member. The jobs themselves don't change.
    pub fn replace_description(&self, name: &str, members: Map<String, Value>) {
        self.state().descriptions.replace(name, members);
    }

    /// Undoes the replacements for a name, or for all.
    pub fn clear_descriptions(&self, name: Option<&str>) {
        self.state().descriptions.clear(name);
    }

    /// What is replaced in descriptions, by job name.
    pub fn descriptions(&self) -> BTreeMap<String, Map<String, Value>> {
        self.state().descriptions.all().clone()
    }

    /// Forgets jobs, figures, calls, faults, limits and quotas; releases what is held.
    pub fn reset(&self) {
        let mut state = self.state();
        state.holds.release();
        // Tickets go up over a reset: a connection may still drop one of before.
        let holds = mem::take(&mut state.holds);
        *state = State { holds, ..State::new(state.options.clone()) };
    }
}
