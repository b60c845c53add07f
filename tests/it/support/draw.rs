//! Chance that repeats: every draw is a hash of what it is for, so that neither the order of calls
//! nor another object's fate changes it.

use std::time::Duration;

use sha2::{Digest, Sha256};

/// 64 bits decided by the seed and the purpose alone.
pub(crate) fn bits(seed: u64, purpose: &[&str]) -> u64 {
    let mut hash = Sha256::new_with_prefix(seed.to_be_bytes());
    for part in purpose {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    u64::from_be_bytes(digest[..8].try_into().unwrap())
}

/// A UUID decided by the seed and the purpose alone.
pub(crate) fn uuid(seed: u64, purpose: &[&str]) -> String {
    let (high, low) = (bits(seed, purpose), bits(!seed, purpose));
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0xfff,
        low & 0xffff_ffff_ffff,
    )
}

/// A row of draws for one purpose.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, purpose: &[&str]) -> Self {
        Self(bits(seed, purpose))
    }

    fn bits(&mut self) -> u64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// In [0, 1).
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// Whole seconds between two bounds, short ones as likely as long ones on a logarithmic scale.
    pub(crate) fn seconds(&mut self, low: f64, high: f64) -> i64 {
        let drawn = low * (high / low).powf(self.unit());
        #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
        let whole = drawn.round() as i64;
        whole
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.bits() % u64::try_from(bound).unwrap()).unwrap()
    }

    pub(crate) fn milliseconds(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(low + self.bits() % (high - low))
    }
}
