//! The cursor: where the next attempt is wanted. It is a pool, not an index: an edit of the list of
//! instance types leaves it where it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Unknown, is_default};
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
    /// The plan began on demand: nobody sent the object there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub began_there: bool,
    /// The search for spot that earlier attempts began.
    #[serde(default, skip_serializing_if = "is_default")]
    pub search: Search,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

/// A search for spot capacity, over all instance types that are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// Since when; `None`: it begins with the next attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Whether it began by leaving on-demand.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from_on_demand: bool,
    /// Earlier searches in a row that began by leaving on-demand and found nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fruitless: u32,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Unknown,
}

impl Cursor {
    /// A cursor at `pool`, after so many spot pools.
    #[must_use]
    pub fn at(pool: &Pool, tried: u32, search: Search) -> Self {
        Self {
            instance_type: pool.instance_type.clone(),
            market: pool.market.into(),
            tried,
            began_there: false,
            search,
            other: Unknown::new(),
        }
    }

    /// Its pool; `None` if a newer version chose a market that this one does not know.
    #[must_use]
    pub fn pool(&self) -> Option<Pool> {
        Pool::read(&self.instance_type, &self.market)
    }

    /// Whether the policy, or a rule, has sent the object to on-demand.
    #[must_use]
    pub fn is_sent_to_on_demand(&self) -> bool {
        self.market == Market::OnDemand && !self.began_there
    }

    /// Whether `other` is at the same pool.
    #[must_use]
    pub fn is_at(&self, other: &Self) -> bool {
        (&self.instance_type, &self.market) == (&other.instance_type, &other.market)
    }
}

impl Search {
    /// The search is given up for on-demand.
    #[must_use]
    pub fn given_up(&self) -> Self {
        let fruitless = self.fruitless.saturating_add(u32::from(self.from_on_demand));
        Self { fruitless, ..Self::default() }
    }
}
