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
    let mut hash = BASE32_NOPAD.encode(&Sha256::digest(uid.as_bytes())).to_ascii_lowercase();
    hash.truncate(HASH_LENGTH);
    let number = number.to_string();
    let suffix = [NAME_MARKER, &hash, "-", &number];
    let room = NAME_LIMIT.saturating_sub(suffix.iter().map(|part| part.len()).sum());
    let readable = namespace.chars().chain(['-']).chain(name.chars()).take(room);
    let mut text = String::with_capacity(NAME_LIMIT);
    text.extend(readable.map(
        |c| {
            if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' }
        },
    ));
    text.truncate(text.trim_end_matches('-').len());
    text.extend(suffix);
    text
}
