//! A pool: where an attempt gets its instances from.

use crate::domain::vocabulary::{Vocabulary, vocabulary};

vocabulary! {
    /// How instances are paid for.
    Market {
        /// Managed spot training.
        Spot,
        /// On-demand instances.
        OnDemand,
    }
}

impl Market {
    /// The market as it reads inside a sentence.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Spot => "spot",
            Self::OnDemand => "on-demand",
        }
    }
}

/// An instance type on one market.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pool {
    /// SageMaker's instance type, such as `ml.g5.2xlarge`.
    pub instance_type: String,
    /// How it is paid for.
    pub market: Market,
}

impl std::fmt::Display for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.market.in_words(), self.instance_type)
    }
}
