//! `StopTrainingJob`.

use serde_json::{Value, json};

use super::Request;
use crate::error::ApiError;
use crate::lifecycle::order::What;
use crate::lifecycle::status::Primary;
use crate::state::State;

pub(super) fn stop(state: &mut State, request: &Request<'_>) -> Result<Value, ApiError> {
    let (name, now) = (request.text("TrainingJobName"), request.now);
    match state.jobs.get(request.caller, name, now)?.primary(now) {
        Primary::InProgress => {
            state.jobs.order(request.caller, name, What::Stop, now);
            Ok(json!({}))
        }
        status @ (Primary::Completed
        | Primary::Failed
        | Primary::Stopping
        | Primary::Stopped
        | Primary::Deleting) => Err(ApiError::not_stoppable(status.as_str())),
    }
}
