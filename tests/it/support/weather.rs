//! The weather: what goes wrong between the operator and the services it calls.
//!
//! Every mishap is a hash of (seed, object, operation, nth call).

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::draw::Dice;

/// What happens to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// Refused as a conflict, not executed.
    Conflict,
    /// Refused as an internal error, not executed.
    Error500,
    /// Never arrives: a connection error.
    Unreachable,
    /// Executed, and the reply is lost: a connection error.
    Lost,
    /// Executed at once, answered that much later.
    Slow(Duration),
    /// Executed that much later, when the caller may have given up.
    Late(Duration),
    /// The caller's process dies before it has sent the call.
    CrashBefore,
    /// The caller's process dies when the call is executed.
    CrashAfter,
}

impl Mishap {
    fn word(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Error500 => "error500",
            Self::Unreachable => "unreachable",
            Self::Lost => "lost",
            Self::Slow(_) => "slow",
            Self::Late(_) => "late",
            Self::CrashBefore => "crash-before",
            Self::CrashAfter => "crash-after",
        }
    }
}

/// Shares of calls that meet each mishap.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shares {
    pub(crate) conflict: f64,
    pub(crate) error500: f64,
    pub(crate) unreachable: f64,
    pub(crate) lost: f64,
    pub(crate) slow: f64,
    pub(crate) late: f64,
    pub(crate) crash: f64,
}

/// What a call meets: how long it takes on its way, and what goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fortune {
    /// The how-manieth call of its kind it is, from 0.
    pub(crate) nth: u64,
    pub(crate) there: Duration,
    pub(crate) back: Duration,
    pub(crate) mishap: Option<Mishap>,
}

/// A process that was just started is left alone for a while: the start itself makes many calls, and
/// crashes would feed on each other.
const RESPITE: Duration = Duration::from_hours(3);

/// Decides on every call.
#[derive(Debug)]
pub(crate) struct Weather {
    seed: u64,
    shared: bool,
    calm: AtomicBool,
    outage: AtomicBool,
    crashed: Mutex<Instant>,
    calls: Mutex<HashMap<(String, &'static str), u64>>,
    struck: Mutex<BTreeMap<String, u64>>,
}

impl Weather {
    /// Without `shared` only what concerns one object goes wrong.
    pub(crate) fn new(seed: u64, shared: bool) -> Self {
        let (calls, struck) = (Mutex::default(), Mutex::default());
        let (calm, outage) = (AtomicBool::new(false), AtomicBool::new(false));
        let crashed = Mutex::new(Instant::now());
        Self { seed, shared, calm, outage, crashed, calls, struck }
    }

    /// From now on, or no longer, nothing goes wrong.
    pub(crate) fn calm(&self, calm: bool) {
        self.calm.store(calm, Ordering::Relaxed);
    }

    /// From now on, or no longer, the apiserver cannot be reached.
    pub(crate) fn outage(&self, outage: bool) {
        self.outage.store(outage, Ordering::Relaxed);
    }

    pub(crate) fn is_outage(&self) -> bool {
        self.outage.load(Ordering::Relaxed)
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    fn is_calm(&self) -> bool {
        self.calm.load(Ordering::Relaxed)
    }

    /// Whether connections break and processes die.
    pub(crate) fn is_rough(&self) -> bool {
        self.shared && !self.is_calm()
    }

    /// What the next call of `operation` about `object` meets. `longest` bounds ways and waits.
    pub(crate) fn meet(
        &self,
        object: &str,
        operation: &'static str,
        shares: &Shares,
        longest: Duration,
    ) -> Fortune {
        let mut calls = self.calls.lock().unwrap();
        let count = calls.entry((object.to_owned(), operation)).or_default();
        let nth = *count;
        *count += 1;
        drop(calls);
        let mut dice = Dice::new(self.seed, &[object, operation, &nth.to_string()]);
        let (there, back) = (dice.milliseconds(1, 20), dice.milliseconds(1, 20));
        let mishap = mishap(&mut dice, shares, longest);
        let own = self.shared || !matches!(operation, "list" | "watch");
        let mishap = mishap.filter(|mishap| own && !self.is_calm() && self.allows(*mishap));
        if let Some(mishap) = mishap {
            let word = format!("{operation} {}", mishap.word());
            *self.struck.lock().unwrap().entry(word).or_default() += 1;
        }
        Fortune { nth, there, back, mishap }
    }

    fn allows(&self, mishap: Mishap) -> bool {
        if !matches!(mishap, Mishap::CrashBefore | Mishap::CrashAfter) {
            return true;
        }
        let mut crashed = self.crashed.lock().unwrap();
        let allowed = self.is_rough() && crashed.elapsed() >= RESPITE;
        if allowed {
            *crashed = Instant::now();
        }
        allowed
    }

    /// Mishaps so far, by operation and kind.
    pub(crate) fn struck(&self) -> BTreeMap<String, u64> {
        self.struck.lock().unwrap().clone()
    }
}

fn mishap(dice: &mut Dice, shares: &Shares, longest: Duration) -> Option<Mishap> {
    let wait = dice.milliseconds(1000, u64::try_from(longest.as_millis()).unwrap().max(1001));
    let table = [
        (shares.conflict, Mishap::Conflict),
        (shares.error500, Mishap::Error500),
        (shares.unreachable, Mishap::Unreachable),
        (shares.lost, Mishap::Lost),
        (shares.slow, Mishap::Slow(wait)),
        (shares.late, Mishap::Late(wait)),
        (shares.crash / 2.0, Mishap::CrashBefore),
        (shares.crash / 2.0, Mishap::CrashAfter),
    ];
    let mut drawn = dice.unit();
    table.into_iter().find_map(|(share, mishap)| {
        drawn -= share;
        (drawn < 0.0).then_some(mishap)
    })
}
