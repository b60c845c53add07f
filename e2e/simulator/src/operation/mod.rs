//! The operations. A new one is a module, a line in [`run`] and one in `model/extract.py`.

mod caller_identity;
mod create;
mod defaults;
pub(crate) mod describe;
mod list;
mod stop;
mod tags;

use serde_json::Value;

pub(crate) use create::instances;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::model::Model;
use crate::moment::Millis;
use crate::state::State;

/// A call to be executed.
pub(crate) struct Request<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) body: &'a Value,
    pub(crate) now: Millis,
}

impl Request<'_> {
    /// A string member; empty if absent, which the model excludes where it is required.
    fn text(&self, member: &str) -> &str {
        self.body.get(member).and_then(Value::as_str).unwrap_or_default()
    }
}

/// The STS operation that lives beside SageMaker's.
pub(crate) const GET_CALLER_IDENTITY: &str = "GetCallerIdentity";

pub(crate) fn run(
    state: &mut State,
    operation: &str,
    request: &Request<'_>,
) -> Result<Value, ApiError> {
    if operation == GET_CALLER_IDENTITY {
        return Ok(caller_identity::get(request));
    }
    Model::embedded().check(operation, request.body)?;
    match operation {
        "AddTags" => tags::add(state, request),
        "CreateTrainingJob" => create::create(state, request),
        "DescribeTrainingJob" => {
            let job = state.job(request.caller, request.text("TrainingJobName"))?;
            Ok(Value::Object(describe::describe(job, request.now)))
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
    if operation == GET_CALLER_IDENTITY {
        return ApiError::denied(&caller.account, "sts:GetCallerIdentity", "*");
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
