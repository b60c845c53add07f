//! The AWS query protocol, which STS speaks: a form, answered in XML.

use hyper::header::HeaderMap;
use serde_json::{Map, Value, json};

use super::credentials::Credentials;
use super::reply::{Lost, Reply, text, with_request_id};
use super::server::Server;
use super::xml;
use crate::error::ApiError;
use crate::operation::sts;

const CONTENT_TYPE: &str = "text/xml";
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION: &str = "2011-06-15";

impl Server {
    pub(super) async fn sts_query(&self, headers: &HeaderMap, body: &[u8]) -> Result<Reply, Lost> {
        let id = self.request_id();
        let members = members(body);
        let operation =
            members.get("Action").and_then(Value::as_str).unwrap_or_default().to_owned();
        let answer = match sender(headers, &operation, &members) {
            Ok(sender) => self.call(&sender, &operation, Value::Object(members)).await?,
            Err(refusal) => Err(refusal),
        };
        let (status, document) = match answer {
            Ok(output) => {
                let result = format!("{operation}Result");
                let metadata = json!({ "RequestId": id });
                let content = json!({ result: output, "ResponseMetadata": metadata });
                (200, xml::document(&format!("{operation}Response"), NAMESPACE, &content))
            }
            Err(refusal) => {
                let (code, status) = query_code(&refusal);
                let error = json!({ "Type": "Sender", "Code": code, "Message": refusal.message });
                let content = json!({ "Error": error, "RequestId": id });
                (status, xml::document("ErrorResponse", NAMESPACE, &content))
            }
        };
        Ok(with_request_id(text(status, CONTENT_TYPE, document), &id))
    }
}

/// The form as the members of a request; of a name given twice the last value counts.
fn members(body: &[u8]) -> Map<String, Value> {
    let pairs = form_urlencoded::parse(body);
    pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect()
}

fn sender(
    headers: &HeaderMap,
    operation: &str,
    members: &Map<String, Value>,
) -> Result<Credentials, ApiError> {
    let member = |name: &str| members.get(name).and_then(Value::as_str);
    if !sts::is_operation(operation) || member("Version") != Some(VERSION) {
        return Err(ApiError::unknown_operation(operation));
    }
    if operation == sts::ASSUME_ROLE_WITH_WEB_IDENTITY {
        return Ok(Credentials::unsigned(member("RoleArn").and_then(sts::account_of)));
    }
    Credentials::of(headers, "sts")
}

/// STS has its own words for common errors, most of them with HTTP 403. [D: STS's common errors].
fn query_code(refusal: &ApiError) -> (&'static str, u16) {
    if refusal.verbatim {
        return (refusal.code, refusal.status);
    }
    match refusal.code {
        "AccessDeniedException" => ("AccessDenied", 403),
        "ExpiredTokenException" => ("ExpiredToken", 403),
        "MissingAuthenticationTokenException" => ("MissingAuthenticationToken", 403),
        "ThrottlingException" => ("Throttling", 400),
        "UnknownOperationException" => ("InvalidAction", 400),
        "UnrecognizedClientException" => ("InvalidClientTokenId", 403),
        code => (code, refusal.status),
    }
}
