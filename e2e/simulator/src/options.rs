//! How a simulator behaves.

use std::collections::{BTreeMap, BTreeSet};

use crate::lifecycle::workload::Workload;
use crate::quota::Quota;

/// How a simulator behaves; the default is a generous account on scale 1.
#[derive(Clone, Debug)]
pub struct Options {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// Every phase and limit takes this part of its length; billed seconds don't shrink.
    pub time_scale: u32,
    /// For jobs without the hyperparameter `simulator`, and for what that one leaves out.
    pub workload: Workload,
    /// Instances of any type and market that may run at the same time.
    pub default_quota: u32,
    /// Exceptions to that, by instance type.
    pub quotas: BTreeMap<String, Quota>,
    /// Instance types that no region has.
    pub unavailable: BTreeSet<String>,
    /// How long temporary credentials of STS are valid, whatever a request asks for.
    pub credential_lifetime_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            time_scale: 1,
            workload: Workload::default(),
            default_quota: 1000,
            quotas: BTreeMap::new(),
            unavailable: BTreeSet::new(),
            // [D] the default of AssumeRole.
            credential_lifetime_seconds: 3600,
        }
    }
}
