//! The one random source of all tests: every draw is a hash of the seed and of what it is for, so
//! that neither the order of calls nor another object's history changes it.

use std::fmt::Debug;
use std::time::Duration;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use sha2::{Digest, Sha256};

/// The seed of every test, unless `SEEDS` asks for others.
pub(crate) const DEFAULT_SEED: u64 = 20_261_123;

/// The seeds to run: `SEEDS=5` runs five, `SEEDS=100..200` those, no `SEEDS` the default one.
pub(crate) fn seeds() -> Vec<u64> {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests alone")]
    let asked = std::env::var("SEEDS").unwrap_or_default();
    let number = |text: &str| {
        text.trim().parse::<u64>().unwrap_or_else(|_| {
            panic!("SEEDS is a number of seeds or a range such as 100..200, not {asked:?}")
        })
    };
    if asked.is_empty() {
        return vec![DEFAULT_SEED];
    }
    match asked.split_once("..") {
        Some((first, end)) => (number(first)..number(end)).collect(),
        None => (DEFAULT_SEED..DEFAULT_SEED + number(&asked)).collect(),
    }
}

/// A hash of the seed and the purpose alone.
fn digest(seed: u64, purpose: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(seed.to_be_bytes());
    for part in purpose {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().into()
}

/// 64 bits decided by the seed and the purpose alone.
pub(crate) fn bits(seed: u64, purpose: &[&str]) -> u64 {
    u64::from_be_bytes(digest(seed, purpose)[..8].try_into().unwrap())
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

/// Checks a property over `cases` values per seed. A failure names its seed.
pub(crate) fn check<S: Strategy>(
    purpose: &str,
    cases: u32,
    values: &S,
    property: impl Fn(S::Value) -> TestCaseResult,
) where
    S::Value: Debug,
{
    for seed in seeds() {
        println!("{purpose}: {cases} cases of seed {seed}");
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &digest(seed, &[purpose]));
        let mut runner = TestRunner::new_with_rng(config, rng);
        if let Err(error) = runner.run(values, &property) {
            panic!("{purpose}, seed {seed}: {error}");
        }
    }
}

/// A row of draws for one purpose.
#[derive(Clone, Debug)]
pub(crate) struct Draws(u64);

impl Draws {
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
