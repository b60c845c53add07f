//! What AWS's errors mean. Most of `SageMaker`'s are known by code and text only, for the service
//! model declares three of them.

use std::borrow::Cow;

use aws_sdk_sagemaker::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::domain::job::call_error::{Call, CallError, CallErrorKind};
use crate::domain::job::error_chain::chain;
use crate::domain::job::text;

use super::create_refusal::create_kind;

/// Longest message: that of the status.
pub(super) const LONGEST_MESSAGE: usize = 1024;

/// How a refusal to describe or stop a job that does not exist begins; it is a
/// `ValidationException` (AWS's own controllers match the same prefix: aws/aws-sdk#165).
const NOT_FOUND: &str = "Requested resource not found";

/// Another text for the same (grand-challenge's task runner matches it).
const NO_JOB_TO_UPDATE: &str = "Could not find job to update with name";

/// What a stop of a job that is over is refused with (grand-challenge, benchmark-ai#928).
const OVER: &str = "because the training job is in status";

/// What the SDK failed with.
pub(super) fn call_error<E>(
    call: Call,
    error: &SdkError<E, HttpResponse>,
    address: &str,
) -> CallError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let (kind, message) = match error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            service.err().code().map_or_else(
                || (without_code(status), format!("{address} answered with HTTP status {status}")),
                |code| {
                    let words = service.err().message().filter(|words| !words.trim().is_empty());
                    let words = words.unwrap_or(code);
                    (kind(call, code, words, status), words.to_owned())
                },
            )
        }
        SdkError::ConstructionFailure(_) => {
            (CallErrorKind::Invalid, format!("the request cannot be built: {}", chain(error)))
        }
        SdkError::TimeoutError(_) => {
            (CallErrorKind::Unavailable, format!("{address} did not answer in time"))
        }
        SdkError::DispatchFailure(failure) => {
            let message = failure.as_connector_error().map_or_else(
                || unreachable(address, error),
                |connector| unreachable(address, connector),
            );
            (CallErrorKind::Unavailable, message)
        }
        SdkError::ResponseError(response) => {
            let status = response.raw().status().as_u16();
            let causes = chain(error);
            (
                without_code(status),
                format!("{address} answered with HTTP status {status}: {causes}"),
            )
        }
        _ => (CallErrorKind::Unavailable, format!("{address}: {}", chain(error))),
    };
    CallError::new(kind, text::clean(&without_values(&message), LONGEST_MESSAGE))
}

/// AWS's words without the values that it lists where one is not among them: of instance types there
/// are hundreds (botocore's model of `TrainingInstanceType`).
fn without_values(words: &str) -> Cow<'_, str> {
    let list = words.split_once("enum value set: [");
    let parts = list.and_then(|(before, list)| Some((before, list.split_once(']')?.1)));
    parts.map_or(Cow::Borrowed(words), |(before, after)| {
        Cow::Owned(format!("{before}enum value set{after}"))
    })
}

/// Why the address cannot be reached.
fn unreachable(address: &str, error: &(dyn std::error::Error + 'static)) -> String {
    let causes = chain(error);
    // rustls says `invalid peer certificate` for all that is wrong with one.
    if causes.contains("certificate") {
        return format!(
            "the certificate of {address} is not accepted (is its authority in AWS_CA_BUNDLE, or \
             among the system's?): {causes}"
        );
    }
    format!("{address} cannot be reached: {causes}")
}

/// Whether the refusal may mean that the region is not enabled for the account: a region that is not
/// does not know the account's keys (aws-sdk-ruby#2850).
pub(super) fn may_mean_region_not_enabled<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: ProvideErrorMetadata,
{
    error
        .code()
        .is_some_and(|code| matches!(code, "UnrecognizedClientException" | "InvalidClientTokenId"))
}

/// An answer without an error code is not AWS's but of something on the way, and says nothing about
/// the request.
const fn without_code(status: u16) -> CallErrorKind {
    if status == 429 { CallErrorKind::Throttled } else { CallErrorKind::Unavailable }
}

fn kind(call: Call, code: &str, words: &str, status: u16) -> CallErrorKind {
    if let Some(kind) = common_kind(code, status) {
        return kind;
    }
    match call {
        Call::Create => create_kind(code, words),
        Call::Describe | Call::Stop if is_not_found(code, words) => CallErrorKind::NotFound,
        Call::Stop if words.contains(OVER) => CallErrorKind::AlreadyOver,
        Call::Stop | Call::Describe | Call::Identify | Call::Write | Call::Delete => {
            CallErrorKind::Invalid
        }
    }
}

/// What a code means for every call. The SDK's lists of what it retries are in `aws-runtime`,
/// `retries/classifiers.rs`.
fn common_kind(code: &str, status: u16) -> Option<CallErrorKind> {
    let kind = match code {
        // The SDK calls the first two throttling; they don't say that nothing was executed.
        "PriorRequestNotComplete"
        | "TransactionInProgressException"
        | "RequestTimeout"
        | "RequestTimeoutException" => CallErrorKind::Unavailable,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "EC2ThrottledException"
        | "SlowDown" => CallErrorKind::Throttled,
        "AccessDenied" | "AccessDeniedException" | "NotAuthorized" | "OptInRequired" => {
            CallErrorKind::AccessDenied
        }
        // The last four are also what a wrong clock of the operator leads to.
        "ExpiredToken"
        | "ExpiredTokenException"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "RequestExpired"
        | "RequestTimeTooSkewed" => CallErrorKind::Credentials,
        _ if status >= 500 || status == 408 => CallErrorKind::Unavailable,
        _ if status == 429 => CallErrorKind::Throttled,
        _ if status == 401 || status == 403 => CallErrorKind::AccessDenied,
        _ => return None,
    };
    Some(kind)
}

/// Whether there is no such training job.
fn is_not_found(code: &str, words: &str) -> bool {
    code == "ResourceNotFound" || words.starts_with(NOT_FOUND) || words.contains(NO_JOB_TO_UPDATE)
}

#[cfg(test)]
#[path = "errors_test.rs"]
mod tests;
