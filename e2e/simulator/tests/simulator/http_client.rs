//! A client of a few lines, so that tests see exactly what is on the wire.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const JSON_KEY: &str = "AKIASIM210987654321";

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// A signature as clients send it; nobody verifies it.
pub(crate) fn authorization(key: &str, region: &str, service: &str) -> String {
    format!(
        "Authorization: AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature=abc\r\n"
    )
}

/// Sends a request; None if the connection closes without an answer.
pub(crate) async fn send(
    server: SocketAddr,
    line: &str,
    headers: &str,
    body: &str,
) -> Option<Response> {
    let mut stream = TcpStream::connect(server).await.unwrap();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Length: {}\r\n\
         {headers}\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    // The limit only turns a hang into a failure.
    tokio::time::timeout(Duration::from_secs(30), stream.read_to_string(&mut response))
        .await
        .unwrap()
        .unwrap();
    let (head, body) = response.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some(Response { status, head: head.to_owned(), body: body.to_owned() })
}

/// Calls a SageMaker operation as the SDKs do.
pub(crate) async fn call(server: SocketAddr, operation: &str, body: &Value) -> Option<Response> {
    let headers = format!(
        "Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: SageMaker.{operation}\r\n{}",
        authorization(JSON_KEY, "eu-west-1", "sagemaker")
    );
    send(server, "POST /", &headers, &body.to_string()).await
}

/// Asks STS in a region who calls.
pub(crate) async fn identity(server: SocketAddr, key: &str, region: &str) -> Response {
    let headers = format!(
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n{}",
        authorization(key, region, "sts")
    );
    send(server, "POST /", &headers, "Action=GetCallerIdentity&Version=2011-06-15").await.unwrap()
}

/// Uses a control endpoint.
pub(crate) async fn control(
    server: SocketAddr,
    method_and_command: (&str, &str),
    body: &str,
) -> Response {
    let (method, command) = method_and_command;
    send(server, &format!("{method} /_simulator/{command}"), "", body).await.unwrap()
}
