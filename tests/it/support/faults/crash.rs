//! Crashes: a process that dies in the middle of a call.

use tokio::sync::mpsc;

/// How a call ends the process that makes it.
#[derive(Clone, Debug)]
pub(crate) struct Crash {
    process: String,
    crashes: mpsc::UnboundedSender<String>,
}

impl Crash {
    /// Of this process; `crashes` goes to what starts and ends processes.
    pub(crate) fn of(process: &str, crashes: mpsc::UnboundedSender<String>) -> Self {
        Self { process: process.to_owned(), crashes }
    }

    /// Of a process that never crashes.
    pub(crate) fn never(process: &str) -> Self {
        Self::of(process, mpsc::unbounded_channel().0)
    }

    /// Ends the process: never returns.
    pub(crate) async fn now<T>(&self) -> T {
        // Nobody receives once the simulation is over.
        self.crashes.send(self.process.clone()).ok();
        std::future::pending().await
    }
}
