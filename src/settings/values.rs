//! Values of single settings. Each error says how the value reads.

use std::net::SocketAddr;
use std::str::FromStr;

use jiff::SignedDuration;
use regex::Regex;

use crate::telemetry::log_level;

/// A value of an AWS tag (pattern `TagValue` of SageMaker's service model).
const TAG_VALUE: &str = r"^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$";

/// Longest value of an AWS tag, in characters (same model).
const LONGEST_TAG_VALUE: usize = 256;

/// A DNS label, which the name of a namespace is.
const NAMESPACE: &str = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

/// A region, as the CRD has it.
const REGION: &str = "^[a-z]{2,}(-[a-z]+)+-[0-9]+$";

/// An S3 prefix: a bucket's name as S3 allows it, then printable characters.
const S3_PREFIX: &str = r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\p{C}]*)?$";

/// Whether a text fits a pattern, which is compiled for this once: settings are read once.
pub(super) fn fits(text: &str, pattern: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// The address of a server.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|error| format!("{error}; an address reads like 0.0.0.0:8080"))
}

/// The name of this installation.
pub(super) fn cluster_id(text: &str) -> Result<String, String> {
    let right = !text.trim().is_empty() && fits(text, TAG_VALUE);
    // AWS keeps this prefix of tag values for itself.
    if right
        && text.chars().count() <= LONGEST_TAG_VALUE
        && !text.to_ascii_lowercase().starts_with("aws:")
    {
        return Ok(text.to_owned());
    }
    Err("a cluster id is the value of an AWS tag: 1 to 256 letters, digits, spaces and \
         _.:/=+-@, and it does not begin with aws:"
        .to_owned())
}

/// The name of a namespace.
pub(super) fn namespace(text: &str) -> Result<String, String> {
    if fits(text, NAMESPACE) {
        return Ok(text.to_owned());
    }
    Err("a namespace has 1 to 63 of the characters a-z, 0-9 and -, and begins and ends with a \
         letter or digit"
        .to_owned())
}

/// A region of AWS, or nothing: a variable that is empty.
pub(super) fn region(text: &str) -> Result<String, String> {
    if text.is_empty() || fits(text, REGION) {
        return Ok(text.to_owned());
    }
    Err("a region reads like eu-west-1".to_owned())
}

/// A place in S3, or nothing: a variable that is empty.
pub(super) fn s3_prefix(text: &str) -> Result<String, String> {
    if text.is_empty() || fits(text, S3_PREFIX) {
        return Ok(text.to_owned());
    }
    Err("a checkpoint root reads like s3://bucket/prefix".to_owned())
}

/// A time between two polls.
pub(super) fn interval(text: &str) -> Result<SignedDuration, String> {
    let parsed = SignedDuration::from_str(text)
        .map_err(|error| format!("an interval reads like 5s or 1m: {error}"))?;
    if parsed < SignedDuration::from_secs(1) || parsed > SignedDuration::from_hours(1) {
        return Err("an interval is between 1s and 1h".to_owned());
    }
    Ok(parsed)
}

/// The level of the log.
pub(super) fn log_level(text: &str) -> Result<String, String> {
    log_level::parse(text).map(|_| text.to_owned())
}
