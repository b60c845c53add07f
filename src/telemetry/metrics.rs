//! Metrics for Prometheus. Labels come from closed sets; object names are never among them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kube::runtime::reflector::Store;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::api::v1alpha1::{Lenient, Object};
use crate::domain::job::call_error::{Call, CallErrorKind};
use crate::domain::vocabulary::{State, Vocabulary};

/// One label.
type Label = Vec<(&'static str, &'static str)>;

/// Every number the operator publishes.
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    objects: Objects,
    reconciles: Family<Label, Counter>,
    duration: Histogram,
    errors: Family<Label, Counter>,
    attempts: Family<Label, Counter>,
    interruptions: Counter,
    training_seconds: Counter,
    billable_seconds: Counter,
    aws_requests: Family<Label, Counter>,
    blocked: Family<Label, Counter>,
    status_conflicts: Counter,
    statuses_refused: Counter,
    stops_timed_out: Counter,
    events_dropped: Counter,
    watch_errors: Counter,
    leader: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let bounds = [0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0];
        let metrics = Self {
            registry: Mutex::new(Registry::with_prefix("spot_training")),
            objects: Objects::default(),
            reconciles: Family::default(),
            duration: Histogram::new(bounds),
            errors: Family::default(),
            attempts: Family::default(),
            interruptions: Counter::default(),
            training_seconds: Counter::default(),
            billable_seconds: Counter::default(),
            aws_requests: Family::default(),
            blocked: Family::default(),
            status_conflicts: Counter::default(),
            statuses_refused: Counter::default(),
            stops_timed_out: Counter::default(),
            events_dropped: Counter::default(),
            watch_errors: Counter::default(),
            leader: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&self) {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        registry.register("reconcile", "Reconciles by result", self.reconciles.clone());
        registry.register(
            "reconcile_duration_seconds",
            "Duration of reconciles in seconds",
            self.duration.clone(),
        );
        registry.register("reconcile_errors", "Errors by category", self.errors.clone());
        registry.register("attempts", "Attempts that ended, by outcome", self.attempts.clone());
        registry.register("interruptions", "Spot instances taken away", self.interruptions.clone());
        registry.register(
            "training_seconds",
            "Training seconds per instance of ended attempts",
            self.training_seconds.clone(),
        );
        registry.register(
            "billable_seconds",
            "Billable seconds per instance of ended attempts",
            self.billable_seconds.clone(),
        );
        registry.register(
            "aws_requests",
            "Requests to AWS by operation and outcome",
            self.aws_requests.clone(),
        );
        registry.register(
            "status_conflicts",
            "Decisions dropped because the object had changed",
            self.status_conflicts.clone(),
        );
        registry.register(
            "blocked",
            "Objects that began to be kept from a call, by call and blocker",
            self.blocked.clone(),
        );
        registry.register(
            "statuses_refused",
            "Statuses that the apiserver refused for their content",
            self.statuses_refused.clone(),
        );
        registry.register(
            "stops_timed_out",
            "Objects released although their job had not stopped in time",
            self.stops_timed_out.clone(),
        );
        registry.register("events_dropped", "Events not emitted", self.events_dropped.clone());
        registry.register("watch_errors", "Errors of the watch", self.watch_errors.clone());
        registry.register("leader", "1 while this process acts", self.leader.clone());
        registry.register_collector(Box::new(self.objects.clone()));
    }

    /// Counts objects by state, from this store too, whenever the numbers are read.
    pub fn watch(&self, store: Store<Object>) {
        self.objects.stores().push(store);
    }

    /// A reconcile has ended.
    pub fn reconciled(&self, duration: Duration, error: Option<&'static str>) {
        let result = if error.is_none() { "ok" } else { "error" };
        self.reconciles.get_or_create(&vec![("result", result)]).inc();
        self.duration.observe(duration.as_secs_f64());
    }

    /// An object was released although its job had not stopped in time.
    pub fn stop_timed_out(&self) {
        self.stops_timed_out.inc();
    }

    /// A reconcile has failed.
    pub fn reconcile_error(&self, category: &'static str) {
        self.errors.get_or_create(&vec![("category", category)]).inc();
    }

    /// An attempt has ended.
    pub fn attempt_ended(
        &self,
        outcome: &'static str,
        training_seconds: i64,
        billable_seconds: i64,
    ) {
        self.attempts.get_or_create(&vec![("outcome", outcome)]).inc();
        self.training_seconds.inc_by(training_seconds.unsigned_abs());
        self.billable_seconds.inc_by(billable_seconds.unsigned_abs());
    }

    /// Spot instances were taken away.
    pub fn interrupted(&self, times: u32) {
        self.interruptions.inc_by(times.into());
    }

    /// A request to AWS was answered, or not.
    pub fn aws_request(&self, call: Call, error: Option<CallErrorKind>) {
        let outcome = error.map_or("ok", outcome);
        let labels = vec![("operation", call.as_str()), ("outcome", outcome)];
        self.aws_requests.get_or_create(&labels).inc();
    }

    /// An object began to be kept from a call.
    pub fn blocked(&self, call: Call, blocker: &'static str) {
        let labels = vec![("call", call.as_str()), ("blocker", blocker)];
        self.blocked.get_or_create(&labels).inc();
    }

    /// The apiserver refused a status for its content.
    pub fn status_refused(&self) {
        self.statuses_refused.inc();
    }

    /// A decision was dropped because the object had changed.
    pub fn status_conflict(&self) {
        self.status_conflicts.inc();
    }

    /// An Event was not emitted.
    pub fn event_dropped(&self) {
        self.events_dropped.inc();
    }

    /// The watch had an error.
    pub fn watch_error(&self) {
        self.watch_errors.inc();
    }

    /// Whether this process acts.
    pub fn set_leader(&self, leader: bool) {
        self.leader.set(i64::from(leader));
    }

    /// The numbers in the text format of `OpenMetrics`.
    ///
    /// # Errors
    /// Never in practice: text is written to memory.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

const fn outcome(kind: CallErrorKind) -> &'static str {
    match kind {
        CallErrorKind::NameInUse => "name_in_use",
        CallErrorKind::Quota(_) => "quota",
        CallErrorKind::PoolUnusable => "pool_unusable",
        CallErrorKind::AccessPropagating => "access_propagating",
        CallErrorKind::InputMissing => "input_missing",
        CallErrorKind::Invalid => "invalid",
        CallErrorKind::AccessDenied => "access_denied",
        CallErrorKind::Credentials => "credentials",
        CallErrorKind::RegionNotEnabled => "region_not_enabled",
        CallErrorKind::AccountChanged => "account_changed",
        CallErrorKind::AlreadyOver => "already_over",
        CallErrorKind::NotFound => "not_found",
        CallErrorKind::Throttled => "throttled",
        CallErrorKind::Unavailable => "unavailable",
        CallErrorKind::WriteRefused => "write_refused",
    }
}

/// Objects by state, of all stores.
#[derive(Clone, Debug, Default)]
struct Objects(Arc<Mutex<Vec<Store<Object>>>>);

impl Objects {
    fn stores(&self) -> MutexGuard<'_, Vec<Store<Object>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The label of [`Objects`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: &'static str,
}

impl Collector for Objects {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let mut counts: HashMap<&'static str, i64> =
            State::ALL.iter().map(|state| (state.as_str(), 0)).collect();
        let stores = self.stores().clone();
        for object in stores.iter().flat_map(Store::state).filter(|object| object.is_ours()) {
            let word = match &object.status {
                Lenient::Read(status) => status
                    .state
                    .as_deref()
                    .and_then(State::parse)
                    .map_or_else(|| State::Pending.as_str(), State::as_str),
                Lenient::Unreadable(..) => "Unreadable",
            };
            *counts.entry(word).or_default() += 1;
        }
        let gauge = ConstGauge::new(0_i64);
        let mut family = encoder.encode_descriptor(
            "objects",
            "SpotTrainingJobs by state",
            None,
            gauge.metric_type(),
        )?;
        for (state, count) in counts {
            let label = StateLabel { state };
            ConstGauge::new(count).encode(family.encode_family(&label)?)?;
        }
        Ok(())
    }
}
