//! The operations. A new one is a module, a line in [`run`] and one in `model/extract.py`.

mod create;
mod defaults;
mod delete;
pub(crate) mod describe;
mod list;
mod stop;
pub(crate) mod sts;
mod tags;

use serde_json::Value;

pub(crate) use create::instances;

use crate::caller::{Caller, Signature};
use crate::error::ApiError;
use crate::model::Model;
use crate::moment::Millis;
use crate::session::Session;
use crate::state::State;

/// A call to be executed.
pub(crate) struct Request<'a> {
    pub(crate) caller: &'a Caller,
    /// Of temporary credentials.
    pub(crate) session: Option<Session<'a>>,
    pub(crate) body: &'a Value,
    pub(crate) now: Millis,
}

impl<'a> Request<'a> {
    /// A call whose credentials are valid in its region.
    ///
    /// # Errors
    /// The refusal of its credentials.
    pub(crate) fn new(
        state: &State,
        signature: Signature<'a>,
        body: &'a Value,
        now: Millis,
    ) -> Result<Self, ApiError> {
        if state.disabled_regions.contains(&signature.caller.region) {
            return Err(ApiError::invalid_credentials());
        }
        let session = Session::of(signature, now)?;
        Ok(Self { caller: signature.caller, session, body, now })
    }

    /// A string member; empty if absent, which the model excludes where it is required.
    fn text(&self, member: &str) -> &str {
        self.body.get(member).and_then(Value::as_str).unwrap_or_default()
    }
}

pub(crate) fn run(
    state: &mut State,
    operation: &str,
    request: &Request<'_>,
) -> Result<Value, ApiError> {
    if sts::is_operation(operation) {
        return match operation {
            sts::GET_CALLER_IDENTITY => Ok(sts::caller_identity(request)),
            _ => sts::assume_role(state, operation, request),
        };
    }
    Model::embedded().check(operation, request.body)?;
    match operation {
        "AddTags" => tags::add(state, request),
        "CreateTrainingJob" => create::create(state, request),
        "DeleteTrainingJob" => delete::delete(state, request),
        "DescribeTrainingJob" => {
            let name = request.text("TrainingJobName");
            let job = state.jobs.get(request.caller, name, request.now)?;
            let mut view = describe::describe(job, request.now);
            state.descriptions.apply(name, &mut view);
            Ok(Value::Object(view))
        }
        "ListTags" => tags::list(state, request),
        "ListTrainingJobs" => list::list(state, request),
        "StopTrainingJob" => stop::stop(state, request),
        _ => Err(ApiError::unknown_operation(operation)),
    }
}

/// The job that a request names, by name or by ARN.
pub(crate) fn job_name(body: &Value) -> Option<&str> {
    let by_name = body.get("TrainingJobName").and_then(Value::as_str);
    by_name.or_else(|| body.get("ResourceArn")?.as_str()?.split_once(":training-job/")?.1.into())
}

/// The ARN of a training job.
pub(crate) fn job_arn(caller: &Caller, name: &str) -> String {
    let Caller { account, region } = caller;
    format!("arn:{}:sagemaker:{region}:{account}:training-job/{name}", partition(region))
}

/// The refusal of IAM.
pub(crate) fn denied(caller: &Caller, operation: &str, job: Option<&str>) -> ApiError {
    if sts::is_operation(operation) {
        return ApiError::denied(&caller.account, &format!("sts:{operation}"), "*");
    }
    let resource = job_arn(caller, job.unwrap_or("*"));
    ApiError::denied(&caller.account, &format!("sagemaker:{operation}"), &resource)
}

fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}
