//! Balanced: between spot and on-demand, by the slack that the target leaves.
//!
//! Slack is the time to the target less the work that is left. Training keeps it, waiting costs it one
//! to one, a changeover costs its length; it never comes back. With much slack spot is waited for long,
//! with little hardly, and from on-demand the object goes back to spot now and then, as long as the
//! slack pays for the way there and back: nothing shows from on-demand whether spot is there.
//!
//! The shape follows the optimum on known on/off models; the constants are flat. `policy-replay`
//! compares it with others on availability traces.

use jiff::{SignedDuration, Timestamp};

use super::{Idle, Move};
use crate::domain::admission::Rooms;
use crate::domain::moment::after;
use crate::domain::policy::changeover::believed;
use crate::domain::policy::progress::{target_time, work_left};
use crate::domain::run::Run;
use crate::domain::run::cursor::{Cursor, Search};
use crate::domain::run::live_attempt::LiveAttempt;
use crate::domain::spec::capacity::{OnDemandFallback, Target};
use crate::domain::spec::plan::Plan;
use crate::domain::spec::pool::{Market, Pool};

/// How long spot is searched for with as much slack as work.
const SEARCH: SignedDuration = SignedDuration::from_hours(20);

/// The shortest search: launching instances takes minutes.
const SHORTEST_SEARCH: SignedDuration = SignedDuration::from_mins(20);

/// How long on-demand is kept the first time, what each search in vain makes of it, and the longest.
const STINT: SignedDuration = SignedDuration::from_hours(2);
const STINT_GROWTH: f64 = 1.5;
const LONGEST_STINT: SignedDuration = SignedDuration::from_hours(24);

/// When the search that `idle` is a part of is given up for on-demand. Where the way back is closed, at
/// the safety net only: a way without return costs more than waiting.
pub(super) fn search_is_over(idle: &Idle<'_>, run: &Run, plan: &Plan) -> Option<Move> {
    // Of on-demand without room, the safety net asks again.
    let target = target(plan).filter(|_| !idle.is_last_resort)?;
    let to = idle.to_on_demand(plan)?;
    let since = idle.searching_since();
    let room = Room::at(since, run, plan, &target)?;
    let longest = room.longest_search(idle.search.from_on_demand);
    let at = after(since, longest);
    let why = "spot was searched for as long as the slack of spec.capacity.target is worth it";
    Some(Move { at: at.max(idle.since), to: Some(to), why })
}

/// When an on-demand job that trains is left for spot.
pub(super) fn leaves_on_demand(run: &Run, plan: &Plan, rooms: Rooms<'_>) -> Option<Move> {
    let target = target(plan)?;
    let live = run.live().filter(|live| live.market == Market::OnDemand)?;
    // A rule of the failure policy has sent it here.
    let spot = spot_like(live, plan, rooms).filter(|_| !run.retries.sent_to_on_demand)?;
    let job = live.job.as_ref()?;
    let training_since = job.training_since?;
    let began = job.created.map_or(live.start, |created| {
        after(created, SignedDuration::from_secs(job.launch_seconds))
    });
    // While it trains its slack stays as it is.
    let room = Room::at(training_since, run, plan, &target)?;
    if room.slack < room.changeover * 2 {
        return None;
    }
    let fruitless = run.cursor.as_ref().map_or(0, |cursor| cursor.search.fruitless);
    let at = after(began, room.stint(fruitless, training_since.duration_since(began)));
    // An estimate that is used up says nothing of what is left: it ends where it is.
    let has_work_left = at < after(training_since, room.work);
    let search = Search { from_on_demand: true, fruitless, ..Search::default() };
    has_work_left.then(|| Move {
        at,
        to: Some(Cursor::at(spot, 0, search)),
        why: "spec.capacity.target leaves slack to try spot again",
    })
}

fn target(plan: &Plan) -> Option<Target> {
    let is_balanced = plan.capacity.on_demand == OnDemandFallback::Balanced;
    plan.capacity.target.filter(|_| is_balanced && plan.capacity.returns)
}

/// The spot pool of the same instance type, else the first one, of those that may have room.
fn spot_like<'p>(live: &LiveAttempt, plan: &'p Plan, rooms: Rooms<'_>) -> Option<&'p Pool> {
    let mut open = plan.of(Market::Spot).filter(|pool| rooms.is_open(pool));
    let same = open.clone().find(|pool| pool.instance_type == live.instance_type);
    same.or_else(|| open.next())
}

/// What the target leaves room for, at one moment.
#[derive(Clone, Copy, Debug)]
struct Room {
    work: SignedDuration,
    slack: SignedDuration,
    changeover: SignedDuration,
}

impl Room {
    fn at(moment: Timestamp, run: &Run, plan: &Plan, target: &Target) -> Option<Self> {
        let work = work_left(run, plan, target, moment);
        let left = target_time(run, target)?.duration_since(moment) - target.safety_margin;
        Some(Self { work, slack: left - work, changeover: believed(run, target) })
    }

    /// The slack's share of the work that is left.
    fn share(&self) -> f64 {
        (self.slack.as_secs_f64() / self.work.as_secs_f64().max(1.0)).max(0.0)
    }

    /// How long spot is searched for: a search right after on-demand half as long.
    fn longest_search(&self, from_on_demand: bool) -> SignedDuration {
        let part = if from_on_demand { 0.5 } else { 1.0 };
        seconds(SEARCH.as_secs_f64() * self.share().powi(2) * part).max(SHORTEST_SEARCH)
    }

    /// How long on-demand is kept, of which the training began after `launch`: less and less often
    /// where spot was searched for in vain, and no shorter than 2 changeovers over the slack's share of
    /// the work that is left then. That work shrinks as it trains, so this is where the two meet.
    fn stint(&self, fruitless: u32, launch: SignedDuration) -> SignedDuration {
        let growth = STINT_GROWTH.powf(f64::from(fruitless));
        let by_searches = seconds(STINT.as_secs_f64() * growth).min(LONGEST_STINT);
        let weight = 2.0 * self.changeover.as_secs_f64() / self.slack.as_secs_f64().max(1.0);
        let until_used_up = launch.as_secs_f64() + self.work.as_secs_f64();
        seconds(until_used_up * weight / (1.0 + weight)).max(by_searches)
    }
}

/// Whole seconds, a hundred years at most.
fn seconds(seconds: f64) -> SignedDuration {
    const HUNDRED_YEARS: f64 = 3.15e9;
    SignedDuration::try_from_secs_f64(seconds.min(HUNDRED_YEARS).round()).unwrap_or(LONGEST_STINT)
}
