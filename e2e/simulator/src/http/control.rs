//! The simulator's own endpoints under `/_simulator/`.

use std::collections::BTreeMap;

use hyper::{Method, StatusCode};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::reply::{Reply, json};
use super::server::{Server, now};
use crate::control::{ControlError, JobRef};
use crate::interference::faults::Fault;
use crate::model::Model;
use crate::operation::GET_CALLER_IDENTITY;
use crate::simulator::Simulator;

/// An answer, or the status and the text of a refusal.
type Outcome = Result<Value, (StatusCode, String)>;

impl Server {
    pub(super) fn control(&self, method: &Method, command: &str, body: &[u8]) -> Reply {
        let outcome = match *method {
            Method::GET => self.look(command),
            Method::POST => self.change(command, body),
            Method::DELETE if command == "faults" => {
                self.simulator.clear_faults();
                Ok(json!({}))
            }
            _ => Err((StatusCode::NOT_FOUND, format!("no {method} {command}"))),
        };
        if *method != Method::GET {
            let body = String::from_utf8_lossy(body);
            let result = outcome.as_ref().map_or_else(|(_, error)| error.as_str(), |_| "OK");
            self.log(&format!("{method} {command} {body}: {result}"));
        }
        match outcome {
            Ok(answer) => json(StatusCode::OK, &answer),
            Err((status, error)) => json(status, &json!({ "error": error })),
        }
    }

    fn look(&self, what: &str) -> Outcome {
        let simulator = &self.simulator;
        Ok(match what {
            "calls" => json!(simulator.calls()),
            "faults" => json!(simulator.faults()),
            "held" => json!(simulator.held()),
            "jobs" => json!(simulator.jobs(now())),
            "stats" => json!(simulator.stats()),
            _ => return Err((StatusCode::NOT_FOUND, format!("nothing called {what}"))),
        })
    }

    fn change(&self, command: &str, body: &[u8]) -> Outcome {
        let simulator = &self.simulator;
        match command {
            "complete" => order(simulator, Simulator::complete, body),
            "fail" => order(simulator, Simulator::fail, body),
            "interrupt" => order(simulator, Simulator::interrupt, body),
            "faults" => {
                let fault: Fault = parse(body)?;
                known(&fault.operation, true)?;
                simulator.add_fault(fault);
                Ok(json!({}))
            }
            "limits" => {
                let limits: BTreeMap<String, f64> = parse(body)?;
                for operation in limits.keys() {
                    known(operation, false)?;
                }
                simulator.set_limits(limits);
                Ok(json!({}))
            }
            "quotas" => {
                simulator.set_quotas(parse(body)?);
                Ok(json!({}))
            }
            "release" => Ok(json!({ "released": simulator.release() })),
            "reset" => {
                simulator.reset();
                Ok(json!({}))
            }
            _ => Err((StatusCode::NOT_FOUND, format!("no command {command}"))),
        }
    }
}

type Order = fn(&Simulator, &JobRef, Timestamp) -> Result<(), ControlError>;

fn order(simulator: &Simulator, give: Order, body: &[u8]) -> Outcome {
    match give(simulator, &parse(body)?, now()) {
        Ok(()) => Ok(json!({})),
        Err(error @ ControlError::NoSuchJob(_)) => Err((StatusCode::NOT_FOUND, error.to_string())),
        Err(error) => Err((StatusCode::CONFLICT, error.to_string())),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, (StatusCode, String)> {
    serde_json::from_slice(body).map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))
}

/// A misspelt operation would never be met: better refused.
fn known(operation: &str, any: bool) -> Result<(), (StatusCode, String)> {
    let known = Model::embedded().knows(operation)
        || operation == GET_CALLER_IDENTITY
        || (any && operation == "*");
    let error = || (StatusCode::BAD_REQUEST, format!("the simulator has no operation {operation}"));
    known.then_some(()).ok_or_else(error)
}
