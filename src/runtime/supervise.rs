//! Supervision: puts the parts together, and whichever ends first ends the process.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use futures::future::join_all;
use kube::{Api, Client, Config};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::aws::SageMaker;
use crate::controller::admission::Admissions;
use crate::controller::backoff::Backoff;
use crate::controller::context::Context;
use crate::controller::defaults::Defaults;
use crate::controller::polling::Polling;
use crate::controller::readiness::{Need, Readiness};
use crate::controller::report::Reports;
use crate::controller::stream::{self, Scope};
use crate::port::leadership::Alone;
use crate::port::{Clock, Leadership, TrainingService};
use crate::settings::Controller;
use crate::telemetry::Metrics;
use crate::telemetry::logging::Level;

use super::admin::{self, Admin};
use super::leader::{Candidate, Election, Tenure};
use super::wall_clock::WallClock;
use super::{crd_watch, shutdown};

/// How often the credentials are looked at: a change of them is worth another try.
const CREDENTIALS_INTERVAL: Duration = Duration::from_secs(30);

/// Exit code after the loss of leadership.
const LEADERSHIP_LOST: u8 = 3;

/// Why the process ends.
enum End {
    Requested,
    LeadershipLost,
}

/// Runs the operator until it is told to end.
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
    let config = Config::infer().await.map_err(|error| format!("kubeconfig: {error}"))?;
    let client = Client::try_from(config).map_err(|error| format!("kubeconfig: {error}"))?;
    let listener = TcpListener::bind(settings.admin_address)
        .await
        .map_err(|error| format!("--admin-address {}: {error}", settings.admin_address))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    info!(%address, "admin server listening");

    let stop = CancellationToken::new();
    let metrics = Arc::new(Metrics::default());
    let readiness = starting(settings, &client);
    let admin = Admin { readiness: readiness.clone(), metrics: metrics.clone(), level };
    let admin_server = admin::serve(listener, admin);

    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let service = Arc::new(SageMaker::from_environment(clock.clone()).await);
    let election = settings.leader_elect.then(|| candidate(settings, &client, &clock));
    let (again, rounds) = watch::channel(0_u64);
    let (election, tenure) = match election {
        Some(candidate) => {
            let (election, tenure) = Election::new(candidate);
            (Some(election), Some(tenure))
        }
        None => (None, None),
    };
    metrics.set_leader(tenure.is_none());
    let leadership: Arc<dyn Leadership> = match &tenure {
        Some(tenure) => Arc::new(tenure.clone()),
        None => Arc::new(Alone),
    };
    let pod = settings.pod_name.clone();
    let (reports, report_work) = Reports::new(client.clone(), pod, metrics.clone());
    let ctx = Arc::new(Context {
        client: client.clone(),
        service: service.clone(),
        following: Arc::new(Polling::new(settings.poll_fast, settings.poll_slow)),
        clock: clock.clone(),
        leadership,
        defaults: defaults(settings, service.region()),
        admissions: Admissions::default(),
        backoff: Backoff::default(),
        reports,
        metrics: metrics.clone(),
        readiness: readiness.clone(),
    });
    let control = control(settings, &client, &ctx, &rounds, &stop);

    let end = tokio::select! {
        result = admin_server => Err(format!("admin server: {result:?}")),
        () = report_work => Err("events: ended".to_owned()),
        () = elect(election) => Err("election: ended".to_owned()),
        () = lead(tenure, &metrics, &again) => Ok(End::LeadershipLost),
        () = watch_credentials(&service, &again) => Err("credentials: ended".to_owned()),
        result = finish(control, &stop) => result.map(|()| End::Requested),
    };
    if settings.leader_elect && matches!(end, Ok(End::Requested)) {
        Election::release(&candidate(settings, &client, &clock)).await;
    }
    end
}

/// What has to be there before the operator is ready.
fn starting(settings: &Controller, client: &Client) -> Arc<Readiness> {
    let readiness = Readiness::default();
    readiness.lacks(Need::CrdServed, "", "starting");
    for scope in scopes(settings, client) {
        readiness.lacks(Need::CacheSynced, &scope.name, "starting");
    }
    Arc::new(readiness)
}

fn candidate(settings: &Controller, client: &Client, clock: &Arc<dyn Clock>) -> Candidate {
    Candidate {
        leases: Api::namespaced(client.clone(), settings.lease_namespace()),
        identity: settings.identity(),
        clock: clock.clone(),
    }
}

fn defaults(settings: &Controller, configured_region: Option<String>) -> Defaults {
    Defaults {
        region: settings.region.clone().or(configured_region),
        checkpoint_root: settings.checkpoint_root.clone(),
        cluster_id: settings.cluster_id.clone(),
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
    let scope = |name: &str, api| {
        let selector = settings.selector.clone();
        Scope { name: name.to_owned(), api, selector, concurrency: settings.concurrency }
    };
    match settings.watch_namespaces.as_slice() {
        [] => vec![scope("all namespaces", Api::all(client.clone()))],
        list => {
            list.iter().map(|name| scope(name, Api::namespaced(client.clone(), name))).collect()
        }
    }
}

/// An item whenever every object is to be looked at again.
fn changes(rounds: watch::Receiver<u64>) -> impl Stream<Item = ()> + Send {
    futures::stream::unfold(rounds, |mut rounds| async move {
        rounds.changed().await.ok()?;
        Some(((), rounds))
    })
}

/// Ends when the controllers have ended after a request to, or without one, which is an error.
async fn finish(control: impl Future<Output = ()>, stop: &CancellationToken) -> Result<(), String> {
    tokio::pin!(control);
    tokio::select! {
        () = &mut control => return Err("controllers: ended".to_owned()),
        requested = shutdown::requested() => {
            requested.map_err(|error| format!("signals: {error}"))?;
        }
    }
    info!("ending: running reconciles are let to their end");
    stop.cancel();
    control.await;
    Ok(())
}

async fn elect(election: Option<Election>) {
    match election {
        Some(election) => election.run().await,
        None => std::future::pending().await,
    }
}

/// Ends when this process was the leader and is it no more.
async fn lead(tenure: Option<Tenure>, metrics: &Metrics, again: &watch::Sender<u64>) {
    let Some(mut tenure) = tenure else {
        return std::future::pending().await;
    };
    tenure.begin().await;
    metrics.set_leader(true);
    again.send_modify(|round| *round += 1);
    tenure.end().await;
    metrics.set_leader(false);
}

/// Has every object looked at again when the operator's credentials have changed.
async fn watch_credentials(service: &SageMaker, again: &watch::Sender<u64>) {
    service.refresh_credentials().await;
    let mut known = service.credentials();
    loop {
        tokio::time::sleep(CREDENTIALS_INTERVAL).await;
        service.refresh_credentials().await;
        if service.credentials() != known {
            known = service.credentials();
            info!("AWS credentials changed");
            again.send_modify(|round| *round += 1);
        }
    }
}
