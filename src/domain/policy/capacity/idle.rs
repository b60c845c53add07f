//! Idle: a spot job that waits for instances. Nothing is trained, nothing is billed.

use jiff::Timestamp;

use crate::domain::admission::{PoolState, Rooms};
use crate::domain::job::progress::JobPhase;
use crate::domain::run::Run;
use crate::domain::run::cursor::{Cursor, Search};
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::{Market, Pool};

/// A stretch in which spot capacity is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle<'a> {
    /// Where.
    pub pool: Pool,
    /// Since when, in this pool.
    pub since: Timestamp,
    /// Interruptions of the attempt.
    pub interruptions: u32,
    /// Spot pools that were left before.
    pub tried: u32,
    /// The search over all pools that this is a part of.
    pub search: Search,
    /// On-demand is wanted, and had no room.
    pub is_last_resort: bool,
    /// What is known of the pools. A job that waits is left for none that has no room.
    pub rooms: Rooms<'a>,
}

impl<'a> Idle<'a> {
    /// The idle stretch of the current attempt, or of an object that has none and waits for room on
    /// spot: such a one leaves nothing, and may wait for room anywhere.
    #[must_use]
    pub fn of(run: &Run, plan: &Plan, rooms: Rooms<'a>, now: Timestamp) -> Option<Self> {
        let Some(live) = run.live() else {
            let pool = plan.candidates(run.cursor.as_ref()).into_iter().next()?;
            // Whatever else it waits for may end at once.
            let since = run.without_room_since.unwrap_or(now);
            return (pool.market == Market::Spot).then(|| Self::at(pool, since, run));
        };
        let pool = live.pool().filter(|pool| pool.market == Market::Spot)?;
        let interruptions = live.interruptions();
        Some(Self { interruptions, rooms, ..Self::at(pool, idle_since(live)?, run) })
    }

    /// Idle on `pool` from `since` on, without interruptions.
    #[must_use]
    pub fn at(pool: Pool, since: Timestamp, run: &Run) -> Self {
        let cursor = run.cursor.as_ref();
        // A job that had its instances has found what was searched for.
        let has_found = run.live().is_some_and(LiveAttempt::has_started);
        let search = cursor.filter(|_| !has_found).map(|cursor| cursor.search.clone());
        let is_sent = cursor.is_some_and(Cursor::is_sent_to_on_demand);
        Self {
            pool,
            since,
            interruptions: 0,
            tried: cursor.map_or(0, |cursor| cursor.tried),
            search: search.unwrap_or_default(),
            is_last_resort: is_sent && !has_found,
            rooms: Rooms::default(),
        }
    }

    /// Since when spot is searched for, in whatever pool.
    #[must_use]
    pub fn searching_since(&self) -> Timestamp {
        self.search.since.map_or(self.since, |since| since.min(self.since))
    }

    /// The search goes on in another spot pool.
    #[must_use]
    pub fn to_spot(&self, pool: &Pool, tried: u32) -> Cursor {
        let search = Search { since: Some(self.searching_since()), ..self.search.clone() };
        Cursor::at(pool, tried, search)
    }

    /// The search is given up for on-demand, where the plan has it and it has room.
    #[must_use]
    pub fn to_on_demand(&self, plan: &Plan) -> Option<Cursor> {
        let pool = plan.of(Market::OnDemand).find(|pool| self.rooms.is_open(pool))?;
        Some(Cursor::at(pool, 0, self.search.given_up()))
    }

    /// The same, where on-demand may have room in time: who does not stand in line for it gets none.
    #[must_use]
    pub fn to_on_demand_in_line(&self, plan: &Plan) -> Option<Cursor> {
        let may_come = |pool: &&Pool| !matches!(self.rooms.of(pool), PoolState::Unusable { .. });
        let in_line = || plan.of(Market::OnDemand).find(may_come);
        let in_line = || in_line().map(|pool| Cursor::at(pool, 0, self.search.given_up()));
        self.to_on_demand(plan).or_else(in_line)
    }
}

fn idle_since(live: &LiveAttempt) -> Option<Timestamp> {
    let acknowledged = live.acknowledged?;
    let Some(job) = &live.job else { return Some(acknowledged) };
    let is_idle = match job.phase() {
        JobPhase::WaitingForCapacity | JobPhase::Interrupted => true,
        // After an error of SageMaker's own it may have to wait for instances too.
        JobPhase::Restarting => job.waits(),
        JobPhase::Running => false,
    };
    // Where SageMaker does not say since when, not since before it last changed the job.
    let unsaid = || job.modified.filter(|_| live.has_started()).unwrap_or(acknowledged);
    is_idle.then(|| job.phase_since.unwrap_or_else(unsaid))
}
