//! A watch: changes as they come, bookmarks in between, an end after its time.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::Instant;

use super::ApiServer;
use super::kinds::Kind;
use super::refusal::Refusal;
use crate::support::faults::Faults;
use crate::support::random::Draws;

/// How often a quiet watch gets a bookmark with the revision.
const BOOKMARK: Duration = Duration::from_mins(1);

/// The last bookmark comes so long before the end (as the watch cache does it).
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

/// Share of deliveries at which the connection breaks instead.
const BREAKS: f64 = 0.002;

/// Share of deliveries that come long after the change, when much has happened since.
const LAGS: f64 = 0.02;

/// Delays of deliveries, in milliseconds.
const USUAL_LAG: u64 = 50;
const LONGEST_LAG: u64 = 15_000;

/// How a watch is disturbed.
#[derive(Clone, Debug)]
pub(crate) struct Disturbance {
    /// Draws of this watch alone.
    pub(crate) draws: Draws,
    pub(crate) faults: Arc<Faults>,
}

/// A running watch.
pub(crate) struct Watch {
    pub(crate) server: Arc<ApiServer>,
    pub(crate) kind: &'static Kind,
    pub(crate) namespace: Option<String>,
    pub(crate) after: u64,
    pub(crate) revisions: watch::Receiver<u64>,
    pub(crate) until: Instant,
    pub(crate) bookmarked: Instant,
    pub(crate) disturbance: Option<Disturbance>,
}

impl Watch {
    /// The body of the answer.
    pub(crate) fn lines(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        futures::stream::unfold(Some(self), |watch| async move {
            let mut watch = watch?;
            match watch.next().await {
                Ok(Some(lines)) => Some((Ok(lines), Some(watch))),
                Ok(None) => None,
                Err(End::Refused(refusal)) => Some((Ok(error(&refusal)), None)),
                Err(End::Broken) => Some((Err(io::ErrorKind::ConnectionReset.into()), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, End> {
        loop {
            let seen = *self.revisions.borrow_and_update();
            if seen > self.after {
                self.lag().await?;
                // What came meanwhile comes along.
                let namespace = self.namespace.as_deref();
                let revision = self.server.revision();
                let changes = self.server.since(self.after, self.kind, namespace);
                let changes = changes.map_err(End::Refused)?;
                self.after = revision;
                if !changes.is_empty() {
                    let lines: Vec<_> = changes.into_iter().map(|change| change.line).collect();
                    return Ok(Some(lines.concat().into()));
                }
            }
            let bookmark = self.next_bookmark();
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(self.until) => return Ok(None),
                changed = self.revisions.changed() => if changed.is_err() { return Ok(None) },
                () = tokio::time::sleep_until(bookmark) => {
                    self.bookmarked = Instant::now();
                    return Ok(Some(self.bookmark()));
                }
            }
        }
    }

    fn next_bookmark(&self) -> Instant {
        let last = self.until - LAST_BOOKMARK;
        let regular = self.bookmarked + BOOKMARK;
        if self.bookmarked < last { regular.min(last) } else { regular }
    }

    async fn lag(&mut self) -> Result<(), End> {
        let Some(Disturbance { draws, faults }) = &mut self.disturbance else { return Ok(()) };
        let (breaks, lags) = (draws.chance(BREAKS), draws.chance(LAGS));
        if faults.is_apiserver_outage() || breaks && faults.strike_processes() {
            return Err(End::Broken);
        }
        let longest = if lags && faults.strike_processes() { LONGEST_LAG } else { USUAL_LAG };
        tokio::time::sleep(draws.milliseconds(1, longest)).await;
        Ok(())
    }

    fn bookmark(&self) -> Bytes {
        let object = json!({
            "apiVersion": self.kind.api_version(), "kind": self.kind.name,
            "metadata": { "resourceVersion": self.after.to_string(), "creationTimestamp": null },
        });
        format!("{}\n", json!({ "type": "BOOKMARK", "object": object })).into()
    }
}

/// Why a watch ends before its time.
enum End {
    Refused(Refusal),
    Broken,
}

fn error(refusal: &Refusal) -> Bytes {
    format!("{}\n", json!({ "type": "ERROR", "object": refusal.body() })).into()
}
