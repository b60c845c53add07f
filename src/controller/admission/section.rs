//! One critical section: when it is, and whom to wake after it.

use std::sync::Arc;

use tokio::time::Instant;

use super::requester::Requester;

/// One critical section.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) now: Instant,
    /// Those that are to be woken once it is over.
    pub(super) wakes: Vec<Arc<Requester>>,
}

impl Section {
    pub(super) fn new() -> Self {
        Self { now: Instant::now(), wakes: Vec::new() }
    }

    pub(super) fn wake(&mut self, who: &Arc<Requester>) {
        self.wakes.push(who.clone());
    }
}
