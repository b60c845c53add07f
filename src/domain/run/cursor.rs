//! The cursor: where the next attempt is wanted. It is a pool, not an index: an edit of the list of
//! instance types leaves it where it is.

use serde::{Deserialize, Serialize};

use super::Unknown;
use crate::domain::spec::pool::{Market, Pool};
use crate::domain::vocabulary::Word;

/// Where the next attempt is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cursor {
    /// The instance type.
    pub instance_type: String,
    /// How it is paid for.
    pub market: Word<Market>,
    /// Spot pools that were left for lack of capacity.
    #[serde(default)]
    pub tried: u32,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

impl Cursor {
    /// A cursor at `pool`, after so many spot pools.
    #[must_use]
    pub fn at(pool: &Pool, tried: u32) -> Self {
        Self {
            instance_type: pool.instance_type.clone(),
            market: pool.market.into(),
            tried,
            other: Unknown::new(),
        }
    }

    /// Its pool; `None` if a newer version chose a market that this one does not know.
    #[must_use]
    pub fn pool(&self) -> Option<Pool> {
        match self.market {
            Word::Known(market) => Some(Pool { instance_type: self.instance_type.clone(), market }),
            Word::Newer(_) => None,
        }
    }
}
