//! An apiserver in memory: as much of Kubernetes' as the operator meets, and honest about it (one
//! table of behaviours runs against this one and the real one).
//!
//! It validates only a status, keeps no managedFields on display and takes only forced applies of a
//! status. A list at any resourceVersion is the newest, in one page.

mod apply;
pub(crate) mod kinds;
mod refusal;
pub(crate) mod schema;
mod store;
mod update;
mod validate;
mod verbs;
mod watching;
pub(crate) mod wire;
mod yaml;

use std::sync::{Arc, Mutex};

use http::Method;
use jiff::Timestamp;
use kube::Client;
use serde_json::Value;
use spot_training_operator::port::Clock;
use tokio::sync::watch;

use super::clock::VirtualClock;
use kinds::{Key, Kind, Target};
use refusal::Refusal;
pub(crate) use store::Kept;
use store::{Change, Store};
pub(crate) use verbs::Written;
use verbs::{Call, MERGE_PATCH, Reply};
use wire::{Way, Wire};

/// Receives every accepted write.
pub(crate) type Observer = Box<dyn FnMut(Timestamp, &Written) + Send>;

/// The apiserver.
pub(crate) struct ApiServer {
    clock: VirtualClock,
    state: Mutex<State>,
    revision: watch::Sender<u64>,
}

struct State {
    store: Store,
    observer: Option<Observer>,
}

impl ApiServer {
    /// An empty one; UIDs come from the seed, times from the clock.
    pub(crate) fn new(seed: u64, clock: VirtualClock) -> Arc<Self> {
        let store = Store::new(seed);
        let revision = watch::Sender::new(store.revision());
        Arc::new(Self { clock, state: Mutex::new(State { store, observer: None }), revision })
    }

    /// Gives `observer` every write from now on.
    pub(crate) fn observe(&self, observer: Observer) {
        self.state.lock().unwrap().observer = Some(observer);
    }

    /// The client of a process.
    pub(crate) fn client_of(self: &Arc<Self>, way: Way) -> Client {
        Client::new(Wire { server: self.clone(), way: Some(way) }, "default")
    }

    /// A client without faults on its way.
    pub(crate) fn client(self: &Arc<Self>) -> Client {
        Client::new(Wire { server: self.clone(), way: None }, "default")
    }

    /// Creates a `SpotTrainingJob`.
    pub(crate) fn create(&self, manifest: Value) -> Result<Value, Refusal> {
        let namespace = manifest["metadata"]["namespace"].as_str().unwrap().to_owned();
        self.ask(Method::POST, "", Target::job(&namespace, None), manifest)
    }

    /// Merges a patch into a `SpotTrainingJob`.
    pub(crate) fn merge(&self, key: &Key, patch: Value) -> Result<Value, Refusal> {
        let target = Target::job(&key.namespace, Some(&key.name));
        self.ask(Method::PATCH, MERGE_PATCH, target, patch)
    }

    /// Merges a patch into the status of a `SpotTrainingJob`, as somebody else than the operator.
    pub(crate) fn merge_status(&self, key: &Key, patch: Value) -> Result<Value, Refusal> {
        let target = Target { status: true, ..Target::job(&key.namespace, Some(&key.name)) };
        self.ask(Method::PATCH, MERGE_PATCH, target, patch)
    }

    /// Deletes a `SpotTrainingJob`.
    pub(crate) fn delete(&self, key: &Key) -> Result<Value, Refusal> {
        let target = Target::job(&key.namespace, Some(&key.name));
        self.ask(Method::DELETE, "", target, Value::Null)
    }

    /// A `SpotTrainingJob` as it is now.
    pub(crate) fn get(&self, key: &Key) -> Option<Value> {
        let state = self.state.lock().unwrap();
        state.store.get(key).ok().map(|record| Value::clone(&record.object))
    }

    fn ask(
        &self,
        method: Method,
        content_type: &str,
        target: Target,
        body: Value,
    ) -> Result<Value, Refusal> {
        let content_type = content_type.to_owned();
        let query = std::collections::BTreeMap::new();
        match self.execute(Call { method, target, query, content_type, body })? {
            Reply::Whole(_, object) => Ok(Arc::unwrap_or_clone(object)),
            Reply::List(_) | Reply::Watch(_) => unreachable!("one object was asked for"),
        }
    }

    fn execute(&self, call: Call) -> Result<Reply, Refusal> {
        let mut state = self.state.lock().unwrap();
        let now = self.clock.now();
        let (reply, written) = call.execute(&mut state.store, now)?;
        if let (Some(written), Some(observer)) = (written, &mut state.observer) {
            observer(now, &written);
        }
        self.revision.send_if_modified(|revision| {
            let newer = *revision < state.store.revision();
            *revision = state.store.revision();
            newer
        });
        Ok(reply)
    }

    fn revision(&self) -> u64 {
        *self.revision.borrow()
    }

    fn revisions(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    fn since(
        &self,
        revision: u64,
        kind: &Kind,
        namespace: Option<&str>,
    ) -> Result<Vec<Change>, Refusal> {
        self.state.lock().unwrap().store.since(revision, kind, namespace)
    }
}
