//! The stream of objects, and the kube `Controller` over it.
//!
//! The only place that uses kube's unstable runtime API.

use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt};
use kube::Api;
use kube::runtime::controller::{self, Error as ControllerError};
use kube::runtime::reflector::{self, Store};
use kube::runtime::utils::Backoff;
use kube::runtime::watcher::DefaultBackoff;
use kube::runtime::{Controller, Predicate, PredicateConfig, WatchStreamExt, predicates, watcher};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use crate::api::v1alpha1::Object;

use super::context::Context;
use super::readiness::Need;
use super::reconcile::{on_error, reconcile};

/// What the apiserver records about writers and former applies is of no use here and is most of
/// the bytes.
fn prune(object: &mut Object) {
    object.metadata.managed_fields = None;
    if let Some(annotations) = &mut object.metadata.annotations {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
}

/// A watch that broke is opened again within this time.
const WATCH_AGAIN_WITHIN: Duration = Duration::from_secs(5);

/// kube's back-off of watches, cut: it waits up to a minute, and once more where a watch cannot go
/// on where it broke. For so long after an outage no deletion would be seen.
#[derive(Default)]
struct WatchBackoff(DefaultBackoff);

impl Iterator for WatchBackoff {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.0.next().map(|wait| wait.min(WATCH_AGAIN_WITHIN))
    }
}

impl Backoff for WatchBackoff {
    fn reset(&mut self) {
        self.0.reset();
    }
}

/// Objects to watch.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What [`Self::api`] is called in reports of readiness.
    pub name: String,
    /// A namespace or all of them.
    pub api: Api<Object>,
    /// A label selector.
    pub selector: Option<String>,
    /// Reconciles at a time.
    pub concurrency: u16,
}

/// Runs the controller until `shutdown`, and lets running reconciles end.
pub async fn run(
    scope: Scope,
    ctx: Arc<Context>,
    all_again: impl Stream<Item = ()> + Send + 'static,
    shutdown: CancellationToken,
) {
    let mut config = watcher::Config::default().any_semantic();
    if let Some(selector) = &scope.selector {
        config = config.labels(selector);
    }
    let (reader, writer) = reflector::store();
    let wakes = predicates::generation.combine(predicates::annotations);
    let stream = watcher(scope.api, config)
        .modify(prune)
        .reflect(writer)
        .applied_objects()
        .predicate_filter(wakes, PredicateConfig::default());
    ctx.metrics.watch(reader.clone());
    let synced = mark_synced(reader.clone(), &ctx, &scope.name);
    let work = Controller::for_stream(stream, reader)
        .with_config(controller::Config::default().concurrency(scope.concurrency))
        .trigger_backoff(WatchBackoff::default())
        .reconcile_all_on(all_again)
        .graceful_shutdown_on(shutdown.cancelled_owned())
        .run(reconcile, on_error, ctx.clone())
        .for_each(|result| {
            tell(&ctx, result.err());
            futures::future::ready(())
        });
    tokio::join!(work, synced);
}

async fn mark_synced(reader: Store<Object>, ctx: &Context, name: &str) {
    if reader.wait_until_ready().await.is_ok() {
        ctx.readiness.has(Need::CacheSynced, name);
    }
}

/// Errors of the queue are neither lost nor taken for errors of an object.
fn tell(ctx: &Context, error: Option<ControllerError<super::error::Error, watcher::Error>>) {
    match error {
        None | Some(ControllerError::ReconcilerFailed(..)) => {}
        Some(ControllerError::ObjectNotFound(object)) => {
            debug!(%object, "gone");
            let key =
                format!("{}/{}", object.namespace.as_deref().unwrap_or_default(), object.name);
            ctx.following.forget(&key);
            ctx.backoff.reset(&key);
            ctx.readiness.has(Need::CrdCurrent, &key);
        }
        Some(ControllerError::QueueError(error)) => {
            warn!("watch: {error}");
            ctx.metrics.watch_error();
        }
        Some(ControllerError::RunnerError(error)) => {
            error!("runner: {error}");
            ctx.metrics.watch_error();
        }
    }
}
