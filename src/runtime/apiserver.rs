//! The client of the apiserver: from a kubeconfig or the pod's service account, through the proxy
//! that the environment names.

use std::sync::Arc;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use jiff::fmt::rfc2822::DateTimeParser;
use kube::client::{ClientBuilder, DynBody};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tower::BoxError;
use tower::util::{MapErrLayer, MapResponseLayer};
use tracing::warn;

use crate::domain::job::error_chain::chain;

use super::process_clock::ProcessClock;
use super::proxy::{self, Way};

/// How HTTP writes a moment (RFC 9110, IMF-fixdate), which is a form of e-mail's.
static DATE: DateTimeParser = DateTimeParser::new();

/// A client of the apiserver that the environment names.
///
/// # Errors
/// What is wrong with the configuration.
pub async fn connect(environment: &Matcher, clock: &Arc<ProcessClock>) -> Result<Client, String> {
    client(configuration(environment).await?, clock)
}

/// A client whose answers' `Date` headers go to `clock`, and whose errors name the address.
///
/// # Errors
/// What is wrong with the configuration.
pub fn client(config: Config, clock: &Arc<ProcessClock>) -> Result<Client, String> {
    let server = config.cluster_url.clone();
    let builder = ClientBuilder::try_from(config)
        .map_err(|error| format!("the apiserver's client: {}", chain(&error)))?;
    let clock = clock.clone();
    let dated = MapResponseLayer::new(move |answer: http::Response<Box<DynBody>>| {
        let date = answer.headers().get(http::header::DATE);
        if let Some(date) = date.and_then(|date| DATE.parse_timestamp(date.as_bytes()).ok()) {
            clock.date_header(date);
        }
        answer
    });
    let named = MapErrLayer::new(move |cause: BoxError| -> BoxError {
        // kube recognises its own errors by their type.
        if cause.is::<kube::Error>() {
            return cause;
        }
        Unreachable { server: server.clone(), cause }.into()
    });
    Ok(builder.with_layer(&dated).with_layer(&named).build())
}

/// A request that never had an answer: where it went, and why, down to the last cause.
#[derive(Debug, thiserror::Error)]
#[error("{server}: {}", chain(cause.as_ref()))]
struct Unreachable {
    server: Uri,
    cause: BoxError,
}

/// As kube infers it: a kubeconfig, else the pod's service account. A kubeconfig that is there and
/// wrong is an error of its own, which kube's inference hides behind the missing service account.
async fn configuration(environment: &Matcher) -> Result<Config, String> {
    let (mut config, way) = match Kubeconfig::read() {
        Ok(kubeconfig) => {
            let proxy_url = proxy_url(&kubeconfig);
            let options = KubeConfigOptions::default();
            let config = Config::from_custom_kubeconfig(kubeconfig, &options)
                .await
                .map_err(|error| format!("kubeconfig: {}", chain(&error)))?;
            let server = &config.cluster_url;
            let way = proxy::to_apiserver(server, proxy_url.as_deref(), environment)
                .map_err(|why| format!("kubeconfig: {why}"))?;
            (config, way)
        }
        Err(no_kubeconfig) => {
            let config = Config::incluster().map_err(|no_account| {
                format!(
                    "no kubeconfig ({}) and no service account of a pod ({}): set KUBECONFIG",
                    chain(&no_kubeconfig),
                    chain(&no_account)
                )
            })?;
            let way = proxy::to_own_cluster(&config.cluster_url, environment);
            (config, way)
        }
    };
    config.apply_debug_overrides();
    config.proxy_url = match way {
        Way::Direct => None,
        Way::Proxy(proxy) => Some(proxy),
        Way::Ignored(why) => {
            warn!("{why}");
            None
        }
    };
    Ok(config)
}

/// The `proxy-url` of the current context's cluster.
fn proxy_url(kubeconfig: &Kubeconfig) -> Option<String> {
    let current = kubeconfig.current_context.as_ref()?;
    let named = kubeconfig.contexts.iter().find(|context| context.name == *current)?;
    let cluster = &named.context.as_ref()?.cluster;
    let named = kubeconfig.clusters.iter().find(|known| known.name == *cluster)?;
    named.cluster.as_ref()?.proxy_url.clone()
}
