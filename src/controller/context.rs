//! Everything a reconcile reaches, put together once.

use std::sync::Arc;

use kube::Client;

use crate::port::{Clock, Following, Leadership, TrainingService};
use crate::telemetry::Metrics;

use super::admission::Admissions;
use super::backoff::Backoff;
use super::defaults::Defaults;
use super::readiness::Readiness;
use super::report::Reports;

/// What every reconcile shares.
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Context {
    /// The apiserver.
    pub client: Client,
    /// SageMaker.
    pub service: Arc<dyn TrainingService>,
    /// When followed jobs are looked at.
    pub following: Arc<dyn Following>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether this process may act.
    pub leadership: Arc<dyn Leadership>,
    /// What objects may leave to the operator.
    pub defaults: Defaults,
    /// AWS's rates and quotas.
    pub admissions: Admissions,
    /// Back-off per object.
    pub backoff: Backoff,
    /// Events to tell.
    pub reports: Reports,
    /// Numbers for Prometheus.
    pub metrics: Arc<Metrics>,
    /// Whether the operator can work.
    pub readiness: Arc<Readiness>,
}
