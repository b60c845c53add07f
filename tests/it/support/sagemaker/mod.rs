//! `SageMaker` in memory, as all processes of the operator see it: the simulator behind the port, in
//! virtual time.

pub(crate) mod call_log;
mod checkpoints;
pub(crate) mod distortion;
pub(crate) mod json;
mod service;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sagemaker_simulator::{Answer, Caller, Delivery, Simulator};
use serde_json::Value;
use spot_training_operator::port::Clock;

use super::clock::VirtualClock;
use super::faults::Faults;
use call_log::{CallLog, Entry};
pub(crate) use checkpoints::SimulatedCheckpoints;
use distortion::Distortion;
pub(crate) use service::SimulatedSageMaker;

/// AWS as all processes see it.
pub(crate) struct Aws {
    pub(crate) simulator: Simulator,
    pub(crate) clock: VirtualClock,
    pub(crate) faults: Arc<Faults>,
    pub(crate) log: CallLog,
    /// The account that the operator's credentials belong to.
    account: Mutex<String>,
    /// Changes whenever the credentials do.
    fingerprint: AtomicU64,
    pub(crate) distortion: Distortion,
    /// Processes that have been started.
    processes: AtomicU64,
}

impl Aws {
    pub(crate) fn new(
        simulator: Simulator,
        account: &str,
        clock: VirtualClock,
        faults: Arc<Faults>,
    ) -> Self {
        let account = Mutex::new(account.to_owned());
        let fingerprint = AtomicU64::new(1);
        Self {
            simulator,
            clock,
            faults,
            log: CallLog::default(),
            account,
            fingerprint,
            distortion: Distortion::default(),
            processes: AtomicU64::new(0),
        }
    }

    /// The same, with descriptions that are distorted.
    pub(crate) fn distorting(self, distortion: Distortion) -> Self {
        Self { distortion, ..self }
    }

    /// The operator gets new credentials, of this account.
    pub(crate) fn renew_credentials(&self, account: &str) {
        account.clone_into(&mut self.account.lock().unwrap());
        self.fingerprint.fetch_add(1, Ordering::Relaxed);
    }

    /// Who calls with the operator's credentials.
    pub(crate) fn caller(&self, region: &str) -> Caller {
        let account = self.account.lock().unwrap().clone();
        Caller { account, region: region.to_owned() }
    }

    /// Executes a call that has arrived.
    fn handle(&self, caller: &Caller, operation: &'static str, body: &Value) -> Answer {
        let now = self.clock.now();
        let answer = self.simulator.handle(caller, operation, body, now);
        let outcome = match (&answer.reply, answer.delivery) {
            (_, Delivery::LostBefore | Delivery::HeldBefore(_) | Delivery::Hung(_)) => {
                "lost before"
            }
            (Ok(_), _) => "OK",
            (Err(error), _) => error.code,
        };
        let lost = answer.delivery == Delivery::Lost;
        self.log.record(&Entry { time: now, operation, body, outcome, lost });
        answer
    }
}
