//! Orders to a running job.

use crate::moment::Millis;

/// Something done to a job from outside, and when.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) at: Millis,
    pub(crate) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// `StopTrainingJob`.
    Stop,
    /// The spot instance is taken away.
    Interrupt,
    /// The training program succeeds.
    Complete,
    /// The training program fails: with this reason, or that of the plan.
    Fail(Option<String>),
}
