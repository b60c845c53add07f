//! The decision: what to commit, the one thing to do after it, what happened, when to come back.

use jiff::Timestamp;

use super::admission::Queue;
use super::effect::Effect;
use super::fact::Fact;
use super::run::Run;
use super::view::View;

/// The outcome of [`decide`](super::decide()). The run is committed before the effect is performed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What is going on from now on.
    pub run: Run,
    /// What people see of it.
    pub view: View,
    /// The one thing to do after the commit.
    pub effect: Option<Effect>,
    /// What happened.
    pub facts: Vec<Fact>,
    /// When to decide again if there is no effect.
    pub wake: Wake,
}

/// When to decide again. A change of the object wakes it in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    /// When the object changes.
    OnChange,
    /// At a moment.
    At(Timestamp),
    /// When it is the object's turn in this queue, and at this moment at the latest.
    InTurn(Queue, Option<Timestamp>),
    /// After this object's back-off: a call was throttled or not answered.
    Backoff,
}

impl Wake {
    /// The earlier of this and a moment.
    #[must_use]
    pub fn or_at(self, moment: Option<Timestamp>) -> Self {
        match (self, moment) {
            (Self::At(at), Some(moment)) => Self::At(at.min(moment)),
            (Self::OnChange, Some(moment)) => Self::At(moment),
            (Self::InTurn(queue, at), Some(moment)) => {
                Self::InTurn(queue, Some(at.map_or(moment, |at| at.min(moment))))
            }
            (wake, _) => wake,
        }
    }
}
