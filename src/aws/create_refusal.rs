//! What a refused create means: by its text, for nearly all are a `ValidationException`.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::job::call_error::{CallErrorKind, QuotaNumbers};

/// A pattern that is compiled when it is first needed; `None` if it cannot be, which a test excludes.
type Pattern = LazyLock<Option<Regex>>;

/// The numbers of a quota in instances. The text of 2018 and that of 2026 differ in what follows
/// (zenml#847; amazon-sagemaker-examples#1543); other quotas count jobs or gigabytes.
static QUOTA: Pattern = LazyLock::new(|| {
    Regex::new(r"(?s)\bis\s+(\d+)\s+Instances?,.*\brequest\s+delta\s+of\s+(\d+)\s+Instances?\b")
        .ok()
});

/// Something outside that the request names is missing. Recorded are `No S3 objects found under S3
/// URL …` (amazon-sagemaker-examples#2267), `Cannot find the requested image` (#1476), `Cannot find
/// repository: … in registry ID` (#2534) and `Requested image … not found`
/// (easy-amazon-sagemaker-deployments#4); no text about a bucket or a file system is, so that
/// whatever says of one that it does not exist is taken for it.
static MISSING: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?isx)
        \bNo\ S3\ objects\ found\b
        | \bcannot\ find\ (the\ )?(requested\ )?(image|repository)\b
        | \b(bucket|image|repository|file\ ?system)\b
          .*\b(does\ not\ exist | doesn't\ exist | not\ found | (could\ not|cannot)\ be\ found)\b",
    )
    .ok()
});

/// Texts of refusals that pass when IAM or S3 has caught up (terraform-provider-aws repeats a create
/// on the same).
const PROPAGATING: [&str; 6] = [
    "Could not assume role",
    "Unauthorized to List objects under S3 URL",
    "Access denied to OutputDataConfig S3 bucket",
    "no identity-based policy allows the s3:ListBucket action",
    "Access denied to hub content",
    "Access denied for repository",
];

/// The instance type cannot be had in this region (amazon-sagemaker-examples#1001).
const NOT_IN_REGION: &str = "not available in this region";

/// The instance type is not known in this region (amazon-sagemaker-examples#3494).
const UNSUPPORTED_TYPE: &str = "Unsupported instance type";

/// What a create that was refused with this code means.
pub(super) fn create_kind(code: &str, words: &str) -> CallErrorKind {
    match code {
        "ResourceInUse" => CallErrorKind::NameInUse,
        "ResourceLimitExceeded" if words.contains(NOT_IN_REGION) => CallErrorKind::PoolUnusable,
        "ResourceLimitExceeded" => CallErrorKind::Quota(quota_numbers(words)),
        "ResourceNotFound" => CallErrorKind::InputMissing,
        "ValidationException" => invalid(words),
        _ => CallErrorKind::Invalid,
    }
}

fn invalid(words: &str) -> CallErrorKind {
    let says = |pattern: &Pattern| pattern.as_ref().is_some_and(|regex| regex.is_match(words));
    // A broken constraint quotes the user's value, which may hold any of the texts below.
    if words.contains("validation error detected:") || words.contains("validation errors detected:")
    {
        CallErrorKind::Invalid
    } else if words.contains(UNSUPPORTED_TYPE) {
        CallErrorKind::PoolUnusable
    } else if PROPAGATING.iter().any(|text| words.contains(text)) {
        CallErrorKind::AccessPropagating
    } else if says(&MISSING) {
        CallErrorKind::InputMissing
    } else {
        CallErrorKind::Invalid
    }
}

fn quota_numbers(words: &str) -> Option<QuotaNumbers> {
    let found = QUOTA.as_ref()?.captures(words)?;
    let number = |group| found.get(group)?.as_str().parse().ok();
    Some(QuotaNumbers { limit: number(1)?, delta: number(2)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(QUOTA.is_some() && MISSING.is_some());
    }

    #[test]
    fn a_quota_says_its_numbers() {
        let numbers = |limit, delta| Some(QuotaNumbers { limit, delta });
        let rows = [
            (
                "The account-level service limit 'ml.p3.2xlarge for spot training job usage' is 0 \
                 Instances, with current utilization of 0 Instances and a request delta of 1 \
                 Instances. Please contact AWS support to request an increase for this limit.",
                numbers(0, 1),
            ),
            (
                "The account-level service limit 'ml.p3.8xlarge\nfor training job usage' is 12 \
                 Instances, with current utilization of 3 Instances and a request delta of 10 \
                 Instances. Please use AWS Service Quotas to request an increase for this quota. If \
                 AWS Service Quotas is not available, contact AWS support to request an increase \
                 for this quota.",
                numbers(12, 10),
            ),
            (
                "The account-level service limit 'Number of instances across all processing jobs' \
                 is 4 Instances, with current utilization of 4 Instances and a request delta of 1 \
                 Instances.",
                numbers(4, 1),
            ),
            (
                "The account-level service limit 'Total number of notebook instances' is 8 \
                 NotebookInstances, with current utilization of 16 NotebookInstances and a request \
                 delta of 1 NotebookInstances.",
                None,
            ),
            ("is 99999999999 Instances, and a request delta of 1 Instances", None),
            ("You have reached your limit", None),
        ];
        for (words, expected) in rows {
            let kind = create_kind("ResourceLimitExceeded", words);
            assert_eq!(kind, CallErrorKind::Quota(expected), "{words}");
        }
    }

    const REFUSALS: [(&str, &str, CallErrorKind); 18] = [
        ("ResourceInUse", "Training job names must be unique within …", CallErrorKind::NameInUse),
        (
            "ResourceLimitExceeded",
            "The requested resource training-job/ml.t3.medium is not available in this region",
            CallErrorKind::PoolUnusable,
        ),
        ("ResourceLimitExceeded", "", CallErrorKind::Quota(None)),
        ("ResourceNotFound", "Hub content x was not there", CallErrorKind::InputMissing),
        (
            "ValidationException",
            "Unsupported instance type ml.p3dn.24xlarge",
            CallErrorKind::PoolUnusable,
        ),
        (
            "ValidationException",
            "Could not assume role arn:aws:iam::1:role/R. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.",
            CallErrorKind::AccessPropagating,
        ),
        (
            "ValidationException",
            "Access denied for repository: wpi-cpu in registry ID: 1. Please check if your ECR repository and image exist and role R has proper pull permissions",
            CallErrorKind::AccessPropagating,
        ),
        (
            "ValidationException",
            "No S3 objects found under S3 URL \"s3://b/train/\" given in input data source. Please ensure that the bucket exists in the selected region (us-west-2), that objects exist under that S3 prefix, and that the role \"R\" has \"s3:ListBucket\" permissions on bucket \"b\".",
            CallErrorKind::InputMissing,
        ),
        (
            "ValidationException",
            "Cannot find the requested image: 1.dkr.ecr.us-west-2.amazonaws.com/x:latest",
            CallErrorKind::InputMissing,
        ),
        (
            "ValidationException",
            "Cannot find repository: pipeline/x in registry ID: 1 Please check if your ECR repository exists and role R has proper pull permissions",
            CallErrorKind::InputMissing,
        ),
        (
            "ValidationException",
            "Requested image 1.dkr.ecr.us-west-2.amazonaws.com/x not found.",
            CallErrorKind::InputMissing,
        ),
        (
            "ValidationException",
            "S3 bucket a.b in OutputDataConfig does not exist",
            CallErrorKind::InputMissing,
        ),
        (
            "ValidationException",
            "The file system fs-1 could not be found",
            CallErrorKind::InputMissing,
        ),
        (
            "ValidationException",
            "Invalid training image. Please provide a valid Amazon Elastic Container Registry path of the Docker image to run.",
            CallErrorKind::Invalid,
        ),
        (
            "ValidationException",
            "1 validation error detected: Value 'bucket does not exist' at 'outputDataConfig.s3OutputPath' failed to satisfy constraint",
            CallErrorKind::Invalid,
        ),
        (
            "ValidationException",
            "2 validation errors detected: Value 'Could not assume role' at 'x'",
            CallErrorKind::Invalid,
        ),
        (
            "ValidationException",
            "Instance type ml.c4.2xlarge is not supported by algorithm image-classification",
            CallErrorKind::Invalid,
        ),
        ("SerializationException", "the image was not found", CallErrorKind::Invalid),
    ];

    #[test]
    fn a_refused_create_means_what_its_text_says() {
        for (code, words, expected) in REFUSALS {
            assert_eq!(create_kind(code, words), expected, "{code}: {words}");
        }
    }
}
