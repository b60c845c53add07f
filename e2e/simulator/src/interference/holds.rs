//! Replies that are withheld until somebody releases them.

use serde::Serialize;
use tokio::sync::watch;

/// A withheld call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Grows with every hold.
    pub ticket: u64,
    /// The operation.
    pub operation: String,
    /// The job the call names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_name: Option<String>,
    /// Where it is held.
    pub stage: Stage,
}

/// Where a call is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Nothing has been executed.
    Before,
    /// It is executed; the reply is withheld.
    After,
}

/// The withheld calls, and the signal that releases them.
#[derive(Debug)]
pub(crate) struct Holds {
    held: Vec<Hold>,
    last_ticket: u64,
    /// The highest ticket that was released.
    released: watch::Sender<u64>,
}

impl Default for Holds {
    fn default() -> Self {
        Self { held: Vec::new(), last_ticket: 0, released: watch::Sender::new(0) }
    }
}

impl Holds {
    /// Withholds a call; the ticket is what its reply waits for.
    pub(crate) fn hold(&mut self, operation: &str, job: Option<&str>, stage: Stage) -> u64 {
        self.last_ticket += 1;
        self.held.push(Hold {
            ticket: self.last_ticket,
            operation: operation.to_owned(),
            job_name: job.map(str::to_owned),
            stage,
        });
        self.last_ticket
    }

    /// Releases all; how many there were.
    pub(crate) fn release(&mut self) -> usize {
        self.released.send_replace(self.last_ticket);
        let count = self.held.len();
        self.held.clear();
        count
    }

    pub(crate) fn list(&self) -> &[Hold] {
        &self.held
    }

    pub(crate) fn releases(&self) -> watch::Receiver<u64> {
        self.released.subscribe()
    }
}
