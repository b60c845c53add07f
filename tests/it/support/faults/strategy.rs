//! Faults as a proptest strategy, for the model of the core.

use proptest::prelude::*;

use super::FaultKind;

/// What one step of a process may meet; mostly nothing.
pub(crate) fn faults() -> impl Strategy<Value = Option<FaultKind>> {
    let kinds = vec![
        FaultKind::Lost,
        FaultKind::LostBefore,
        FaultKind::Late,
        FaultKind::Throttle,
        FaultKind::Invalid,
        FaultKind::CrashBeforeCommit,
        FaultKind::CrashBefore,
        FaultKind::CrashAfter,
    ];
    let some = prop::sample::select(kinds).prop_map(Some);
    prop_oneof![1 => Just(None), 1 => some]
}
