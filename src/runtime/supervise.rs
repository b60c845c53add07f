//! Supervision: puts the parts together, and whichever ends first ends the process.

use std::process::ExitCode;
use std::sync::Arc;

use futures::Stream;
use futures::future::join_all;
use kube::{Api, Client};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::controller::admission::Admissions;
use crate::controller::admission::identity::{CallerIdentities, Change};
use crate::controller::context::Context;
use crate::controller::defaults::Defaults;
use crate::controller::kube::stores::Stores;
use crate::controller::kube::stream::{self, ALL_NAMESPACES, Scope};
use crate::controller::kube::wakes::Wakes;
use crate::controller::polling::schedule::Schedule;
use crate::controller::publish::events::EventSink;
use crate::controller::readiness::{Need, Readiness};
use crate::controller::sessions::Sessions;
use crate::port::checkpoint_store::Unlisted;
use crate::port::leadership::Alone;
use crate::port::{CheckpointStore, Clock, Leadership};
use crate::settings::Controller;
use crate::telemetry::Metrics;
use crate::telemetry::logging::Level;

use super::admin::{self, Admin};
use super::crd_watch;
use super::leader::{Candidate, Election, Tenure};
use super::machine_clock::MachineClock;
use super::shutdown::{self, Signals};
use super::start::{Reached, start};

/// Exit code after the loss of leadership.
const LEADERSHIP_LOST: u8 = 3;

/// Why the process ends.
enum End {
    Requested,
    LeadershipLost,
}

/// Runs the operator until it is asked to end.
pub async fn supervise(settings: &Controller, level: Level) -> ExitCode {
    match Box::pin(run(settings, level)).await {
        Ok(End::Requested) => {
            info!("ended");
            ExitCode::SUCCESS
        }
        Ok(End::LeadershipLost) => {
            error!("leadership lost");
            ExitCode::from(LEADERSHIP_LOST)
        }
        Err(why) => {
            error!("{why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: &Controller, level: Level) -> Result<End, String> {
    let mut signals = Signals::new().map_err(|error| format!("signals: {error}"))?;
    let reached = tokio::select! {
        reached = start(settings) => reached?,
        () = signals.received() => return Ok(End::Requested),
    };
    Box::pin(operate(settings, level, reached, signals)).await
}

async fn operate(
    settings: &Controller,
    level: Level,
    reached: Reached,
    mut signals: Signals,
) -> Result<End, String> {
    let Reached { client, listener, clock, machine, service } = reached;
    let clock: Arc<dyn Clock> = clock;
    let stop = CancellationToken::new();
    let metrics = Arc::new(Metrics::default());
    let readiness = starting(settings, &client);
    let admin = Admin { readiness: readiness.clone(), metrics: metrics.clone(), level };
    let admin_server = admin::serve(listener, admin);

    let (again, rounds) = watch::channel(0_u64);
    let (mut election, tenure) = settings
        .leader_elect
        .then(|| Election::new(candidate(settings, &client, &clock, machine)))
        .unzip();
    metrics.set_leader(tenure.is_none());
    let leadership: Arc<dyn Leadership> = match &tenure {
        Some(tenure) => Arc::new(tenure.clone()),
        None => Arc::new(Alone),
    };
    let pod = settings.pod_name.clone();
    let (events, event_work) = EventSink::new(client.clone(), pod, metrics.clone());
    let wakes = Arc::new(Wakes::default());
    let waking = wakes.clone();
    let admissions =
        Arc::new(Admissions::new(settings.concurrency, Arc::new(move |id| waking.wake(id))));
    let checkpoints = Arc::new(Unlisted);
    let sessions = Arc::new(Sessions::default());
    let ctx = Arc::new(Context {
        client: client.clone(),
        service: service.clone(),
        schedule: Arc::new(Schedule::new(settings.poll_fast, settings.poll_slow, sessions.clone())),
        identities: Arc::new(CallerIdentities::new(service.clone(), clock.clone())),
        clock: clock.clone(),
        leadership,
        defaults: defaults(settings, service.region(), checkpoints.as_ref()),
        checkpoints,
        admissions,
        stores: Stores::default(),
        wakes,
        sessions,
        events,
        metrics: metrics.clone(),
        readiness: readiness.clone(),
    });
    let control = control(settings, &client, &ctx, &rounds, &stop);

    let end = tokio::select! {
        result = admin_server => Err(format!("admin server: {result:?}")),
        () = event_work => Err("events: ended".to_owned()),
        () = elect(election.as_mut()) => Err("election: ended".to_owned()),
        () = lead(tenure, &ctx, scope_count(settings), &again) => Ok(End::LeadershipLost),
        () = watch_identity(&ctx, &again) => Err("credentials: ended".to_owned()),
        () = ctx.admissions.run() => Err("admission: ended".to_owned()),
        result = finish(control, &mut signals, &stop) => result.map(|()| End::Requested),
    };
    if let (Some(election), Ok(End::Requested)) = (election, &end) {
        election.release().await;
    }
    end
}

/// What has to be there before the operator is ready.
fn starting(settings: &Controller, client: &Client) -> Arc<Readiness> {
    let readiness = Readiness::default();
    readiness.lacks(Need::CrdServed, "", "starting");
    for scope in scopes(settings, client) {
        let name = scope.namespace.as_deref().unwrap_or(ALL_NAMESPACES);
        readiness.lacks(Need::CacheSynced, name, "starting");
    }
    Arc::new(readiness)
}

fn candidate(
    settings: &Controller,
    client: &Client,
    clock: &Arc<dyn Clock>,
    machine: Arc<dyn MachineClock>,
) -> Candidate {
    Candidate {
        leases: Api::namespaced(client.clone(), settings.lease_namespace()),
        identity: settings.identity(),
        clock: clock.clone(),
        machine,
    }
}

fn defaults(
    settings: &Controller,
    configured_region: Option<String>,
    checkpoints: &dyn CheckpointStore,
) -> Defaults {
    Defaults {
        region: settings.defaults.region().or(configured_region),
        checkpoint_root: settings.defaults.checkpoint_root(),
        lists_checkpoints: checkpoints.can_list(),
        cluster_id: settings.defaults.cluster_id.clone(),
    }
}

/// Waits for the CRD, then runs a controller for each watched namespace.
async fn control(
    settings: &Controller,
    client: &Client,
    ctx: &Arc<Context>,
    rounds: &watch::Receiver<u64>,
    stop: &CancellationToken,
) {
    tokio::select! {
        () = crd_watch::served(client, &ctx.readiness) => {}
        () = stop.cancelled() => return,
    }
    let controllers = scopes(settings, client)
        .into_iter()
        .map(|scope| stream::run(scope, ctx.clone(), changes(rounds.clone()), stop.clone()));
    tokio::select! {
        _ = join_all(controllers) => {}
        () = crd_watch::guard(client, &ctx.readiness) => {}
    }
}

/// What is watched: all namespaces at once, or each of those that are named.
fn scopes(settings: &Controller, client: &Client) -> Vec<Scope> {
    let scope = |namespace: Option<&str>, api| Scope {
        namespace: namespace.map(str::to_owned),
        scopes: scope_count(settings),
        api,
        selector: settings.selector.as_ref().map(ToString::to_string),
        concurrency: settings.concurrency,
    };
    match settings.watch_namespaces.as_slice() {
        [] => vec![scope(None, Api::all(client.clone()))],
        list => list
            .iter()
            .map(|name| scope(Some(name), Api::namespaced(client.clone(), name)))
            .collect(),
    }
}

/// How many controllers run beside each other.
fn scope_count(settings: &Controller) -> usize {
    settings.watch_namespaces.len().max(1)
}

/// An item whenever every object is to be reconciled.
fn changes(rounds: watch::Receiver<u64>) -> impl Stream<Item = ()> + Send {
    futures::stream::unfold(rounds, |mut rounds| async move {
        rounds.changed().await.ok()?;
        Some(((), rounds))
    })
}

/// Ends when the controllers have ended after a request to, or without one, which is an error.
async fn finish(
    control: impl Future<Output = ()>,
    signals: &mut Signals,
    stop: &CancellationToken,
) -> Result<(), String> {
    tokio::pin!(control);
    tokio::select! {
        () = &mut control => return Err("controllers: ended".to_owned()),
        () = signals.received() => {}
    }
    shutdown::end(control, stop).await;
    Ok(())
}

async fn elect(election: Option<&mut Election>) {
    match election {
        Some(election) => election.run().await,
        None => std::future::pending().await,
    }
}

/// Ends when this process was the leader and is it no more.
async fn lead(tenure: Option<Tenure>, ctx: &Context, scopes: usize, again: &watch::Sender<u64>) {
    let Some(mut tenure) = tenure else {
        return std::future::pending().await;
    };
    tenure.begin().await;
    ctx.metrics.set_leader(true);
    // What was live while another process led is known from the caches alone.
    ctx.load_prefixes(scopes);
    again.send_modify(|round| *round += 1);
    tenure.end().await;
    ctx.metrics.set_leader(false);
}

/// Keeps whose credentials these are up to date; every object is decided on again when they are
/// another role's or account's, or valid again.
async fn watch_identity(ctx: &Context, again: &watch::Sender<u64>) {
    let changed = |identity, change| {
        ctx.admissions.set_identity(identity);
        if change == Change::All {
            again.send_modify(|round| *round += 1);
        }
    };
    ctx.identities.run(changed).await;
}
