//! Readiness: whether the operator can work, and if not, why.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

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

/// What is missing, for whom, and why.
#[derive(Debug, Default)]
pub struct Readiness {
    missing: Mutex<BTreeMap<(Need, String), String>>,
}

impl Readiness {
    /// A need of `whom`, which may be an object or a namespace, is not met, for this reason.
    pub fn lacks(&self, need: Need, whom: &str, why: &str) {
        self.missing().insert((need, whom.to_owned()), why.to_owned());
    }

    /// A need of `whom` is met, or is no more.
    pub fn has(&self, need: Need, whom: &str) {
        self.missing().remove(&(need, whom.to_owned()));
    }

    /// What is missing, one line each; empty when ready.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |((need, whom), why): (&(Need, String), &String)| match whom.as_str() {
            "" => format!("{need:?}: {why}"),
            whom => format!("{need:?} for {whom}: {why}"),
        };
        self.missing().iter().map(line).collect()
    }

    fn missing(&self) -> MutexGuard<'_, BTreeMap<(Need, String), String>> {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
