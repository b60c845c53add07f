//! The start: everything that the operator needs is reached, or the process ends and says why.

use std::sync::Arc;

use hyper_util::client::proxy::matcher::Matcher;
use kube::Client;
use tokio::net::TcpListener;
use tracing::{info, warn};

use crate::aws::{Connection, SageMaker, TlsSettings};
use crate::settings::Controller;

use super::machine_clock::{MachineClock, SystemClock};
use super::process_clock::ProcessClock;
use super::{apiserver, proxy, start_line};

/// What a start has reached.
pub(super) struct Reached {
    pub(super) client: Client,
    pub(super) listener: TcpListener,
    pub(super) clock: Arc<ProcessClock>,
    pub(super) machine: Arc<dyn MachineClock>,
    pub(super) service: Arc<SageMaker>,
}

/// Reaches all that the operator needs. Programs and services of others take part in it, such as
/// those that give credentials, so that it can take long.
pub(super) async fn start(settings: &Controller) -> Result<Reached, String> {
    let environment = Matcher::from_env();
    let machine: Arc<dyn MachineClock> = Arc::new(SystemClock);
    let clock = Arc::new(ProcessClock::new(machine.clone()));
    let client = apiserver::connect(&environment, &clock).await?;
    let listener = TcpListener::bind(settings.admin_address)
        .await
        .map_err(|error| format!("--admin-address {}: {error}", settings.admin_address))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    info!(%address, "admin server listening");

    let tls = TlsSettings {
        ca_bundle: settings.certificates.aws_ca_bundle(),
        cert_file: settings.certificates.ssl_cert_file(),
    };
    let dates = clock.clone();
    let connection = Connection::new(&tls, move |date| dates.date_header(date))?;
    let service = SageMaker::from_environment(clock.clone(), connection).await;
    let aws = start_line::Aws {
        region: settings.defaults.region().or_else(|| service.region()),
        account: None,
        endpoint: service.endpoint(),
    };
    start_line::emit(settings, &aws);
    if let Some(why) = proxy::unusable_for_aws(&aws.address(), &environment) {
        warn!("AWS: {why}");
    }
    Ok(Reached { client, listener, clock, machine, service: Arc::new(service) })
}
