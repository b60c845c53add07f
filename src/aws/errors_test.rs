//! The table of AWS's errors: what each answer means for each call.

use std::io;

use aws_sdk_sagemaker::error::{ConnectorError, ErrorMetadata};
use aws_sdk_sagemaker::operation::stop_training_job::StopTrainingJobError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::CallErrorKind::{
    AccessDenied, AlreadyOver, Credentials, InputMissing, Invalid, NotFound, Throttled, Unavailable,
};
use super::*;

type Error = SdkError<StopTrainingJobError, HttpResponse>;

fn response(status: u16) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty())
}

fn answer(code: Option<&str>, words: &str, status: u16) -> Error {
    let mut metadata = ErrorMetadata::builder().message(words);
    if let Some(code) = code {
        metadata = metadata.code(code);
    }
    Error::service_error(StopTrainingJobError::generic(metadata.build()), response(status))
}

const CALLS: [Call; 4] = [Call::Identify, Call::Create, Call::Describe, Call::Stop];

#[test]
fn codes_that_every_call_can_be_refused_with() {
    let rows = [
        ("AccessDeniedException", 400, AccessDenied),
        ("AccessDenied", 403, AccessDenied),
        ("SomethingForbidden", 403, AccessDenied),
        ("ExpiredTokenException", 400, Credentials),
        ("ExpiredToken", 403, Credentials),
        ("UnrecognizedClientException", 400, Credentials),
        ("InvalidClientTokenId", 403, Credentials),
        ("InvalidSignatureException", 400, Credentials),
        ("RequestTimeTooSkewed", 403, Credentials),
        ("SerializationException", 400, Invalid),
        ("InternalFailure", 500, Unavailable),
        ("ServiceUnavailable", 503, Unavailable),
        ("NewCode", 502, Unavailable),
        ("NewCode", 429, Throttled),
    ];
    for call in CALLS {
        for (code, status, expected) in rows {
            let error = call_error(call, &answer(Some(code), "words", status), "https://api");
            assert_eq!((error.kind, error.message.as_str()), (expected, "words"), "{code}");
        }
    }
}

/// The lists of `aws-runtime` 1.10, `retries/classifiers.rs`.
#[test]
fn what_the_sdk_calls_retryable_is_never_invalid() {
    let retryable = [
        ("Throttling", Throttled),
        ("ThrottlingException", Throttled),
        ("ThrottledException", Throttled),
        ("RequestThrottledException", Throttled),
        ("TooManyRequestsException", Throttled),
        ("ProvisionedThroughputExceededException", Throttled),
        ("TransactionInProgressException", Unavailable),
        ("RequestLimitExceeded", Throttled),
        ("BandwidthLimitExceeded", Throttled),
        ("LimitExceededException", Throttled),
        ("RequestThrottled", Throttled),
        ("SlowDown", Throttled),
        ("PriorRequestNotComplete", Unavailable),
        ("EC2ThrottledException", Throttled),
        ("RequestTimeout", Unavailable),
        ("RequestTimeoutException", Unavailable),
    ];
    for call in CALLS {
        for (code, expected) in retryable {
            for status in [400, 503] {
                let error = call_error(call, &answer(Some(code), "", status), "https://api");
                assert_eq!((error.kind, error.message.as_str()), (expected, code));
            }
        }
    }
}

#[test]
fn a_job_that_is_not_there_or_over_is_no_invalid_request() {
    let over = "The request was rejected because the training job is in status Stopped.";
    let rows = [
        (Call::Stop, "ValidationException", over, AlreadyOver),
        (Call::Stop, "ValidationException", "Requested resource not found.", NotFound),
        (Call::Stop, "ValidationException", "Could not find job to update with name x", NotFound),
        (Call::Stop, "ResourceNotFound", "x", NotFound),
        (Call::Stop, "ValidationException", "1 validation error detected", Invalid),
        (Call::Describe, "ValidationException", "Requested resource not found.", NotFound),
        (
            Call::Describe,
            "ValidationException",
            "Could not find job to update with name x",
            NotFound,
        ),
        (Call::Describe, "ResourceNotFound", "x", NotFound),
        (Call::Describe, "ValidationException", over, Invalid),
        (Call::Create, "ResourceNotFound", "x", InputMissing),
    ];
    for (call, code, words, expected) in rows {
        let error = call_error(call, &answer(Some(code), words, 400), "https://api");
        assert_eq!(error.kind, expected, "{call:?} {code} {words}");
    }
}

#[test]
fn an_answer_that_is_not_aws_s_says_nothing_about_the_request() {
    for (status, expected) in
        [(404, Unavailable), (407, Unavailable), (429, Throttled), (502, Unavailable)]
    {
        let error = call_error(Call::Create, &answer(None, "", status), "https://api");
        assert_eq!(error.kind, expected);
        assert_eq!(error.message, format!("https://api answered with HTTP status {status}"));
    }
}

#[test]
fn what_failed_on_its_way_names_the_address_and_the_causes() {
    let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "Connection refused");
    let text = |error: &Error| {
        let error = call_error(Call::Create, error, "https://api");
        assert_eq!(error.kind, Unavailable);
        error.message
    };
    let dispatch = Error::dispatch_failure(ConnectorError::io(refused.into()));
    assert_eq!(text(&dispatch), "https://api cannot be reached: io error: Connection refused");
    let untrusted = io::Error::other("invalid peer certificate: UnknownIssuer");
    let dispatch = Error::dispatch_failure(ConnectorError::io(Box::new(untrusted)));
    let said = text(&dispatch);
    assert!(said.starts_with("the certificate of https://api is not accepted"), "{said}");
    assert!(said.ends_with("io error: invalid peer certificate: UnknownIssuer"), "{said}");
    let slow = Error::timeout_error("operation timeout after 15s");
    assert_eq!(text(&slow), "https://api did not answer in time");
    let cut = text(&Error::response_error("end of file", response(200)));
    assert!(cut.starts_with("https://api answered with HTTP status 200: "), "{cut}");
    assert!(cut.ends_with("end of file"), "{cut}");
    let built = call_error(Call::Create, &Error::construction_failure("no name"), "https://api");
    assert_eq!(built.kind, Invalid);
    assert!(built.message.ends_with("no name"), "{}", built.message);
}

#[test]
fn words_are_cleaned_and_keep_their_end() {
    let words = format!("a\u{85}b{}the rule", "x".repeat(2000));
    let error = call_error(Call::Create, &answer(Some("X"), &words, 400), "https://api");
    assert!(error.message.starts_with("a\u{FFFD}b") && error.message.ends_with("the rule"));
    // Cut between characters: a few bytes less.
    assert!((LONGEST_MESSAGE - 8..=LONGEST_MESSAGE).contains(&error.message.len()));
}

#[test]
fn the_values_that_would_be_right_are_not_listed() {
    let words = "1 validation error detected: Value 'ml.g99.large' at 'resourceConfig.instanceType' \
                 failed to satisfy constraint: Member must satisfy enum value set: \
                 [ml.g5.xlarge, ml.g6.xlarge]; and more";
    let error = call_error(Call::Create, &answer(Some("X"), words, 400), "https://api");
    assert!(error.message.contains("'ml.g99.large'"), "{}", error.message);
    assert!(error.message.ends_with("enum value set; and more"), "{}", error.message);
}

#[test]
fn only_unknown_keys_may_mean_a_region_that_is_not_enabled() {
    for (code, expected) in [
        ("UnrecognizedClientException", true),
        ("InvalidClientTokenId", true),
        ("ExpiredTokenException", false),
        ("AccessDeniedException", false),
    ] {
        assert_eq!(may_mean_region_not_enabled(&answer(Some(code), "", 400)), expected, "{code}");
    }
}
