//! The admin server: /livez, /readyz, /metrics and /loglevel.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use tokio::net::TcpListener;

use crate::controller::readiness::Readiness;
use crate::telemetry::Metrics;
use crate::telemetry::logging::Level;

/// What the admin server shows.
#[derive(Clone, Debug)]
pub struct Admin {
    /// Whether the operator can work.
    pub readiness: Arc<Readiness>,
    /// Its numbers.
    pub metrics: Arc<Metrics>,
    /// Its log level.
    pub level: Level,
}

/// Serves until dropped: it answers while the last reconciles end.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, admin: Admin) -> std::io::Result<()> {
    let service = router(admin).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await
}

/// The pages of the admin server.
pub fn router(admin: Admin) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .route("/loglevel", put(log_level))
        .with_state(admin)
}

async fn readyz(State(admin): State<Admin>) -> Response {
    let missing = admin.readiness.lines();
    if missing.is_empty() {
        "ok".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, missing.join("\n")).into_response()
    }
}

async fn metrics(State(admin): State<Admin>) -> Response {
    const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match admin.metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// The level can be changed from the host or pod of the operator itself (`kubectl port-forward` is
/// that): what may read numbers need not be allowed to change what is logged.
async fn log_level(
    State(admin): State<Admin>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    text: String,
) -> Response {
    if !peer.ip().to_canonical().is_loopback() {
        let why = "the log level is changed from the operator's own host, such as by \
                   kubectl port-forward";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    match admin.level.set(text.trim()) {
        Ok(()) => "ok".into_response(),
        Err(why) => (StatusCode::BAD_REQUEST, why).into_response(),
    }
}
