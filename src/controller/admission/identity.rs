//! Whose credentials the operator has: asked once for all objects, and judged once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use crate::controller::hash::hash;
use crate::domain::admission::Identity;
use crate::domain::job::call_error::CallError;
use crate::domain::policy::backoff::backoff;
use crate::port::{CallerIdentity, Clock, TrainingService};

/// How often the access key is compared with the one that was asked about.
const CHECK: Duration = Duration::from_secs(30);

/// A refusal by AWS makes STS be asked again at most this often.
const DOUBT: Duration = Duration::from_mins(1);

/// STS is asked again after a refusal: the first wait and the longest.
const FIRST: SignedDuration = SignedDuration::from_secs(10);
const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// Whose credentials the operator has.
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct CallerIdentities {
    service: Arc<dyn TrainingService>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    demand: Notify,
}

#[derive(Debug, Default)]
struct State {
    known: Option<CallerIdentity>,
    /// The last refusal or silence, and since when there is no identity.
    refused: Option<(CallError, Timestamp)>,
    /// The access key that STS was asked about.
    access_key: u64,
    /// Where to ask if the operator has no region of its own.
    region: String,
    /// Where it was refused or not answered since: a region that is not enabled refuses valid
    /// credentials.
    failed: BTreeSet<String>,
    wanted: bool,
    doubted: bool,
    asked: Option<Instant>,
    refusals: u32,
}

/// What a new answer means for the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The objects that wait for it can continue.
    Waiting,
    /// Other credentials, or valid ones again: every object is decided on again.
    All,
}

impl CallerIdentities {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(service: Arc<dyn TrainingService>, clock: Arc<dyn Clock>) -> Self {
        Self { service, clock, state: Mutex::default(), demand: Notify::new() }
    }

    /// An object needs to know: STS is asked, in `region` if the operator has none of its own; where
    /// it fails, in the region of another object next time.
    pub fn want(&self, region: &str) {
        let mut state = self.state();
        if region.is_empty() {
            return;
        }
        let is_other = state.failed.contains(&state.region) && !state.failed.contains(region);
        if !state.wanted || is_other {
            region.clone_into(&mut state.region);
        }
        if !state.wanted {
            state.wanted = true;
            self.demand.notify_one();
        }
    }

    /// What is known.
    #[must_use]
    pub fn identity(&self) -> Identity {
        let state = self.state();
        match (&state.refused, &state.known) {
            (Some((error, since)), _) => Identity::Refused { error: error.clone(), since: *since },
            (None, Some(known)) => Identity::Known {
                account: known.account.clone(),
                // 0 is nobody.
                principal: hash(&known.principal).max(1),
            },
            (None, None) => Identity::Unknown,
        }
    }

    /// The account, once it is known.
    #[must_use]
    pub fn account(&self) -> Option<String> {
        self.state().known.as_ref().map(|known| known.account.clone())
    }

    /// AWS refused the credentials: STS is asked again soon.
    pub fn doubt(&self) {
        let mut state = self.state();
        state.doubted = true;
        state.wanted = true;
        self.demand.notify_one();
    }

    /// Keeps it up to date, until dropped. `changed` gets every answer that differs.
    pub async fn run(&self, changed: impl Fn(Identity, Change) + Send) {
        // Whatever keeps credentials from being had is found out before an object needs them.
        self.service.refresh_credentials().await;
        loop {
            let wait = self.wait();
            tokio::select! {
                () = self.demand.notified() => {}
                () = sleep(wait) => {}
            }
            if self.is_due().await
                && let Some(change) = self.ask().await
            {
                changed(self.identity(), change);
            }
        }
    }

    fn wait(&self) -> Duration {
        let state = self.state();
        if state.refused.is_some() {
            return backoff(FIRST, LONGEST, state.refusals, 0).unsigned_abs();
        }
        match state.asked.filter(|_| state.doubted) {
            Some(asked) => (asked + DOUBT).saturating_duration_since(Instant::now()),
            None => CHECK,
        }
    }

    /// Whether STS has to be asked: nothing is known, something speaks against what is known, or the
    /// access key is another one.
    async fn is_due(&self) -> bool {
        if !self.state().wanted {
            return false;
        }
        self.service.refresh_credentials().await;
        let state = self.state();
        let rested = state.asked.is_none_or(|asked| asked.elapsed() >= DOUBT);
        state.access_key != self.service.access_key()
            || (state.refused.is_some() && has_backed_off(&state))
            || (state.known.is_none() && state.refused.is_none())
            || (state.doubted && rested)
    }

    async fn ask(&self) -> Option<Change> {
        let region = self.state().region.clone();
        let access_key = self.service.access_key();
        let answer = self.service.identity(&region).await;
        let now = self.clock.now();
        let mut state = self.state();
        state.asked = Some(Instant::now());
        state.doubted = false;
        state.access_key = access_key;
        if answer.is_ok() {
            state.failed.clear();
        } else if !state.failed.insert(region.clone()) {
            // Nobody wants a region that is left: all of them again.
            state.failed = [region].into();
        }
        match answer {
            Ok(identity) => {
                state.refusals = 0;
                let recovered = state.refused.take().is_some();
                let before = state.known.replace(identity.clone());
                let other = before.as_ref().is_some_and(|before| *before != identity);
                if before.as_ref() != Some(&identity) || recovered {
                    info!(
                        account = identity.account,
                        principal = identity.principal,
                        "AWS identity"
                    );
                }
                match (before.is_some() || recovered, other || recovered) {
                    (_, true) => Some(Change::All),
                    (false, false) => Some(Change::Waiting),
                    (true, false) => None,
                }
            }
            // A silence says nothing about credentials that are known.
            Err(error) if error.kind.is_transient() && state.known.is_some() => {
                state.doubted = true;
                None
            }
            Err(mut error) => {
                state.refusals = state.refusals.saturating_add(1);
                if state.refused.is_none() {
                    warn!("AWS credentials: {}", error.message);
                }
                let wait = backoff(FIRST, LONGEST, state.refusals, 0);
                error.retry_at = now.saturating_add(wait).ok();
                let since = state.refused.as_ref().map_or(now, |(_, since)| *since);
                state.refused = Some((error, since));
                Some(Change::Waiting)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_backed_off(state: &State) -> bool {
    let wait = backoff(FIRST, LONGEST, state.refusals, 0).unsigned_abs();
    state.asked.is_none_or(|asked| asked.elapsed() >= wait)
}
