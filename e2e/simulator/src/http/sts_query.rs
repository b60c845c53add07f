//! The AWS query protocol, of which STS `GetCallerIdentity` alone is spoken.

use hyper::header::HeaderMap;
use serde_json::{Value, json};

use super::credentials;
use super::reply::{Lost, Reply, text, with_request_id};
use super::server::Server;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::operation::GET_CALLER_IDENTITY;

const CONTENT_TYPE: &str = "text/xml";
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

impl Server {
    pub(super) async fn sts_query(&self, headers: &HeaderMap, body: &[u8]) -> Result<Reply, Lost> {
        let id = self.request_id();
        let answer = match parse(headers, body) {
            Ok(caller) => self.call(&caller, GET_CALLER_IDENTITY, json!({})).await?,
            Err(refusal) => Err(refusal),
        };
        let reply = match answer {
            Ok(identity) => text(200, CONTENT_TYPE, identity_xml(&identity, &id)),
            Err(refusal) => {
                let (code, status) = query_code(&refusal);
                text(status, CONTENT_TYPE, error_xml(code, &refusal.message, &id))
            }
        };
        Ok(with_request_id(reply, &id))
    }
}

/// Names and values here have nothing to decode.
fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Caller, ApiError> {
    let form = String::from_utf8_lossy(body);
    let value = |name: &str| {
        let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    match (value("Action"), value("Version")) {
        (Some(GET_CALLER_IDENTITY), Some("2011-06-15")) => credentials::caller(headers, "sts"),
        (action, _) => Err(ApiError::unknown_operation(action.unwrap_or("without Action"))),
    }
}

/// STS spells common errors its own way, most of them with HTTP 403. [D: STS's common errors].
fn query_code(refusal: &ApiError) -> (&'static str, u16) {
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

fn identity_xml(identity: &Value, id: &str) -> String {
    let member = |name: &str| identity.get(name).and_then(Value::as_str).map(escape);
    let (arn, user, account) = (member("Arn"), member("UserId"), member("Account"));
    format!(
        "<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\"><GetCallerIdentityResult>\
         <Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>",
        arn.unwrap_or_default(),
        user.unwrap_or_default(),
        account.unwrap_or_default(),
    )
}

fn error_xml(code: &str, message: &str, id: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>",
        escape(message)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
