//! A small random generator that any language can repeat.

use crate::job::float;

const MODULUS: i64 = 1 << 31;

/// The generator x ← (1103515245·x + 12345) mod 2³¹.
#[derive(Clone, Debug)]
pub(crate) struct Generator(i64);

impl Generator {
    /// A generator whose first x is the seed.
    pub(crate) fn new(seed: u32) -> Self {
        Self(i64::from(seed) % MODULUS)
    }

    /// The next value of x/2³¹: at least 0 and below 1.
    pub(crate) fn draw(&mut self) -> f64 {
        self.0 = (1_103_515_245 * self.0 + 12_345) % MODULUS;
        float(self.0) / float(MODULUS)
    }
}
