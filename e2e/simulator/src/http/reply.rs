//! HTTP responses.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, DATE, HeaderValue};
use hyper::{Response, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde::Serialize;

/// A whole response.
pub(super) type Reply = Response<Full<Bytes>>;

/// The reply is lost: the connection closes without one.
#[derive(Debug, thiserror::Error)]
#[error("the reply is lost")]
pub(super) struct Lost;

/// Text of a content type, with the request id where AWS has one.
pub(super) fn text(status: u16, content_type: &'static str, body: String) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// JSON of the simulator's own.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Reply {
    let body = serde_json::to_string(body).unwrap_or_default();
    text(status.as_u16(), "application/json", body)
}

/// The same reply with the request id that AWS sends.
pub(super) fn with_request_id(mut reply: Reply, id: &str) -> Reply {
    if let Ok(id) = HeaderValue::from_str(id) {
        reply.headers_mut().insert("x-amzn-RequestId", id);
    }
    reply
}

/// The same reply with a `Date`.
pub(super) fn with_date(mut reply: Reply, date: Timestamp) -> Reply {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&date);
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        reply.headers_mut().insert(DATE, date);
    }
    reply
}
