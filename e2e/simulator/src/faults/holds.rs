//! Calls whose replies are withheld until somebody releases them.

use std::collections::BTreeMap;

use serde::Serialize;
use tokio::sync::watch;

use super::fault_list::Target;

/// A withheld call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Grows with every hold.
    pub ticket: u64,
    /// The operation.
    pub operation: String,
    /// The region it was sent to.
    pub region: String,
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
    /// Nothing has been executed yet.
    Before,
    /// It is executed; the reply is withheld.
    After,
    /// It is never executed and never answered.
    Never,
}

/// The withheld calls, and the signal that releases them.
#[derive(Debug)]
pub(crate) struct Holds {
    held: BTreeMap<u64, Hold>,
    last_ticket: u64,
    /// The highest ticket that was released.
    released: watch::Sender<u64>,
}

impl Default for Holds {
    fn default() -> Self {
        Self { held: BTreeMap::new(), last_ticket: 0, released: watch::Sender::new(0) }
    }
}

impl Holds {
    /// Withholds a call; the ticket is what its reply waits for.
    pub(crate) fn hold(&mut self, target: Target<'_>, stage: Stage) -> u64 {
        self.last_ticket += 1;
        let hold = Hold {
            ticket: self.last_ticket,
            operation: target.operation.to_owned(),
            region: target.region.to_owned(),
            job_name: target.job.map(str::to_owned),
            stage,
        };
        self.held.insert(self.last_ticket, hold);
        self.last_ticket
    }

    /// Drops a call whose sender is gone.
    pub(crate) fn abandon(&mut self, ticket: u64) {
        self.held.remove(&ticket);
    }

    /// Releases all; how many there were.
    pub(crate) fn release(&mut self) -> usize {
        self.released.send_replace(self.last_ticket);
        let count = self.held.len();
        self.held.clear();
        count
    }

    pub(crate) fn list(&self) -> Vec<Hold> {
        self.held.values().cloned().collect()
    }

    pub(crate) fn releases(&self) -> watch::Receiver<u64> {
        self.released.subscribe()
    }
}
