//! Readiness: whether the operator can work, and if not, why.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What the operator needs before it can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The apiserver serves the CRD.
    CrdServed,
    /// The served CRD has every field that this operator writes.
    CrdCurrent,
    /// The cache holds every object.
    CacheSynced,
}

/// What is missing, and why.
#[derive(Debug)]
pub struct Readiness {
    missing: Mutex<BTreeMap<Need, String>>,
}

impl Default for Readiness {
    fn default() -> Self {
        let starting = "starting".to_owned();
        let missing =
            BTreeMap::from([(Need::CrdServed, starting.clone()), (Need::CacheSynced, starting)]);
        Self { missing: Mutex::new(missing) }
    }
}

impl Readiness {
    /// A need is not met, for this reason.
    pub fn lacks(&self, need: Need, why: &str) {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).insert(need, why.to_owned());
    }

    /// A need is met.
    pub fn has(&self, need: Need) {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).remove(&need);
    }

    /// What is missing, one line each; empty when ready.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.iter().map(|(need, why)| format!("{need:?}: {why}")).collect()
    }
}
