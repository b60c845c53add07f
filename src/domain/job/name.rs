//! The name of an attempt's training job: it follows from the object's UID and the number.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

/// Longest `TrainingJobName` in characters (`SageMaker` service model).
pub const NAME_LIMIT: usize = 63;

/// The part of every name that `NameContains` filters and IAM policies use.
pub const NAME_MARKER: &str = "-stj-";

/// Characters of the UID's hash in a name: 50 bits.
const HASH_LENGTH: usize = 10;

/// The name of an object's attempt `number`: `{namespace}-{name}-stj-{hash of uid}-{number}`.
///
/// SageMaker keeps a name taken as long as the job's record exists and has no idempotency token, so the name itself is what
/// makes a create happen at most once. It may never change between releases.
#[must_use]
pub fn job_name(namespace: &str, name: &str, uid: &str, number: u32) -> String {
    numbered(namespace, name, &uid_hash(uid), number)
}

/// The hash of an object's UID in the names of its jobs.
#[must_use]
pub fn uid_hash(uid: &str) -> String {
    let mut hash = BASE32_NOPAD.encode(&Sha256::digest(uid.as_bytes())).to_ascii_lowercase();
    hash.truncate(HASH_LENGTH);
    hash
}

/// The name of attempt `number` of an object whose UID has this hash.
#[must_use]
pub fn numbered(namespace: &str, name: &str, hash: &str, number: u32) -> String {
    let suffix = format!("{NAME_MARKER}{hash}-{number}");
    let room = NAME_LIMIT.saturating_sub(suffix.len());
    let readable: String = format!("{namespace}-{name}")
        .chars()
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' })
        .take(room)
        .collect();
    format!("{}{suffix}", readable.trim_end_matches('-'))
}
