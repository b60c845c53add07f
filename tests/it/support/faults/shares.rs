//! How often which fault happens, layer by layer.

use super::FaultKind;

/// Shares of calls that meet each kind of fault.
pub(crate) type Shares = &'static [(FaultKind, f64)];

/// On the way to the apiserver.
pub(crate) const APISERVER: Shares = &[
    (FaultKind::Conflict, 0.01),
    (FaultKind::Error500, 0.01),
    (FaultKind::LostBefore, 0.01),
    (FaultKind::Lost, 0.01),
    (FaultKind::Slow, 0.005),
    (FaultKind::Late, 0.005),
    (FaultKind::CrashBefore, 0.003),
    (FaultKind::CrashAfter, 0.003),
];

/// On the way to the apiserver, of Events, which nobody depends on.
pub(crate) const EVENTS: Shares = &[
    (FaultKind::Conflict, 0.01),
    (FaultKind::Error500, 0.01),
    (FaultKind::LostBefore, 0.02),
    (FaultKind::Lost, 0.01),
    (FaultKind::Slow, 0.005),
    (FaultKind::Late, 0.01),
];

/// On the way to `SageMaker`, of calls that change something.
pub(crate) const SAGEMAKER_WRITES: Shares = &[
    (FaultKind::Late, 0.08),
    (FaultKind::CrashBefore, 0.01),
    (FaultKind::CrashAfter, 0.01),
    (FaultKind::Hang, 0.01),
];

/// On the way to `SageMaker`, of calls that only read.
pub(crate) const SAGEMAKER_READS: Shares = &[
    (FaultKind::Late, 0.0005),
    (FaultKind::CrashBefore, 0.000_025),
    (FaultKind::CrashAfter, 0.000_025),
    (FaultKind::Hang, 0.0005),
];

/// In `SageMaker` itself on an ordinary day, by operation.
pub(crate) const SAGEMAKER: [(&str, Shares); 5] = [
    (
        "CreateTrainingJob",
        &[
            (FaultKind::Lost, 0.04),
            (FaultKind::LostBefore, 0.03),
            (FaultKind::Throttle, 0.02),
            (FaultKind::Error500, 0.02),
            (FaultKind::Slow, 0.02),
        ],
    ),
    (
        "DescribeTrainingJob",
        &[
            (FaultKind::Lost, 0.002),
            (FaultKind::Throttle, 0.002),
            (FaultKind::Error500, 0.002),
            (FaultKind::Slow, 0.002),
        ],
    ),
    (
        "StopTrainingJob",
        &[
            (FaultKind::Lost, 0.05),
            (FaultKind::LostBefore, 0.03),
            (FaultKind::Throttle, 0.03),
            (FaultKind::Error500, 0.03),
            (FaultKind::Slow, 0.03),
        ],
    ),
    ("ListTags", SAGEMAKER_OTHERS),
    ("GetCallerIdentity", SAGEMAKER_OTHERS),
];

const SAGEMAKER_OTHERS: Shares = &[
    (FaultKind::Lost, 0.03),
    (FaultKind::Throttle, 0.03),
    (FaultKind::Error500, 0.03),
    (FaultKind::Slow, 0.03),
];
