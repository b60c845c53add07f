//! A made-up apiserver behind TLS, in the states that a start can meet.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Authority;
use crate::end_to_end::support::eventually;

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::process) enum State {
    /// Nothing, ever.
    Silent,
    /// It knows no CRD of ours.
    WithoutCrd,
    /// It has the CRD, and nobody may list.
    ListForbidden,
    /// It has the CRD, no objects, and a lease that another process holds.
    LedByAnother,
}

/// A running apiserver.
pub(in crate::process) struct Apiserver {
    pub(in crate::process) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    _server: JoinSet<()>,
}

impl Apiserver {
    /// One at `host`.
    pub(in crate::process) async fn start(state: State, authority: &Authority, host: &str) -> Self {
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = requests.clone();
        let router = Router::new().fallback(move |request: Request| {
            let path = request.uri().path().to_owned();
            log.lock().unwrap().push(format!("{} {path}", request.method()));
            let watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
            answer(state, path, watch)
        });
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let listener = Tls { tcp, acceptor: authority.acceptor(host) };
        let mut server = JoinSet::new();
        server.spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { address, requests, _server: server }
    }

    /// Its address by a name that its certificate has.
    pub(in crate::process) fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.address.port())
    }

    /// Waits for a request whose line ends so.
    pub(in crate::process) async fn receives(&self, end: &str) {
        eventually(&format!("a request for {end}"), || {
            let requests = self.requests.lock().unwrap();
            requests.iter().any(|request| request.ends_with(end)).then_some(())
        })
        .await;
    }
}

const GROUP: &str = "/apis/spottraining.dev/v1alpha1";

async fn answer(state: State, path: String, watch: bool) -> Response {
    if state == State::Silent || watch {
        return std::future::pending().await;
    }
    if state == State::WithoutCrd {
        return StatusCode::NOT_FOUND.into_response();
    }
    if path == GROUP {
        return json_answer(
            200,
            &json!({
                "kind": "APIResourceList", "apiVersion": "v1",
                "groupVersion": "spottraining.dev/v1alpha1",
                "resources": [{
                    "name": "spottrainingjobs", "singularName": "spottrainingjob",
                    "namespaced": true, "kind": "SpotTrainingJob", "verbs": ["list", "watch"],
                }],
            }),
        );
    }
    if state == State::ListForbidden {
        return json_answer(
            403,
            &json!({
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403,
                "reason": "Forbidden", "message": "nobody may",
            }),
        );
    }
    if path.ends_with("/spottrainingjobs") {
        return json_answer(
            200,
            &json!({
                "kind": "SpotTrainingJobList", "apiVersion": "spottraining.dev/v1alpha1",
                "metadata": { "resourceVersion": "7" }, "items": [],
            }),
        );
    }
    if path.ends_with("/leases/spot-training-operator") {
        return json_answer(
            200,
            &json!({
                "kind": "Lease", "apiVersion": "coordination.k8s.io/v1",
                "metadata": { "name": "spot-training-operator", "resourceVersion": "7" },
                "spec": { "holderIdentity": "another", "leaseDurationSeconds": 3600 },
            }),
        );
    }
    StatusCode::NOT_FOUND.into_response()
}

fn json_answer(status: u16, body: &Value) -> Response {
    let answer = Response::builder().status(status).header("Content-Type", "application/json");
    answer.body(Body::from(body.to_string())).unwrap()
}

struct Tls {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.tcp.accept().await.unwrap();
            // A client that does not trust the certificate goes away.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
