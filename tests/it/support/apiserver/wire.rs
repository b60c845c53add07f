//! The way to the apiserver: a tower service for `kube::Client`, on which things go wrong.
//!
//! What is sent is executed even if the sender is gone by then, as it is on a network.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use kube::client::Body;
use tokio::time::{Instant, sleep};

use super::ApiServer;
use super::refusal::Refusal;
use super::verbs::{Call, Reply};
use super::watching::{Disturbance, Watch};
use crate::support::faults::shares::{APISERVER, EVENTS};
use crate::support::faults::{Crash, FaultKind, Faults};
use crate::support::random::Draws;

/// Slow and late replies come within this time; the operator waits 10 s.
const LONGEST: Duration = Duration::from_secs(25);

/// Who calls, and what happens on the way.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) process: String,
    pub(crate) faults: Arc<Faults>,
    pub(crate) crash: Crash,
}

/// The client side of the apiserver.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) server: Arc<ApiServer>,
    /// Without one everything goes well, at once.
    pub(crate) way: Option<Way>,
}

type Answer = Response<axum::body::Body>;

impl tower::Service<Request<Body>> for Wire {
    type Response = Answer;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Answer>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let wire = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
            let content_type = head.headers.get(http::header::CONTENT_TYPE);
            let content_type = content_type.and_then(|value| value.to_str().ok());
            match Call::parse(head.method, &head.uri, content_type.unwrap_or_default(), &body) {
                Ok(call) => wire.send(call).await,
                Err(refusal) => Ok(refused(&refusal)),
            }
        })
    }
}

impl Wire {
    async fn send(self, call: Call) -> io::Result<Answer> {
        let Some(way) = self.way.clone() else { return Ok(self.deliver(call, 0)) };
        let is_event = call.target.kind.plural == "events";
        let object = match &call.target.name {
            Some(name) if !is_event => name.clone(),
            _ => format!("{} {}", way.process, call.target.kind.plural),
        };
        let shares = if is_event { EVENTS } else { APISERVER };
        let passage = way.faults.inject(&object, call.operation(), shares, LONGEST);
        if passage.fault == Some(FaultKind::CrashBefore) {
            return way.crash.now().await;
        }
        sleep(passage.there).await;
        let outage = way.faults.is_apiserver_outage();
        let fault = if outage { Some(FaultKind::LostBefore) } else { passage.fault };
        match fault {
            Some(FaultKind::Conflict) if call.operation().starts_with("patch") => {
                return Ok(refused(&Refusal::modified(&object)));
            }
            Some(FaultKind::Conflict | FaultKind::Error500) => {
                return Ok(refused(&Refusal::internal()));
            }
            Some(FaultKind::LostBefore) => return Err(io::ErrorKind::ConnectionRefused.into()),
            _ => {}
        }
        let wire = self.clone();
        // Not the caller's: it arrives even if the caller is gone by then.
        let arrival = tokio::spawn(async move {
            sleep(passage.lateness()).await;
            wire.deliver(call, passage.nth)
        });
        let answer = arrival.await.map_err(io::Error::other)?;
        match fault {
            Some(FaultKind::CrashAfter) => return way.crash.now().await,
            Some(FaultKind::Lost) => return Err(io::ErrorKind::ConnectionReset.into()),
            Some(FaultKind::Slow) => sleep(passage.delay).await,
            _ => {}
        }
        sleep(passage.back).await;
        Ok(answer)
    }

    fn deliver(&self, call: Call, nth: u64) -> Answer {
        let target = call.target.clone();
        let seconds = call.query.get("timeoutSeconds").and_then(|text| text.parse().ok());
        match self.server.execute(call) {
            Ok(Reply::Whole(code, object)) => answer(code, object.to_string()),
            Ok(Reply::List(list)) => answer(StatusCode::OK, list),
            Ok(Reply::Watch(after)) => {
                let watch = Watch {
                    server: self.server.clone(),
                    kind: target.kind,
                    namespace: target.namespace,
                    after,
                    revisions: self.server.revisions(),
                    until: Instant::now() + Duration::from_secs(seconds.unwrap_or(1800)),
                    bookmarked: Instant::now(),
                    disturbance: self.way.as_ref().map(|way| way.disturbance(nth)),
                };
                Response::new(axum::body::Body::from_stream(watch.lines()))
            }
            Err(refusal) => refused(&refusal),
        }
    }
}

impl Way {
    /// Of the process's watch `nth`: one that is opened again where it broke is another.
    fn disturbance(&self, nth: u64) -> Disturbance {
        let faults = self.faults.clone();
        let draws = Draws::new(faults.seed(), &["watch", &self.process, &nth.to_string()]);
        Disturbance { draws, faults }
    }
}

fn answer(code: StatusCode, body: String) -> Answer {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = code;
    answer
}

fn refused(refusal: &Refusal) -> Answer {
    answer(refusal.code, refusal.body().to_string())
}
