//! The judgement of a lease: whether to acquire it, renew it or wait.

use std::time::Duration;

/// A lease as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it; `None` or empty: nobody.
    pub holder: Option<String>,
    /// How long a renewal lasts.
    pub duration: Duration,
    /// The version that was read.
    pub resource_version: String,
}

/// A lease and when this process first saw this version of it, by its own monotonic clock.
///
/// Times in the lease are another machine's and prove nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The lease.
    pub lease: Lease,
    /// How long ago this version was first seen.
    pub age: Duration,
}

/// What to do about a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// There is none: create it.
    Create,
    /// It is nobody's, or its holder has not renewed it for its whole duration: take it.
    Acquire,
    /// It is ours: renew it.
    Renew,
    /// It is somebody else's.
    Wait,
}

/// Judges a lease for the process `me`.
#[must_use]
pub fn judge(seen: Option<&Seen>, me: &str) -> Judgement {
    let Some(seen) = seen else {
        return Judgement::Create;
    };
    match seen.lease.holder.as_deref() {
        Some(holder) if holder == me => Judgement::Renew,
        None | Some("") => Judgement::Acquire,
        Some(_) if seen.age >= seen.lease.duration => Judgement::Acquire,
        Some(_) => Judgement::Wait,
    }
}
