//! What AWS's errors mean. Most of `SageMaker`'s are told apart by code and text, for the service
//! model declares only three.

use aws_sdk_sagemaker::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::domain::observation::{Refusal, RefusalKind};

/// How a description of a job that does not exist begins; it is a `ValidationException` (AWS's own
/// controllers match the same prefix).
const NOT_FOUND: &str = "Requested resource not found";

/// Texts of refusals that pass when IAM or S3 has caught up (terraform-provider-aws retries a
/// create on the same).
const PROPAGATING: [&str; 6] = [
    "Could not assume role",
    "Unauthorized to List objects under S3 URL",
    "Access denied to OutputDataConfig S3 bucket",
    "no identity-based policy allows the s3:ListBucket action",
    "Access denied to hub content",
    "Access denied for repository",
];

/// What the SDK failed with, as a refusal.
pub(super) fn refusal<E>(error: &SdkError<E, HttpResponse>) -> Refusal
where
    E: ProvideErrorMetadata,
{
    let unavailable =
        |message: String| Refusal { kind: RefusalKind::Unavailable, message, retry_at: None };
    #[expect(clippy::wildcard_enum_match_arm, reason = "the SDK's enumeration is open")]
    match error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or_default();
            let message = service.err().message().unwrap_or(code);
            let kind = kind(code, message, service.raw().status().as_u16());
            Refusal { kind, message: message.to_owned(), retry_at: None }
        }
        SdkError::ConstructionFailure(_) => Refusal {
            kind: RefusalKind::Invalid,
            message: "the request cannot be built".to_owned(),
            retry_at: None,
        },
        SdkError::TimeoutError(_) => unavailable("AWS did not answer in time".to_owned()),
        SdkError::DispatchFailure(failure) => {
            unavailable(failure.as_connector_error().map_or_else(
                || "AWS cannot be reached".to_owned(),
                |connector| format!("AWS cannot be reached: {connector}"),
            ))
        }
        _ => unavailable("AWS's answer cannot be read".to_owned()),
    }
}

/// Whether the SDK failed because there is no such training job.
pub(super) fn is_not_found<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: ProvideErrorMetadata,
{
    error.as_service_error().is_some_and(|error| {
        error.code() == Some("ResourceNotFound")
            || error.message().is_some_and(|message| message.starts_with(NOT_FOUND))
    })
}

fn kind(code: &str, message: &str, http_status: u16) -> RefusalKind {
    match code {
        "ResourceInUse" => RefusalKind::NameInUse,
        "ResourceLimitExceeded" if message.contains("not available in this region") => {
            RefusalKind::NotInRegion
        }
        "ResourceLimitExceeded" => RefusalKind::Quota,
        "ValidationException" if message.contains("because the training job is in status") => {
            RefusalKind::AlreadyOver
        }
        "ValidationException" if PROPAGATING.iter().any(|text| message.contains(text)) => {
            RefusalKind::AccessPropagating
        }
        "AccessDenied" | "AccessDeniedException" | "NotAuthorized" | "OptInRequired" => {
            RefusalKind::AccessDenied
        }
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException" => RefusalKind::Credentials,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "SlowDown" => RefusalKind::Throttled,
        _ if http_status >= 500 => RefusalKind::Unavailable,
        _ => RefusalKind::Invalid,
    }
}
