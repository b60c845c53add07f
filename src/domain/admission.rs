//! Admission: what AWS's rates and quotas, and other objects, allow now. A view that takes nothing.

use jiff::Timestamp;

use super::job::call_error::CallError;
use super::spec::pool::Pool;

/// What may be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Whose credentials the operator has.
    pub identity: Identity,
    /// Whether the object's region answers.
    pub region: RegionHealth,
    /// Whether the object's checkpoint prefix is free.
    pub prefix: PrefixState,
    /// The pools of the object's plan, in its order; those that are missing are open.
    pub pools: Vec<PoolState>,
    /// Whether it is the object's turn to create a job.
    pub create: CreateTurn,
}

/// Whose credentials the operator has: asked once for all objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// STS said so.
    Known {
        /// The 12-digit account id.
        account: String,
        /// A hash of account and role; the same for every key and session of a role.
        principal: u64,
    },
    /// Nobody has asked yet, or somebody asks now.
    Unknown,
    /// STS, or the provider of the credentials, refuses or does not answer.
    Refused {
        /// What it said last.
        error: CallError,
        /// Since when it has not given an identity.
        since: Timestamp,
    },
}

impl Identity {
    /// The principal; 0 if it is not known.
    #[must_use]
    pub const fn principal(&self) -> u64 {
        match self {
            Self::Known { principal, .. } => *principal,
            Self::Unknown | Self::Refused { .. } => 0,
        }
    }
}

/// Whether a region answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegionHealth {
    /// As far as is known.
    Answers,
    /// It has not answered anybody since then; one object asks at a time.
    Silent {
        /// Since when.
        since: Timestamp,
        /// What the last call ended with.
        words: String,
    },
}

/// Whether a checkpoint prefix is free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixState {
    /// No other object's job writes there.
    Free,
    /// Another object's job is possibly live on it, or an older object waits for it.
    InUse {
        /// That object's name, if it is in the same namespace.
        by: Option<String>,
    },
    /// The operator has just started and does not know yet.
    Unknown,
}

/// Whether a pool has room, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolState {
    /// Nothing speaks against asking.
    Open,
    /// Its quota is used up; one object asks at a time.
    Closed {
        /// When this object asks, if it is the next one to.
        probe_at: Option<Timestamp>,
    },
    /// AWS has said that this object can't have it; it is asked again then.
    Unusable {
        /// When.
        until: Timestamp,
    },
}

/// What is known of the pools of a plan: all are open, unless admission says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rooms<'a> {
    pools: &'a [Pool],
    states: &'a [PoolState],
}

impl<'a> Rooms<'a> {
    /// The pools of a plan, with what admission says of them.
    #[must_use]
    pub const fn new(pools: &'a [Pool], states: &'a [PoolState]) -> Self {
        Self { pools, states }
    }

    /// Whether a pool has room, as far as is known.
    #[must_use]
    pub fn of(&self, pool: &Pool) -> PoolState {
        let mut known = self.pools.iter().zip(self.states);
        known.find(|(known, _)| *known == pool).map_or(PoolState::Open, |(_, state)| *state)
    }

    /// Whether nothing speaks against asking for a pool.
    #[must_use]
    pub fn is_open(&self, pool: &Pool) -> bool {
        self.of(pool) == PoolState::Open
    }
}

/// Whether it is an object's turn to create a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateTurn {
    /// A token is there.
    Now,
    /// About then.
    Expected(Timestamp),
}

/// A queue in which an object waits to be woken, without a timer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// For a token of the create rate.
    Create,
    /// For room in a quota.
    Pool(Pool),
    /// For a checkpoint prefix.
    Prefix,
    /// For the answer to whose credentials these are.
    Identity,
    /// For a region that does not answer.
    Region,
}
