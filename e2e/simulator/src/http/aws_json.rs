//! awsJson1.1, the protocol of SageMaker.

use hyper::header::HeaderMap;
use serde_json::{Value, json};

use super::credentials::Credentials;
use super::reply::{Lost, Reply, text, with_request_id};
use super::server::{Server, TARGET};
use crate::error::ApiError;
use crate::operation::sts;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

impl Server {
    pub(super) async fn aws_json(&self, headers: &HeaderMap, body: &[u8]) -> Result<Reply, Lost> {
        let target = headers.get(TARGET).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let answer = match parse(headers, target, body) {
            Ok((sender, operation, body)) => self.call(&sender, operation, body).await?,
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
) -> Result<(Credentials, &'a str, Value), ApiError> {
    let operation = target
        .strip_prefix("SageMaker.")
        .filter(|operation| !sts::is_operation(operation))
        .ok_or_else(|| ApiError::unknown_operation(target))?;
    let sender = Credentials::of(headers, "sagemaker")?;
    let body = if body.is_empty() { b"{}" } else { body };
    let body = serde_json::from_slice(body)
        .map_err(|error| ApiError::serialization(format!("The body is no JSON: {error}")))?;
    Ok((sender, operation, body))
}
