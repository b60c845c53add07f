//! Crashes: a process that dies in the middle of a call.

use tokio::sync::mpsc;

/// How a call kills the process that makes it.
#[derive(Clone, Debug)]
pub(crate) struct Crash {
    process: String,
    deaths: mpsc::UnboundedSender<String>,
}

impl Crash {
    /// Of this process, told to whoever starts and ends processes.
    pub(crate) fn of(process: &str, deaths: mpsc::UnboundedSender<String>) -> Self {
        Self { process: process.to_owned(), deaths }
    }

    /// Dies: never returns.
    pub(crate) async fn now<T>(&self) -> T {
        // Nobody listens once the simulation is over.
        self.deaths.send(self.process.clone()).ok();
        std::future::pending().await
    }
}
