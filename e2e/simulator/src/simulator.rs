//! The simulator as a value: answers calls at the time the caller names, and takes orders.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::caller::{Caller, Signature};
use crate::error::ApiError;
use crate::faults::effect::Effect;
use crate::faults::fault_list::Target;
use crate::ledger::calls::Call;
use crate::moment::moment;
use crate::operation::{self, Request};
use crate::options::Options;
use crate::state::State;

/// A reply, and how it reaches the caller.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The output members, or the refusal. If the call was not executed (`LostBefore`,
    /// `HeldBefore`, `Hung`) it is an `InternalFailure` that nobody should see.
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
    /// Is never executed: closes the connection without an answer once the ticket is released.
    Hung(u64),
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
    /// `X-Amz-Target`, plus those of STS. Faults and rate limits apply.
    pub fn handle(&self, caller: &Caller, operation: &str, body: &Value, now: Timestamp) -> Answer {
        self.handle_signed(Signature::of(caller), operation, body, now)
    }

    /// As [`Simulator::handle`], for a call whose credentials are known: temporary ones expire, and
    /// calls are counted by access key.
    pub fn handle_signed(
        &self,
        signature: Signature<'_>,
        operation: &str,
        body: &Value,
        now: Timestamp,
    ) -> Answer {
        let caller = signature.caller;
        let job = operation::job_name(body);
        let mut guard = self.state();
        let state = &mut *guard;
        let nth = state.calls.number(operation, job);
        let target = Target { operation, region: &caller.region, job, nth };
        let effect = match state.faults.strike(state.options.seed, target) {
            Some(ordered) => Effect::of(ordered, &mut state.holds, caller, target, body),
            None => Effect::NONE,
        };
        let delivery = effect.delivery;
        let reply = if !effect.executed {
            Err(effect.error.unwrap_or_else(ApiError::internal))
        } else if state.rates.admit(caller, operation, moment(now)) {
            let reply = execute(state, signature, operation, body, now);
            effect.error.map_or(reply, Err)
        } else {
            Err(ApiError::throttled())
        };
        let call = Call::sent(signature, operation, job, now);
        state.calls.record(call.answered(outcome(&reply, delivery), delivery));
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
        self.execute_signed(Signature::of(caller), operation, body, now)
    }

    /// As [`Simulator::execute`], for a call whose credentials are known.
    ///
    /// # Errors
    /// As SageMaker refuses.
    pub fn execute_signed(
        &self,
        signature: Signature<'_>,
        operation: &str,
        body: &Value,
        now: Timestamp,
    ) -> Result<Value, ApiError> {
        let mut state = self.state();
        let reply = execute(&mut state, signature, operation, body, now);
        let call = Call::sent(signature, operation, operation::job_name(body), now);
        state.calls.record(call.answered(outcome(&reply, Delivery::Normal), Delivery::Normal));
        reply
    }

    /// Drops a withheld call whose sender is gone: what a transport does when the connection of a
    /// [`Delivery::Held`] or [`Delivery::Hung`] call closes. A [`Delivery::HeldBefore`] call is on
    /// its way whether its sender waits or not.
    pub fn abandon(&self, ticket: u64) {
        self.state().holds.abandon(ticket);
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
    signature: Signature<'_>,
    operation: &str,
    body: &Value,
    now: Timestamp,
) -> Result<Value, ApiError> {
    let request = Request::new(state, signature, body, moment(now))?;
    operation::run(state, operation, &request)
}

fn outcome(reply: &Result<Value, ApiError>, delivery: Delivery) -> &'static str {
    match (delivery, reply) {
        (Delivery::LostBefore, _) => "lost-before",
        (Delivery::HeldBefore(_), _) => "held-before",
        (Delivery::Hung(_), _) => "hung",
        (_, Ok(_)) => "OK",
        (_, Err(refusal)) => refusal.code,
    }
}
