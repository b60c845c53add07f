//! A pool: where an attempt gets its instances from.

use crate::domain::vocabulary::{Vocabulary, Word, vocabulary};

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

impl Pool {
    /// The pool of a stored instance type and market; `None` if a newer version chose a market that
    /// this one does not know.
    #[must_use]
    pub fn read(instance_type: &str, market: &Word<Market>) -> Option<Self> {
        match market {
            Word::Known(market) => {
                Some(Self { instance_type: instance_type.to_owned(), market: *market })
            }
            Word::Newer(_) => None,
        }
    }
}

impl std::fmt::Display for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.market.in_words(), self.instance_type)
    }
}
