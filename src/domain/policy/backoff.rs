//! Back-off: longer each time, and spread.

use jiff::SignedDuration;

/// Exponential back-off: `first` × 2^(count − 1), at most `longest`, then less up to a quarter of
/// it by `jitter` in 0..256.
#[must_use]
pub fn backoff(
    first: SignedDuration,
    longest: SignedDuration,
    count: u32,
    jitter: u8,
) -> SignedDuration {
    let factor = 2_i32.saturating_pow(count.saturating_sub(1).min(20));
    let full = first.checked_mul(factor).unwrap_or(longest).min(longest);
    full - (full / 4 / 256) * i32::from(jitter)
}

/// A number that spreads objects and their tries apart, the same in every run.
#[must_use]
pub fn jitter(uid: &str, count: u32) -> u8 {
    // FNV-1a: spreading needs no cryptography.
    let bytes = uid.bytes().chain(count.to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let [low, ..] = hash.to_le_bytes();
    low
}
