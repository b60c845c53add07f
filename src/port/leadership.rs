//! Leadership: whether this process may act.

/// Whether this process may act now, by its own clock and what it last heard.
pub trait Leadership: Send + Sync {
    /// True while this process is the only one that acts.
    fn is_leader(&self) -> bool;

    /// True while it is unknown whether this process still is the leader: it was, and its clock has
    /// stepped past the last renewal. That ends with the next renewal, or with the process.
    fn has_lapsed(&self) -> bool;
}

/// The leadership of an operator that runs alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Leadership for Alone {
    fn is_leader(&self) -> bool {
        true
    }

    fn has_lapsed(&self) -> bool {
        false
    }
}
