//! The capacity plan: how long spot capacity is waited for, and what comes after that.

use jiff::SignedDuration;

use super::plan::Plan;
use super::pool::{Market, Pool};
use crate::domain::run::cursor::Cursor;
use crate::domain::vocabulary::Word;

/// How long spot capacity is waited for, and what comes after that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CapacityPlan {
    /// Longest idle stretch on one instance type.
    pub spot_wait: Option<SignedDuration>,
    /// When on-demand instances are used.
    pub on_demand: OnDemandFallback,
    /// Interruptions in one attempt after which it is as if the wait were over.
    pub max_interruptions: Option<u32>,
    /// When the training is to be complete.
    pub target: Option<Target>,
    /// Whether a job that trains may be left for spot: what it has saved can be known.
    pub returns: bool,
}

/// When on-demand instances are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDemandFallback {
    /// Spot only.
    #[default]
    Never,
    /// After one pass over the spot pools.
    AfterWait,
    /// When the target would be missed otherwise.
    AtDeadline,
    /// Between spot and on-demand, by the slack that the target leaves.
    Balanced,
}

impl OnDemandFallback {
    /// Whether it goes to on-demand in time for the target.
    #[must_use]
    pub const fn meets_a_target(self) -> bool {
        match self {
            Self::AtDeadline | Self::Balanced => true,
            Self::Never | Self::AfterWait => false,
        }
    }
}

/// When the training is to be complete, and what is believed of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// From the start, suspensions left out.
    pub complete_within: SignedDuration,
    /// What the training takes without interruptions.
    pub estimated_runtime: SignedDuration,
    /// What a change of instances takes: stop, launch, downloads, and work that is lost.
    pub changeover: SignedDuration,
    /// How long before the target it is to be complete.
    pub safety_margin: SignedDuration,
}

impl Plan {
    /// The pools of one market, the first choice first.
    pub fn of(&self, market: Market) -> impl Iterator<Item = &Pool> + Clone {
        self.pools.iter().filter(move |pool| pool.market == market)
    }

    /// How many spot pools there are.
    #[must_use]
    pub fn spot_pools(&self) -> usize {
        self.of(Market::Spot).count()
    }

    /// The other pools of the market of `pool`, those after it first; from the first choice on if the
    /// plan no longer has it.
    pub fn others<'p>(&'p self, pool: &'p Pool) -> impl Iterator<Item = &'p Pool> {
        let after = self.of(pool.market).skip_while(move |other| *other != pool).skip(1);
        after.chain(self.of(pool.market).take_while(move |other| *other != pool))
    }

    /// Where on-demand begins: with the type that the estimate is about.
    #[must_use]
    pub fn on_demand(&self) -> Option<&Pool> {
        self.of(Market::OnDemand).next()
    }

    /// Where the next attempt may run, the first choice first. Spot is the last resort of an object
    /// that fell back: having no on-demand pool must not mean waiting without end.
    #[must_use]
    pub fn candidates(&self, cursor: Option<&Cursor>) -> Vec<Pool> {
        // An edit has made it an object of spot.
        let is_over =
            |cursor: &&Cursor| cursor.began_there && self.of(Market::Spot).next().is_some();
        let cursor = cursor.filter(|cursor| !is_over(cursor));
        let wanted = cursor.and_then(Cursor::pool).filter(|pool| self.pools.contains(pool));
        let market = match (&wanted, cursor.map(|cursor| &cursor.market)) {
            (Some(pool), _) => pool.market,
            (None, Some(Word::Known(market))) if self.of(*market).next().is_some() => *market,
            (None, _) => self.pools.first().map_or(Market::Spot, |pool| pool.market),
        };
        let from = |pool: &&Pool| wanted.as_ref().is_some_and(|wanted| *pool != wanted);
        let rotated = self.of(market).skip_while(from).chain(self.of(market).take_while(from));
        let mut pools: Vec<_> = rotated.cloned().collect();
        if pools.is_empty() {
            pools = self.of(market).cloned().collect();
        }
        if market == Market::OnDemand {
            pools.extend(self.of(Market::Spot).cloned());
        }
        pools
    }
}
