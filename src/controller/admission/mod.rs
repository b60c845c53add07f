//! Admission: whether a call may go now, by AWS's rates and quotas and by what other objects do.
//!
//! A reconcile asks for the [view](Admissions::view), which takes nothing, and decides. If it
//! decides to make a call, it [claims](Admissions::claim_create) all that the call needs, commits,
//! [sends](Permit::send) the request and says [how it ended](SentCall::finish). If it decides to
//! wait, it [waits](Admissions::wait) in one queue, without a timer, and is woken when its turn comes.
//!
//! * `rate_limit`: tokens by monotonic time; `line`: who waits for them, by priority; `fair_queue`:
//!   namespaces take turns, the oldest object first;
//! * `bulkhead`: what the objects of one (principal, region) share; `breaker`: a region that does not
//!   answer; `silenced`: who waits for it;
//! * `quota`: one object asks whether there is room; `unfit`: what can never fit;
//! * `prefixes`: no two jobs write to colliding checkpoint prefixes.

mod alarms;
mod breaker;
mod bulkhead;
mod claim;
mod fair_queue;
pub mod identity;
mod line;
mod moment;
mod permit;
mod places;
mod prefix_tree;
mod prefixes;
mod quota;
mod rate_limit;
mod requester;
mod section;
mod silenced;
mod state;
mod unfit;
mod view;
mod wait;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::sleep_until;

use crate::domain::admission::{Admission, Identity, Queue};
use crate::domain::effect::{Attempt, Priority};
use crate::domain::job::call_error::Call;

use permit::Grant;
use section::Section;
use state::State;

pub use permit::{Lost, Outcome, Permit, SentCall};
pub use requester::{Place, Requester, Wish};

/// Has an object reconciled.
pub type Wake = dyn Fn(&Requester) + Send + Sync;

/// The rates, quotas and checkpoint prefixes that all objects share.
#[derive(Debug)]
pub struct Admissions {
    shared: Arc<Shared>,
}

impl Admissions {
    /// Admission for an operator that reconciles so many objects at once. `wake` is called outside
    /// of the critical section, and may call back.
    #[must_use]
    pub fn new(concurrency: u16, wake: Arc<Wake>) -> Self {
        let state = Mutex::new(State::new(concurrency));
        Self { shared: Arc::new(Shared { state, wake, changed: Notify::new() }) }
    }

    /// What this object may do now. Takes nothing.
    #[must_use]
    pub fn view(&self, who: &Requester, wish: &Wish<'_>, now: Timestamp) -> Admission {
        self.shared.with(|state, section| state.view(who, wish, now, section.now))
    }

    /// Takes a token, a slot, the turn to ask for the quota and the checkpoint prefix for a create,
    /// before the attempt is committed. [`hold_prefix`](Self::hold_prefix) follows the commit.
    ///
    /// # Errors
    /// Another object goes first; nothing was taken. Decide again with a new view.
    pub fn claim_create(
        &self,
        who: &Requester,
        wish: &Wish<'_>,
        attempt: &Attempt,
    ) -> Result<Permit, Lost> {
        let who = Arc::new(who.clone());
        self.shared.claim(|state, section| state.claim_create(&who, wish, attempt, section))
    }

    /// Takes a token and a slot for a describe or a stop.
    ///
    /// # Errors
    /// Another object goes first: this one is queued, and woken when its turn comes. The reconcile
    /// ends without [`wait`](Self::wait).
    pub fn claim(
        &self,
        who: &Requester,
        place: &Place,
        call: Call,
        priority: Priority,
    ) -> Result<Permit, Lost> {
        let who = Arc::new(who.clone());
        self.shared.claim(|state, section| state.claim(&who, place, (call, priority), section))
    }

    /// The object has decided to do nothing now: it waits in this queue, and nowhere else; without a
    /// queue it waits nowhere. If what it waits for has come since the view, it is woken at once.
    pub fn wait(&self, who: &Requester, wish: &Wish<'_>, queue: Option<&Queue>) {
        let who = Arc::new(who.clone());
        self.shared.with(|state, section| state.wait(&who, wish, queue, section));
    }

    /// The object is gone.
    pub fn forget(&self, uid: &str) {
        self.shared.with(|state, section| state.forget(uid, section));
    }

    /// A job of the object is possibly live on this checkpoint prefix: after the commit of an
    /// attempt, and whenever such an object is met.
    pub fn hold_prefix(&self, who: &Requester, uri: &str) {
        let who = Arc::new(who.clone());
        self.shared.with(|state, _| state.prefixes.hold(&who, uri));
    }

    /// No job of the object is possibly live.
    pub fn release_prefix(&self, uid: &str) {
        self.shared.with(|state, section| state.prefixes.release(uid, section));
    }

    /// All objects with a job that is possibly live, and their checkpoint prefixes, as they were
    /// listed. What was said of an object before this call is newer. Until this call nobody knows
    /// whether a prefix is free.
    pub fn load_prefixes(&self, live: impl IntoIterator<Item = (Requester, String)>) {
        self.shared.with(|state, section| state.prefixes.load(live, section));
    }

    /// Says whose credentials the operator has; those that waited to know are woken.
    pub fn set_identity(&self, identity: Identity) {
        self.shared.with(|state, section| state.identify(identity, section));
    }

    /// Whose credentials the operator has.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.shared.with(|state, _| state.identity.clone())
    }

    /// Wakes objects when their time has come: the one task of admission. It never ends.
    pub async fn run(&self) {
        loop {
            let changed = self.shared.changed.notified();
            match self.shared.with(State::sleep) {
                None => changed.await,
                Some(at) => tokio::select! {
                    () = changed => {}
                    () = sleep_until(at) => {}
                },
            }
        }
    }

    /// How many places are remembered.
    #[must_use]
    pub fn places(&self) -> usize {
        self.shared.with(|state, _| state.places.len())
    }
}

/// What permits share with admission.
struct Shared {
    state: Mutex<State>,
    wake: Arc<Wake>,
    /// There is something to do earlier than the task knows.
    changed: Notify,
}

impl Shared {
    /// One critical section; whoever is to be woken is woken after it.
    fn with<T>(&self, act: impl FnOnce(&mut State, &mut Section) -> T) -> T {
        let (result, is_earlier, wakes) = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let mut section = Section::new();
            let result = act(&mut state, &mut section);
            (result, state.is_due_earlier(), section.wakes)
        };
        if is_earlier {
            self.changed.notify_one();
        }
        for who in wakes {
            (self.wake)(&who);
        }
        result
    }

    fn claim(
        self: &Arc<Self>,
        act: impl FnOnce(&mut State, &mut Section) -> Option<Grant>,
    ) -> Result<Permit, Lost> {
        let grant = self.with(|state, section| {
            let grant = act(state, section)?;
            state.granted(&grant, section);
            Some(grant)
        });
        grant.map(|grant| Permit::new(self.clone(), grant)).ok_or(Lost)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("state", &self.state).finish_non_exhaustive()
    }
}
