//! The simulator's own endpoints under `/_simulator/`.

use std::collections::BTreeMap;

use hyper::{Method, StatusCode};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::reply::{Reply, json};
use super::server::{Server, now};
use crate::control::{ControlError, JobRef};
use crate::faults::error_answer::ErrorAnswer;
use crate::faults::fault::Fault;
use crate::model::Model;
use crate::operation::sts;
use crate::simulator::Simulator;

/// An answer, or the status and the text of a refusal.
type Outcome = Result<Value, (StatusCode, String)>;

impl Server {
    pub(super) fn control(&self, method: &Method, command: &str, body: &[u8]) -> Reply {
        let outcome = match *method {
            Method::GET => self.show(command),
            Method::POST => self.change(command, body),
            Method::DELETE => self.undo(command, body),
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

    fn show(&self, what: &str) -> Outcome {
        let simulator = &self.simulator;
        Ok(match what {
            "answers" => json!(simulator.answers()),
            "calls" => json!(simulator.calls()),
            "clock" => {
                json!(Clock { date_header_offset_seconds: simulator.date_header_offset() })
            }
            "describe" => json!(simulator.descriptions()),
            "faults" => json!(simulator.faults()),
            "held" => json!(simulator.held()),
            "regions" => json!({ "disabled": simulator.disabled_regions() }),
            "jobs" => json!(simulator.jobs(now())),
            "stats" => json!(simulator.stats()),
            _ => return Err((StatusCode::NOT_FOUND, format!("nothing called {what}"))),
        })
    }

    fn undo(&self, command: &str, body: &[u8]) -> Outcome {
        match command {
            "answers" => self.simulator.clear_answers(),
            "describe" if body.is_empty() => self.simulator.clear_descriptions(None),
            "describe" => {
                let job: JobName = parse(body)?;
                self.simulator.clear_descriptions(Some(&job.name));
            }
            "faults" => self.simulator.clear_faults(),
            _ => return Err((StatusCode::NOT_FOUND, format!("nothing to undo called {command}"))),
        }
        Ok(json!({}))
    }

    fn change(&self, command: &str, body: &[u8]) -> Outcome {
        let simulator = &self.simulator;
        match command {
            "answers" => {
                let answer: ErrorAnswer = parse(body)?;
                known(&answer.operation, true)?;
                if !(400..600).contains(&answer.status) {
                    return Err((StatusCode::BAD_REQUEST, "status must be 400 to 599".to_owned()));
                }
                simulator.add_answer(answer);
                Ok(json!({}))
            }
            "clock" => {
                let clock: Clock = parse(body)?;
                simulator.set_date_header_offset(clock.date_header_offset_seconds);
                Ok(json!({}))
            }
            "complete" => order(simulator, Simulator::complete, body),
            "describe" => {
                let description: Description = parse(body)?;
                simulator.replace_description(&description.name, description.members);
                Ok(json!({}))
            }
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
            "regions" => {
                let regions: Regions = parse(body)?;
                simulator.set_disabled_regions(regions.disabled);
                Ok(json!({}))
            }
            "release" => Ok(json!({ "released": simulator.release() })),
            "remove" => order(simulator, Simulator::remove, body),
            "reset" => {
                simulator.reset();
                Ok(json!({}))
            }
            _ => Err((StatusCode::NOT_FOUND, format!("no command {command}"))),
        }
    }
}

/// The body of `clock`.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Clock {
    date_header_offset_seconds: i64,
}

/// The body of `regions`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Regions {
    disabled: Vec<String>,
}

/// The body of `POST describe`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    name: String,
    members: Map<String, Value>,
}

/// The body of `DELETE describe`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JobName {
    name: String,
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
        || sts::is_operation(operation)
        || (any && operation == "*");
    let error = || (StatusCode::BAD_REQUEST, format!("the simulator has no operation {operation}"));
    known.then_some(()).ok_or_else(error)
}
