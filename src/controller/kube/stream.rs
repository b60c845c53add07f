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

use super::applied::prune;
use super::departures::Departures;
use crate::api::v1alpha1::{Lenient, Object};
use crate::controller::context::Context;
use crate::controller::convert::read_status;
use crate::controller::error::Error;
use crate::controller::hash::hash;
use crate::controller::readiness::Need;
use crate::controller::reconcile::reconcile;
use crate::controller::reconcile::rest::on_error;

/// The status of an object whose job is not polled: nothing else would notice that somebody has
/// changed or removed it. Own writes cost one more reconcile.
fn status_at_rest(object: &Object) -> Option<u64> {
    let Lenient::Read(status) = &object.status else { return None };
    let is_polled = read_status::run(status)
        .is_ok_and(|run| run.live().is_some() && Some(&run.uid) == object.metadata.uid.as_ref());
    if is_polled { None } else { Some(hash(&serde_json::to_string(status).ok()?)) }
}

/// A watch that broke is opened again within this time.
const WATCH_AGAIN_WITHIN: Duration = Duration::from_secs(5);

/// kube's back-off of watches, cut: it waits up to a minute, and once more where a watch can't
/// continue where it broke. For so long after an outage no deletion would be seen.
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

/// What [`Scope`] is called in reports of readiness if it is not one namespace.
pub const ALL_NAMESPACES: &str = "all namespaces";

/// Objects to watch.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The namespace; `None`: all of them.
    pub namespace: Option<String>,
    /// How many scopes this process watches.
    pub scopes: usize,
    /// The API of it.
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
    let changes = predicates::generation
        .combine(predicates::annotations)
        // A tool that keeps the object may let it go.
        .combine(predicates::labels)
        .combine(predicates::finalizers)
        .combine(status_at_rest);
    let departing = Departures::new(ctx.clone(), reader.clone());
    let wakes = ctx.wakes.subscribe(scope.namespace.clone());
    let stream = watcher(scope.api, config)
        .inspect(move |event| departing.notice(event))
        .modify(prune)
        .reflect(writer)
        .applied_objects()
        .predicate_filter(changes, PredicateConfig::default());
    ctx.metrics.watch(reader.clone());
    let synced = mark_synced(reader.clone(), &ctx, scope.namespace.as_deref(), scope.scopes);
    let work = Controller::for_stream(stream, reader)
        .with_config(controller::Config::default().concurrency(scope.concurrency))
        .trigger_backoff(WatchBackoff::default())
        .reconcile_all_on(all_again)
        .reconcile_on(wakes)
        .graceful_shutdown_on(shutdown.cancelled_owned())
        .run(reconcile, on_error, ctx.clone())
        .for_each(|result| {
            report(&ctx, result.err());
            futures::future::ready(())
        });
    tokio::join!(work, synced);
}

async fn mark_synced(reader: Store<Object>, ctx: &Context, namespace: Option<&str>, scopes: usize) {
    if reader.wait_until_ready().await.is_ok() {
        ctx.stores.synced(reader);
        ctx.load_prefixes(scopes);
        ctx.readiness.has(Need::CacheSynced, namespace.unwrap_or(ALL_NAMESPACES));
    }
}

/// Errors of the queue are neither lost nor taken for errors of an object.
fn report(ctx: &Context, error: Option<ControllerError<Error, watcher::Error>>) {
    match error {
        None | Some(ControllerError::ReconcilerFailed(..)) => {}
        Some(ControllerError::ObjectNotFound(object)) => {
            debug!(%object, "gone");
            let key =
                format!("{}/{}", object.namespace.as_deref().unwrap_or_default(), object.name);
            for uid in ctx.sessions.uids_of(&key) {
                ctx.forget(&uid);
            }
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
