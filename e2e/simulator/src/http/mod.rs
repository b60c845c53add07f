//! The simulator over HTTP/1.1: SageMaker and STS on `/`, its control on `/_simulator/`.

mod aws_json;
mod control;
mod credentials;
mod reply;
mod server;
mod sts_query;
mod xml;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::simulator::Simulator;
use server::Server;

/// Serves a simulator until `shutdown` is ready, then drops all connections.
pub async fn serve(
    listener: TcpListener,
    simulator: Arc<Simulator>,
    shutdown: impl Future<Output = ()>,
) {
    serve_logged(listener, simulator, shutdown, |_| ()).await;
}

/// As [`serve`], and gives `log` one line about each call that may change something.
pub async fn serve_logged(
    listener: TcpListener,
    simulator: Arc<Simulator>,
    shutdown: impl Future<Output = ()>,
    log: fn(&str),
) {
    let server = Arc::new(Server::new(simulator, log));
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(Arc::clone(&server), stream));
                }
                // Mostly out of file descriptors: a moment later there may be some.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

async fn connection(server: Arc<Server>, stream: TcpStream) {
    let service = service_fn(|request| Arc::clone(&server).reply(request));
    // An error is a peer that went away or a reply that was to be lost.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}
