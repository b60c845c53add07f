//! `AddTags` and `ListTags` of training jobs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Request, job_arn, job_name};
use crate::error::ApiError;
use crate::state::State;

/// Tags of one resource \[M\].
const MOST_TAGS: usize = 50;

/// Adds tags, or overwrites those of the same key \[M\].
pub(super) fn add(state: &mut State, request: &Request<'_>) -> Result<Value, ApiError> {
    let name = resource(request)?.to_owned();
    let job = state.jobs.get_mut(request.caller, &name, request.now)?;
    let mut tags = job.tags.clone();
    tags.extend(parse(request.body));
    if tags.len() > MOST_TAGS {
        // [?]
        return Err(ApiError::validation(format!("A resource has at most {MOST_TAGS} tags.")));
    }
    job.tags = tags;
    Ok(json!({ "Tags": wire(&job.tags) }))
}

/// All tags: there are never more than the smallest page \[M: `MaxResults` >= 50\].
pub(super) fn list(state: &State, request: &Request<'_>) -> Result<Value, ApiError> {
    let job = state.jobs.get(request.caller, resource(request)?, request.now)?;
    Ok(json!({ "Tags": wire(&job.tags) }))
}

/// The member `Tags` of a request.
pub(super) fn parse(body: &Value) -> BTreeMap<String, String> {
    let tags = body.get("Tags").and_then(Value::as_array).into_iter().flatten();
    tags.filter_map(|tag| {
        let text = |member: &str| tag.get(member)?.as_str().map(str::to_owned);
        Some((text("Key")?, text("Value")?))
    })
    .collect()
}

/// The name of the job that the ARN names, if it is one of the caller's. Text [?].
fn resource<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let name = job_name(request.body).ok_or_else(ApiError::not_found)?;
    let own = job_arn(request.caller, name) == request.text("ResourceArn");
    if own { Ok(name) } else { Err(ApiError::not_found()) }
}

fn wire(tags: &BTreeMap<String, String>) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}
