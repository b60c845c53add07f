//! What a fault makes of a call.

use std::time::Duration;

use serde_json::Value;

use super::fault::{Fault, FaultKind};
use super::fault_list::{Ordered, Target};
use super::holds::{Holds, Stage};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::operation;
use crate::quota::limit_name;
use crate::simulator::Delivery;

/// What happens to a call.
pub(crate) struct Effect {
    /// The call is executed.
    pub(crate) executed: bool,
    /// Answered in place of what the execution gave.
    pub(crate) error: Option<ApiError>,
    pub(crate) delivery: Delivery,
}

impl Effect {
    /// No fault: the call is executed and answered.
    pub(crate) const NONE: Self = Self { executed: true, error: None, delivery: Delivery::Normal };

    /// The effect on a call of what strikes it.
    pub(crate) fn of(
        ordered: &Ordered,
        holds: &mut Holds,
        caller: &Caller,
        target: Target<'_>,
        body: &Value,
    ) -> Self {
        match ordered {
            Ordered::Fault(fault) => Self::of_fault(fault, holds, caller, target, body),
            Ordered::Answer(answer) => Self {
                executed: answer.executed,
                error: Some(ApiError::played(&answer.code, answer.status, &answer.message)),
                delivery: Delivery::Normal,
            },
        }
    }

    fn of_fault(
        fault: &Fault,
        holds: &mut Holds,
        caller: &Caller,
        target: Target<'_>,
        body: &Value,
    ) -> Self {
        let late = || {
            let late = Duration::try_from_secs_f64(fault.seconds.unwrap_or(1.0));
            Delivery::Slow(late.unwrap_or_default())
        };
        match fault.kind {
            FaultKind::Lost => Self::delivered(Delivery::Lost),
            FaultKind::Slow => Self::delivered(late()),
            FaultKind::Hold => Self::delivered(Delivery::Held(holds.hold(target, Stage::After))),
            FaultKind::LostBefore => Self::kept_away(Delivery::LostBefore),
            FaultKind::HoldBefore => {
                Self::kept_away(Delivery::HeldBefore(holds.hold(target, Stage::Before)))
            }
            FaultKind::Hang => Self::kept_away(Delivery::Hung(holds.hold(target, Stage::Never))),
            FaultKind::Throttle => Self::refused(ApiError::throttled()),
            FaultKind::Error500 => Self::refused(ApiError::internal()),
            FaultKind::Expired => Self::refused(ApiError::expired()),
            FaultKind::InvalidCredentials => Self::refused(ApiError::invalid_credentials()),
            FaultKind::NotFound => Self::refused(ApiError::not_found()),
            FaultKind::Denied => {
                Self::refused(operation::denied(caller, target.operation, target.job))
            }
            FaultKind::Quota => Self::refused(no_quota(body)),
        }
    }

    const fn delivered(delivery: Delivery) -> Self {
        Self { executed: true, error: None, delivery }
    }

    fn kept_away(delivery: Delivery) -> Self {
        Self { executed: false, error: Some(ApiError::internal()), delivery }
    }

    const fn refused(error: ApiError) -> Self {
        Self { executed: false, error: Some(error), delivery: Delivery::Normal }
    }
}

/// The refusal of an account without any quota for the requested instances.
fn no_quota(body: &Value) -> ApiError {
    let spot = body.get("EnableManagedSpotTraining") == Some(&Value::Bool(true));
    let instances = operation::instances(body);
    let (instance_type, count) = instances
        .first()
        .map_or(("ml.m5.large", 1), |first| (first.instance_type.as_str(), first.count));
    ApiError::quota(&limit_name(instance_type, spot), 0, 0, count)
}
