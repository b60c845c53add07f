//! The simulator as a value: answers calls at the time the caller names, and takes orders.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::interference::faults::{Fault, FaultKind, Target};
use crate::interference::holds::Stage;
use crate::ledger::calls::Call;
use crate::moment::moment;
use crate::operation::{self, Request};
use crate::options::Options;
use crate::quota::limit_name;
use crate::state::State;

/// A reply, and how it reaches the caller.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The output members, or the refusal. If the call was not executed (`LostBefore`,
    /// `HeldBefore`) it is an `InternalFailure` that nobody should see.
    pub reply: Result<Value, ApiError>,
    /// What the transport does with it.
    pub delivery: Delivery,
}

/// What a transport does with a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Sends it.
    Normal,
    /// Sends it that much later, in real time.
    Slow(Duration),
    /// Was executed; closes the connection without an answer.
    Lost,
    /// Was not executed; closes the connection without an answer.
    LostBefore,
    /// Was executed; sends the reply once the ticket is released.
    Held(u64),
    /// Was not executed; calls [`Simulator::execute`] once the ticket is released.
    HeldBefore(u64),
}

/// SageMaker training jobs of all accounts and regions. Reads no clock.
#[derive(Debug)]
pub struct Simulator {
    state: Mutex<State>,
}

impl Simulator {
    /// An empty one.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { state: Mutex::new(State::new(options)) }
    }

    /// Answers one call at a moment; moments must not go back. Operations are named as in
    /// `X-Amz-Target`, plus `GetCallerIdentity`. Faults and rate limits apply.
    pub fn handle(&self, caller: &Caller, operation: &str, body: &Value, now: Timestamp) -> Answer {
        let job = operation::job_name(body);
        let mut state = self.state();
        let nth = state.calls.number(operation, job);
        let seed = state.options.seed;
        let fault = state.faults.strike(seed, Target { operation, job, nth });
        let (refusal, delivery) = match &fault {
            Some(fault) => effect(fault, &mut state, caller, operation, body),
            None => (None, Delivery::Normal),
        };
        if matches!(delivery, Delivery::LostBefore | Delivery::HeldBefore(_)) {
            let outcome =
                if delivery == Delivery::LostBefore { "lost-before" } else { "held-before" };
            state.calls.record(call(operation, job, now, outcome, delivery));
            return Answer { reply: Err(ApiError::internal()), delivery };
        }
        let reply = match refusal {
            Some(refusal) => Err(refusal),
            None if !state.rates.admit(caller, operation, moment(now)) => {
                Err(ApiError::throttled())
            }
            None => execute(&mut state, caller, operation, body, now),
        };
        state.calls.record(call(operation, job, now, outcome(&reply), delivery));
        Answer { reply, delivery }
    }

    /// Executes a call without faults and rate limits: what a transport does with a call that was
    /// held before its execution.
    ///
    /// # Errors
    /// As SageMaker refuses.
    pub fn execute(
        &self,
        caller: &Caller,
        operation: &str,
        body: &Value,
        now: Timestamp,
    ) -> Result<Value, ApiError> {
        let mut state = self.state();
        let reply = execute(&mut state, caller, operation, body, now);
        let job = operation::job_name(body);
        state.calls.record(call(operation, job, now, outcome(&reply), Delivery::Normal));
        reply
    }

    /// Carries the highest ticket that was released.
    pub(crate) fn releases(&self) -> watch::Receiver<u64> {
        self.state().holds.releases()
    }

    pub(crate) fn seed(&self) -> u64 {
        self.state().options.seed
    }

    /// A panic elsewhere leaves no half-done change behind that matters to a simulator.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn execute(
    state: &mut State,
    caller: &Caller,
    operation: &str,
    body: &Value,
    now: Timestamp,
) -> Result<Value, ApiError> {
    let request = Request { caller, body, now: moment(now) };
    operation::run(state, operation, &request)
}

/// What a fault makes of a call: a refusal, a delivery, or both normal.
fn effect(
    fault: &Fault,
    state: &mut State,
    caller: &Caller,
    operation: &str,
    body: &Value,
) -> (Option<ApiError>, Delivery) {
    let job = operation::job_name(body);
    let refusal = match fault.kind {
        FaultKind::Lost => return (None, Delivery::Lost),
        FaultKind::LostBefore => return (None, Delivery::LostBefore),
        FaultKind::Slow => {
            let seconds = fault.seconds.unwrap_or(1.0);
            return (
                None,
                Delivery::Slow(Duration::try_from_secs_f64(seconds).unwrap_or_default()),
            );
        }
        FaultKind::Hold => {
            return (None, Delivery::Held(state.holds.hold(operation, job, Stage::After)));
        }
        FaultKind::HoldBefore => {
            return (None, Delivery::HeldBefore(state.holds.hold(operation, job, Stage::Before)));
        }
        FaultKind::Throttle => ApiError::throttled(),
        FaultKind::Error500 => ApiError::internal(),
        FaultKind::Expired => ApiError::expired(),
        FaultKind::InvalidCredentials => ApiError::invalid_credentials(),
        FaultKind::NotFound => ApiError::not_found(),
        FaultKind::Denied => operation::denied(caller, operation, job),
        FaultKind::Quota => {
            let spot = body.get("EnableManagedSpotTraining") == Some(&Value::Bool(true));
            let instances = operation::instances(body);
            let (instance_type, count) = instances
                .first()
                .map_or(("ml.m5.large", 1), |first| (first.instance_type.as_str(), first.count));
            ApiError::quota(&limit_name(instance_type, spot), 0, 0, count)
        }
    };
    (Some(refusal), Delivery::Normal)
}

fn outcome(reply: &Result<Value, ApiError>) -> &'static str {
    reply.as_ref().map_or_else(|refusal| refusal.code, |_| "OK")
}

fn call(
    operation: &str,
    job: Option<&str>,
    time: Timestamp,
    outcome: &'static str,
    delivery: Delivery,
) -> Call {
    let delivery = match delivery {
        Delivery::Normal => "normal",
        Delivery::Slow(_) => "slow",
        Delivery::Lost | Delivery::LostBefore => "lost",
        Delivery::Held(_) | Delivery::HeldBefore(_) => "held",
    };
    Call {
        time,
        operation: operation.to_owned(),
        job_name: job.map(str::to_owned),
        outcome,
        delivery,
    }
}
