//! One request to its reply.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::{Method, Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::credentials::Credentials;
use super::reply::{self, Lost, Reply};
use crate::caller::Caller;
use crate::draw;
use crate::error::ApiError;
use crate::operation::job_name;
use crate::simulator::{Answer, Delivery, Simulator};

/// The header that names the operation.
pub(super) const TARGET: &str = "x-amz-target";

/// Larger than any request that SageMaker takes.
const LARGEST_BODY_BYTES: usize = 4 << 20;

/// The operations worth a line in the log.
const CHANGING: [&str; 4] =
    ["AddTags", "CreateTrainingJob", "DeleteTrainingJob", "StopTrainingJob"];

pub(super) struct Server {
    pub(super) simulator: Arc<Simulator>,
    log: fn(&str),
    requests: AtomicU64,
}

impl Server {
    pub(super) fn new(simulator: Arc<Simulator>, log: fn(&str)) -> Self {
        Self { simulator, log, requests: AtomicU64::new(0) }
    }

    pub(super) async fn reply(self: Arc<Self>, request: Request<Incoming>) -> Result<Reply, Lost> {
        let reply = self.route(request).await?;
        let ahead = SignedDuration::from_secs(self.simulator.date_header_offset());
        // A date outside of the calendar leaves the header to the HTTP library: the true time.
        Ok(match now().checked_add(ahead) {
            Ok(date) => reply::with_date(reply, date),
            Err(_) => reply,
        })
    }

    async fn route(&self, request: Request<Incoming>) -> Result<Reply, Lost> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LARGEST_BODY_BYTES).collect().await else {
            let error = json!({ "error": format!("more than {LARGEST_BODY_BYTES} bytes") });
            return Ok(reply::json(StatusCode::PAYLOAD_TOO_LARGE, &error));
        };
        let body = body.to_bytes();
        let path = head.uri.path();
        if let Some(command) = path.strip_prefix("/_simulator/") {
            return Ok(self.control(&head.method, command, &body));
        }
        if head.method == Method::POST && head.headers.contains_key(TARGET) {
            return self.aws_json(&head.headers, &body).await;
        }
        if head.method == Method::POST && is_form(&head.headers) {
            return self.sts_query(&head.headers, &body).await;
        }
        let error = json!({ "error": "POST with X-Amz-Target or a form, or use /_simulator/" });
        Ok(reply::json(StatusCode::NOT_FOUND, &error))
    }

    /// Calls the simulator and delivers as it says.
    pub(super) async fn call(
        &self,
        sender: &Credentials,
        operation: &str,
        body: Value,
    ) -> Result<Result<Value, ApiError>, Lost> {
        let answer = self.simulator.handle_signed(sender.signature(), operation, &body, now());
        self.log_call(&sender.caller, operation, &body, &answer);
        match answer.delivery {
            Delivery::Normal => {}
            Delivery::Slow(late) => tokio::time::sleep(late).await,
            Delivery::Lost | Delivery::LostBefore => return Err(Lost),
            Delivery::Held(ticket) => self.wait(ticket).await,
            Delivery::Hung(ticket) => {
                self.wait(ticket).await;
                return Err(Lost);
            }
            Delivery::HeldBefore(ticket) => {
                return self.call_once_released(ticket, sender, operation, body).await;
            }
        }
        Ok(answer.reply)
    }

    /// Waits for the release of a call as long as its connection is open.
    async fn wait(&self, ticket: u64) {
        let _sender = Sender { simulator: &self.simulator, ticket };
        released(&self.simulator, ticket).await;
    }

    /// A request that is on its way arrives even if its sender is gone by then: hence the task.
    async fn call_once_released(
        &self,
        ticket: u64,
        sender: &Credentials,
        operation: &str,
        body: Value,
    ) -> Result<Result<Value, ApiError>, Lost> {
        let (simulator, sender) = (Arc::clone(&self.simulator), sender.clone());
        let operation = operation.to_owned();
        let task = tokio::spawn(async move {
            released(&simulator, ticket).await;
            simulator.execute_signed(sender.signature(), &operation, &body, now())
        });
        task.await.map_err(|_| Lost)
    }

    fn log_call(&self, caller: &Caller, operation: &str, body: &Value, answer: &Answer) {
        if !CHANGING.contains(&operation) {
            return;
        }
        let Caller { account, region } = caller;
        let job = job_name(body).unwrap_or("-");
        let outcome = answer.reply.as_ref().map_or_else(ToString::to_string, |_| "OK".to_owned());
        let delivery = if answer.delivery == Delivery::Normal {
            String::new()
        } else {
            format!(" ({:?})", answer.delivery)
        };
        self.log(&format!("{operation} {region}/{account} {job}: {outcome}{delivery}"));
    }

    pub(super) fn log(&self, line: &str) {
        (self.log)(line);
    }

    /// Like AWS's a UUID; by seed and number of the request.
    pub(super) fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed).to_string();
        let seed = self.simulator.seed();
        let bits = |part: &str| draw::bits(seed, &["request", &number, part]);
        let (high, low) = (bits("high"), bits("low"));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0xfff,
            low & 0xffff_ffff_ffff
        )
    }
}

/// The connection of a withheld call: the call is dropped when it closes.
struct Sender<'a> {
    simulator: &'a Simulator,
    ticket: u64,
}

impl Drop for Sender<'_> {
    fn drop(&mut self) {
        self.simulator.abandon(self.ticket);
    }
}

async fn released(simulator: &Simulator, ticket: u64) {
    let mut releases = simulator.releases();
    // A closed channel is a reset, which releases too.
    drop(releases.wait_for(|released| *released >= ticket).await);
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// The wall clock: the only one in the crate.
#[expect(clippy::disallowed_methods, reason = "the HTTP layer is where real time comes in")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
