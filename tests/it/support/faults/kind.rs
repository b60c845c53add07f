//! The kinds of faults.

use sagemaker_simulator as simulator;

/// What happens to one call, or to one step of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FaultKind {
    /// Refused as a conflict; not executed.
    Conflict,
    /// Refused because there are too many; not executed.
    Throttle,
    /// Refused for what it asks for; not executed.
    Invalid,
    /// Refused because the caller may not do it; not executed.
    Denied,
    /// Refused because the caller's credentials have expired; not executed.
    Expired,
    /// Refused because no such credentials are known here; not executed.
    InvalidCredentials,
    /// Refused as an internal error; not executed.
    Error500,
    /// Never arrives: the connection breaks before.
    LostBefore,
    /// Executed, and the reply is lost: the connection breaks after.
    Lost,
    /// Executed at once, answered later.
    Slow,
    /// Executed later, when the caller may have given up.
    Late,
    /// Neither executed nor answered; the connection stays open.
    Hang,
    /// The process dies before it has written what it decided.
    CrashBeforeCommit,
    /// The process dies before it has sent the call.
    CrashBefore,
    /// The process dies when the call is executed.
    CrashAfter,
}

impl FaultKind {
    /// The same fault, if the simulator itself can make it.
    pub(crate) const fn in_simulator(self) -> Option<simulator::FaultKind> {
        match self {
            Self::Throttle => Some(simulator::FaultKind::Throttle),
            Self::Denied => Some(simulator::FaultKind::Denied),
            Self::Expired => Some(simulator::FaultKind::Expired),
            Self::InvalidCredentials => Some(simulator::FaultKind::InvalidCredentials),
            Self::Error500 => Some(simulator::FaultKind::Error500),
            Self::LostBefore => Some(simulator::FaultKind::LostBefore),
            Self::Lost => Some(simulator::FaultKind::Lost),
            Self::Slow => Some(simulator::FaultKind::Slow),
            Self::Conflict
            | Self::Invalid
            | Self::Late
            | Self::Hang
            | Self::CrashBeforeCommit
            | Self::CrashBefore
            | Self::CrashAfter => None,
        }
    }

    /// Whether it ends the process.
    pub(crate) const fn is_crash(self) -> bool {
        matches!(self, Self::CrashBeforeCommit | Self::CrashBefore | Self::CrashAfter)
    }
}
