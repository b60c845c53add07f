//! Shutdown: SIGTERM and SIGINT, and how long the process takes to end.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Reconciles that run when the process is asked to end have this long. What is cut off is finished
/// by the next process, as after a crash. Together with [`RELEASE_WITHIN`] this stays below 5 s, so
/// that a rolling update does not wait for an apiserver or a region that is silent.
pub const GRACE: Duration = Duration::from_secs(3);

/// The lease is given back within this time, or runs out.
pub const RELEASE_WITHIN: Duration = Duration::from_secs(1);

/// The signals that end the process. From the moment there is one, no signal ends it by itself.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Receives signals from now on.
    ///
    /// # Errors
    /// When signals cannot be received.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Ends when the process is asked to end.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Asks `control` to end, and ends with it or after [`GRACE`].
pub async fn end(control: impl Future<Output = ()>, stop: &CancellationToken) {
    info!("ending: reconciles that run have {} s", GRACE.as_secs());
    stop.cancel();
    if timeout(GRACE, control).await.is_err() {
        warn!("ending although reconciles still run: the next process finishes them");
    }
}
