//! Where all of an object's jobs are.

/// An account and region: where all of an object's jobs are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// AWS region.
    pub region: String,
    /// 12-digit account id.
    pub account: String,
}
