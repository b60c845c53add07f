//! Everything the simulator remembers.

use std::collections::{BTreeMap, BTreeSet};

use crate::faults::descriptions::Descriptions;
use crate::faults::fault_list::FaultList;
use crate::faults::holds::Holds;
use crate::faults::rates::Rates;
use crate::jobs::Jobs;
use crate::ledger::calls::Calls;
use crate::ledger::stats::Creates;
use crate::options::Options;
use crate::quota::Quotas;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) quotas: Quotas,
    pub(crate) faults: FaultList,
    pub(crate) holds: Holds,
    pub(crate) rates: Rates,
    pub(crate) disabled_regions: BTreeSet<String>,
    /// How wrong the `Date` header is.
    pub(crate) date_offset_seconds: i64,
    pub(crate) calls: Calls,
    /// Temporary credentials given out.
    pub(crate) sessions: u64,
    pub(crate) creates: BTreeMap<String, Creates>,
    pub(crate) jobs: Jobs,
    pub(crate) descriptions: Descriptions,
}

impl State {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            quotas: Quotas { default: options.default_quota, by_type: options.quotas.clone() },
            options,
            faults: FaultList::default(),
            holds: Holds::default(),
            rates: Rates::default(),
            disabled_regions: BTreeSet::new(),
            date_offset_seconds: 0,
            calls: Calls::default(),
            sessions: 0,
            creates: BTreeMap::new(),
            jobs: Jobs::default(),
            descriptions: Descriptions::default(),
        }
    }
}
