//! What SageMaker answers when it refuses, with the source of each text.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// A refusal as AWS words it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The error code, without a namespace: `ValidationException`.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// The text for people.
    pub message: String,
    /// True for the errors the service model declares; they spell the member `Message`.
    pub modelled: bool,
    /// Ordered by a test: every protocol sends the code and the status as they are.
    pub(crate) verbatim: bool,
}

/// The errors that SageMaker's operations declare \[M\].
const MODELLED: [&str; 4] =
    ["ConflictException", "ResourceInUse", "ResourceLimitExceeded", "ResourceNotFound"];

impl ApiError {
    fn common(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into(), modelled: false, verbatim: false }
    }

    fn modelled(code: &'static str, message: String) -> Self {
        Self { code, status: 400, message, modelled: true, verbatim: false }
    }

    /// An error that a test ordered.
    pub(crate) fn played(code: &str, status: u16, message: &str) -> Self {
        let modelled = MODELLED.contains(&code);
        let message = message.to_owned();
        Self { code: interned(code), status, message, modelled, verbatim: true }
    }

    /// The awsJson1.1 body (reference: smithy-json reads both spellings \[C\]).
    pub(crate) fn body(&self) -> Value {
        if self.modelled {
            json!({ "__type": self.code, "Message": self.message })
        } else {
            json!({ "__type": self.code, "message": self.message })
        }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::common("ValidationException", 400, message)
    }

    pub(crate) fn sts_validation(message: impl Into<String>) -> Self {
        Self::common("ValidationError", 400, message)
    }

    // [?] texts from memory of other awsJson services.
    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self::common("SerializationException", 400, message)
    }

    // [R] Describe and Stop of an unknown job; not the modelled ResourceNotFound.
    pub(crate) fn not_found() -> Self {
        Self::validation("Requested resource not found.")
    }

    // [R]
    pub(crate) fn name_taken(arn: &str) -> Self {
        Self::modelled(
            "ResourceInUse",
            format!(
                "Training job names must be unique within an AWS account and region, and a \
                 training job with this name already exists ({arn})"
            ),
        )
    }

    // [R] for finished jobs; that a job already Stopping is refused too is [?].
    pub(crate) fn not_stoppable(status: &str) -> Self {
        Self::validation(format!(
            "The request was rejected because the training job is in status {status}."
        ))
    }

    // Code [M], text [?].
    pub(crate) fn not_deletable(status: &str) -> Self {
        Self::modelled(
            "ResourceInUse",
            format!("The training job is in status {status} and can't be deleted."),
        )
    }

    // [R] wording of 2026.
    pub(crate) fn quota(limit: &str, allowed: u32, used: u64, wanted: u32) -> Self {
        Self::modelled(
            "ResourceLimitExceeded",
            format!(
                "The account-level service limit '{limit}' is {allowed} Instances, with current \
                 utilization of {used} Instances and a request delta of {wanted} Instances. \
                 Please use AWS Service Quotas to request an increase for this quota. If AWS \
                 Service Quotas is not available, contact AWS support to request an increase for \
                 this quota."
            ),
        )
    }

    // [R]
    pub(crate) fn not_in_region(instance_type: &str) -> Self {
        Self::modelled(
            "ResourceLimitExceeded",
            format!(
                "The requested resource training-job/{instance_type} is not available in this region"
            ),
        )
    }

    // [R]
    pub(crate) fn role_not_assumable(role: &str) -> Self {
        Self::validation(format!(
            "Could not assume role {role}. Please ensure that the role exists and allows \
             principal 'sagemaker.amazonaws.com' to assume the role."
        ))
    }

    // [R]
    pub(crate) fn no_objects(uri: &str, bucket: &str, region: &str, role: &str) -> Self {
        Self::validation(format!(
            "No S3 objects found under S3 URL \"{uri}\" given in input data source. Please ensure \
             that the bucket exists in the selected region ({region}), that objects exist under \
             that S3 prefix, and that the role \"{role}\" has \"s3:ListBucket\" permissions on \
             bucket \"{bucket}\"."
        ))
    }

    // [R]
    pub(crate) fn throttled() -> Self {
        Self::common("ThrottlingException", 400, "Rate exceeded")
    }

    // [R]
    pub(crate) fn denied(account: &str, action: &str, resource: &str) -> Self {
        Self::common(
            "AccessDeniedException",
            400,
            format!(
                "User: arn:aws:sts::{account}:assumed-role/simulated/caller is not authorized to \
                 perform: {action} on resource: {resource} because no identity-based policy \
                 allows the {action} action"
            ),
        )
    }

    // [R]
    pub(crate) fn expired() -> Self {
        Self::common(
            "ExpiredTokenException",
            400,
            "The security token included in the request is expired",
        )
    }

    // [?]
    pub(crate) fn invalid_credentials() -> Self {
        Self::common(
            "UnrecognizedClientException",
            400,
            "The security token included in the request is invalid.",
        )
    }

    // [D] CommonErrors: the status; [?] the text.
    pub(crate) fn unsigned() -> Self {
        Self::common("MissingAuthenticationTokenException", 403, "Missing Authentication Token")
    }

    // [D] CommonErrors; [?] the text.
    pub(crate) fn incomplete_signature(reason: &str) -> Self {
        Self::common("IncompleteSignatureException", 400, reason)
    }

    // [?] text from memory of other services.
    pub(crate) fn wrong_service(service: &str) -> Self {
        Self::common(
            "InvalidSignatureException",
            400,
            format!("Credential should be scoped to correct service: '{service}'."),
        )
    }

    // [D] CommonErrors; [?] the text.
    pub(crate) fn internal() -> Self {
        Self::common("InternalFailure", 500, "We encountered an internal error. Please try again.")
    }

    // [?] AWS sends no text.
    pub(crate) fn unknown_operation(operation: &str) -> Self {
        Self::common(
            "UnknownOperationException",
            400,
            format!("The simulator has no operation {operation}"),
        )
    }
}

/// The code as a constant, which all other errors have. The codes that tests order are few, and
/// each is kept once for the life of the process.
fn interned(code: &str) -> &'static str {
    static CODES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut codes = CODES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = codes.get(code) {
        return known;
    }
    let code: &'static str = String::from(code).leak();
    codes.insert(code);
    code
}
