//! Mischief: what may befall a step of the process, and what others do meanwhile.

use proptest::prelude::*;

/// What becomes of one step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    Well,
    LostAfter,
    LostBefore,
    Late,
    Throttled,
    Invalid,
    /// The process dies before the commit.
    DiesUncommitted,
    /// The process dies between the commit and the effect.
    DiesCommitted,
    /// The process dies between the effect and the next commit.
    DiesPerformed,
}

/// What somebody else does meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meanwhile {
    Nothing,
    Time(i64),
    Suspend(bool),
    Delete,
    Advance,
    Fail,
    StoppedByPerson,
}

/// Fates, most of them good.
pub(crate) fn fates() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => Just(Fate::Well),
        1 => Just(Fate::LostAfter),
        1 => Just(Fate::LostBefore),
        1 => Just(Fate::Late),
        1 => Just(Fate::Throttled),
        1 => Just(Fate::Invalid),
        1 => Just(Fate::DiesUncommitted),
        1 => Just(Fate::DiesCommitted),
        1 => Just(Fate::DiesPerformed),
    ]
}

/// Events between steps.
pub(crate) fn events() -> impl Strategy<Value = Meanwhile> {
    prop_oneof![
        4 => Just(Meanwhile::Nothing),
        4 => (1..50_i64).prop_map(Meanwhile::Time),
        1 => any::<bool>().prop_map(Meanwhile::Suspend),
        1 => Just(Meanwhile::Delete),
        4 => Just(Meanwhile::Advance),
        1 => Just(Meanwhile::Fail),
        1 => Just(Meanwhile::StoppedByPerson),
    ]
}
