//! `DeleteTrainingJob`.

use serde_json::{Value, json};

use super::Request;
use crate::error::ApiError;
use crate::lifecycle::status::Primary;
use crate::state::State;

/// Only jobs that are over; the name can be used again once the record is gone \[M\].
pub(super) fn delete(state: &mut State, request: &Request<'_>) -> Result<Value, ApiError> {
    let name = request.text("TrainingJobName");
    let job = state.jobs.get_mut(request.caller, name, request.now)?;
    match job.primary(request.now) {
        Primary::Completed | Primary::Failed | Primary::Stopped => {
            job.delete(request.now);
            Ok(json!({}))
        }
        // That a second delete is refused too is [?].
        status @ (Primary::InProgress | Primary::Stopping | Primary::Deleting) => {
            Err(ApiError::not_deletable(status.as_str()))
        }
    }
}
