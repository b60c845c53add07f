//! The injector: decides on every call between the operator and the services it uses.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::FaultKind;
use super::shares::Shares;
use crate::support::random::Draws;

/// One call on its way: how long it takes, and what goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// The how-manieth call of its kind it is, from 0.
    pub(crate) nth: u64,
    pub(crate) there: Duration,
    pub(crate) back: Duration,
    pub(crate) fault: Option<FaultKind>,
    /// How long a slow reply or a late request takes.
    pub(crate) delay: Duration,
}

impl Passage {
    /// How much later than sent the call is executed, beside its way.
    pub(crate) fn lateness(&self) -> Duration {
        if self.fault == Some(FaultKind::Late) { self.delay } else { Duration::ZERO }
    }
}

/// A process that was just started does not crash for a while: the start itself makes many calls,
/// and crashes would feed on each other.
const RESPITE: Duration = Duration::from_hours(3);

/// Decides on every call.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    shared: bool,
    enabled: AtomicBool,
    apiserver_outage: AtomicBool,
    regions: Mutex<BTreeMap<&'static str, FaultKind>>,
    crashed: Mutex<Instant>,
    calls: Mutex<HashMap<(String, &'static str), u64>>,
    counts: Mutex<BTreeMap<String, u64>>,
}

impl Faults {
    /// Without `shared` only what concerns one object goes wrong.
    pub(crate) fn new(seed: u64, shared: bool) -> Self {
        Self {
            seed,
            shared,
            enabled: AtomicBool::new(true),
            apiserver_outage: AtomicBool::new(false),
            regions: Mutex::default(),
            crashed: Mutex::new(Instant::now()),
            calls: Mutex::default(),
            counts: Mutex::default(),
        }
    }

    /// No faults at all.
    pub(crate) fn none() -> Self {
        let faults = Self::new(0, false);
        faults.end();
        faults
    }

    /// From now on nothing goes wrong.
    pub(crate) fn end(&self) {
        self.enabled.store(false, Ordering::Relaxed);
        self.regions.lock().unwrap().clear();
    }

    /// From now on, or no longer, the apiserver cannot be reached.
    pub(crate) fn set_apiserver_outage(&self, outage: bool) {
        self.apiserver_outage.store(outage, Ordering::Relaxed);
    }

    pub(crate) fn is_apiserver_outage(&self) -> bool {
        self.apiserver_outage.load(Ordering::Relaxed)
    }

    /// From now on every call to this region meets this fault, or none any longer.
    pub(crate) fn set_region(&self, region: &'static str, fault: Option<FaultKind>) {
        let mut regions = self.regions.lock().unwrap();
        match fault {
            Some(fault) => regions.insert(region, fault),
            None => regions.remove(region),
        };
    }

    /// What every call to this region meets.
    pub(crate) fn of_region(&self, region: &str) -> Option<FaultKind> {
        self.regions.lock().unwrap().get(region).copied()
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    /// Whether connections break and processes crash.
    pub(crate) fn strike_processes(&self) -> bool {
        self.shared && self.enabled.load(Ordering::Relaxed)
    }

    /// What the next call of `operation` about `object` meets. `longest` bounds its delay.
    pub(crate) fn inject(
        &self,
        object: &str,
        operation: &'static str,
        shares: Shares,
        longest: Duration,
    ) -> Passage {
        let mut calls = self.calls.lock().unwrap();
        let count = calls.entry((object.to_owned(), operation)).or_default();
        let nth = *count;
        *count += 1;
        drop(calls);
        let mut draws = Draws::new(self.seed, &[object, operation, &nth.to_string()]);
        let (there, back) = (draws.milliseconds(1, 20), draws.milliseconds(1, 20));
        let delay = draws.milliseconds(1000, u64::try_from(longest.as_millis()).unwrap().max(1001));
        let own = self.shared || !matches!(operation, "list" | "watch");
        let fault = draw_fault(&mut draws, shares);
        let fault = fault.filter(|fault| own && self.allows(*fault));
        if let Some(fault) = fault {
            let word = format!("{operation} {fault:?}");
            *self.counts.lock().unwrap().entry(word).or_default() += 1;
        }
        Passage { nth, there, back, fault, delay }
    }

    fn allows(&self, fault: FaultKind) -> bool {
        if !self.enabled.load(Ordering::Relaxed) {
            return false;
        }
        if !fault.is_crash() {
            return true;
        }
        let mut crashed = self.crashed.lock().unwrap();
        let allowed = self.shared && crashed.elapsed() >= RESPITE;
        if allowed {
            *crashed = Instant::now();
        }
        allowed
    }

    /// Faults so far, by operation and kind.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        self.counts.lock().unwrap().clone()
    }
}

fn draw_fault(draws: &mut Draws, shares: Shares) -> Option<FaultKind> {
    let mut left = draws.unit();
    shares.iter().find_map(|(kind, share)| {
        left -= share;
        (left < 0.0).then_some(*kind)
    })
}
