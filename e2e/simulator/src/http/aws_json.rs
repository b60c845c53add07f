//! awsJson1.1, the protocol of SageMaker.

use hyper::header::HeaderMap;
use serde_json::{Value, json};

use super::credentials;
use super::reply::{Lost, Reply, text, with_request_id};
use super::server::{Server, TARGET};
use crate::error::ApiError;
use crate::operation::GET_CALLER_IDENTITY;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

impl Server {
    pub(super) async fn aws_json(&self, headers: &HeaderMap, body: &[u8]) -> Result<Reply, Lost> {
        let target = headers.get(TARGET).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let answer = match parse(headers, target, body) {
            Ok((caller, operation, body)) => self.call(&caller, operation, body).await?,
            Err(refusal) => Err(refusal),
        };
        let reply = match answer {
            // Operations without output members answer with an empty body [M] [D].
            Ok(output) if output == json!({}) => text(200, CONTENT_TYPE, String::new()),
            Ok(output) => text(200, CONTENT_TYPE, output.to_string()),
            Err(refusal) => text(refusal.status, CONTENT_TYPE, refusal.body().to_string()),
        };
        Ok(with_request_id(reply, &self.request_id()))
    }
}

fn parse<'a>(
    headers: &HeaderMap,
    target: &'a str,
    body: &[u8],
) -> Result<(crate::Caller, &'a str, Value), ApiError> {
    let operation = target
        .strip_prefix("SageMaker.")
        .filter(|operation| *operation != GET_CALLER_IDENTITY)
        .ok_or_else(|| ApiError::unknown_operation(target))?;
    let caller = credentials::caller(headers, "sagemaker")?;
    let body = if body.is_empty() { b"{}" } else { body };
    let body = serde_json::from_slice(body)
        .map_err(|error| ApiError::serialization(format!("The body is no JSON: {error}")))?;
    Ok((caller, operation, body))
}
