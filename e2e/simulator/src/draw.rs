//! Chance that repeats: every draw is a hash of what it is for, so neither the order of calls nor
//! another object's fate changes it.

use sha2::{Digest, Sha256};

/// 64 bits decided by the seed and the purpose alone.
pub(crate) fn bits(seed: u64, purpose: &[&str]) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for part in purpose {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

/// A number in [0, 1) decided by the seed and the purpose alone.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
pub(crate) fn unit(seed: u64, purpose: &[&str]) -> f64 {
    (bits(seed, purpose) >> 11) as f64 / (1_u64 << 53) as f64
}
