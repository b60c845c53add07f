//! `StopTrainingJob`.

use serde_json::{Value, json};

use super::Request;
use crate::error::ApiError;
use crate::lifecycle::order::What;
use crate::lifecycle::status::Primary;
use crate::state::State;

pub(super) fn stop(state: &mut State, request: &Request<'_>) -> Result<Value, ApiError> {
    let job = state.job_mut(request.caller, request.text("TrainingJobName"))?;
    match job.timeline.primary(request.now) {
        Primary::InProgress => {
            job.order(What::Stop, request.now);
            Ok(json!({}))
        }
        status @ (Primary::Completed | Primary::Failed | Primary::Stopping | Primary::Stopped) => {
            Err(ApiError::not_stoppable(status.as_str()))
        }
    }
}
