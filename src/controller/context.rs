//! Everything a reconcile reaches, put together once.

use std::sync::Arc;

use kube::Client;

use crate::port::{CheckpointStore, Clock, Leadership, PollSchedule, TrainingService};
use crate::telemetry::Metrics;

use super::admission::Admissions;
use super::admission::identity::CallerIdentities;
use super::defaults::Defaults;
use super::kube::stores::Stores;
use super::kube::wakes::Wakes;
use super::publish::events::EventSink;
use super::readiness::Readiness;
use super::sessions::Sessions;

/// What every reconcile shares.
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Context {
    /// The apiserver.
    pub client: Client,
    /// SageMaker.
    pub service: Arc<dyn TrainingService>,
    /// What training jobs have saved.
    pub checkpoints: Arc<dyn CheckpointStore>,
    /// When live jobs are polled.
    pub schedule: Arc<dyn PollSchedule>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether this process may act.
    pub leadership: Arc<dyn Leadership>,
    /// What objects may leave to the operator.
    pub defaults: Defaults,
    /// AWS's rates and quotas, and checkpoint prefixes.
    pub admissions: Arc<Admissions>,
    /// Whose credentials the operator has.
    pub identities: Arc<CallerIdentities>,
    /// The caches of all watched namespaces.
    pub stores: Stores,
    /// Where wakes of objects go.
    pub wakes: Arc<Wakes>,
    /// What this process knows of each object.
    pub sessions: Arc<Sessions>,
    /// Events to emit.
    pub events: EventSink,
    /// Numbers for Prometheus.
    pub metrics: Arc<Metrics>,
    /// Whether the operator can work.
    pub readiness: Arc<Readiness>,
}

impl Context {
    /// Reads from the caches which checkpoint prefixes are in use, once all of `scopes` are complete:
    /// after the start, and when this process begins to lead.
    pub fn load_prefixes(&self, scopes: usize) {
        if self.stores.len() >= scopes {
            self.admissions.load_prefixes(self.stores.live_prefixes());
        }
    }

    /// The object of this UID is gone: nothing of it stays.
    pub fn forget(&self, uid: &str) {
        self.sessions.forget(uid);
        self.admissions.forget(uid);
    }
}
