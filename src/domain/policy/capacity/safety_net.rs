//! The safety net: on-demand to the end, when the target would be missed otherwise.
//!
//! With R the time to the target, C the work that is left and d a changeover: idle and R < C + 2d
//! means on-demand to the end. One d is to start, the other one is spare: a spot instance that is
//! taken away while R = C + 2d leaves C + d after its changeover is lost ("Can't Be Late", NSDI 2024,
//! §3.3).

use jiff::{SignedDuration, Timestamp};

use super::{Idle, Move};
use crate::domain::moment::after;
use crate::domain::policy::changeover::believed;
use crate::domain::policy::progress::{target_time, work_left};
use crate::domain::run::Run;
use crate::domain::spec::plan::Plan;

/// How long spot is waited for, at least, by an object that found no room on demand.
const LAST_RESORT: SignedDuration = SignedDuration::from_mins(10);

/// When the net is reached, if the object stays idle until then.
pub(super) fn reached(idle: &Idle<'_>, run: &Run, plan: &Plan, now: Timestamp) -> Option<Move> {
    let target = plan.capacity.target.filter(|_| plan.capacity.on_demand.meets_a_target())?;
    let to = idle.to_on_demand_in_line(plan)?;
    let changeover = believed(run, &target);
    if idle.is_last_resort {
        // Spot gets a chance before on-demand is asked again.
        let chance = (changeover * 2).max(LAST_RESORT);
        let why = "on-demand is asked for room again";
        return Some(Move { at: after(idle.since, chance), to: run.cursor.clone(), why });
    }
    let work = work_left(run, plan, &target, now);
    if work.is_zero() {
        // The training outlives its estimate: nobody knows how much is left.
        let why = "estimatedRuntimeSeconds of spec.capacity.target are trained";
        return Some(Move { at: idle.since, to: Some(to), why });
    }
    let needed = work + changeover * 2 + target.safety_margin;
    let at = after(target_time(run, &target)?, -needed);
    let why = "less time is left than the work and two changeovers of spec.capacity.target need";
    Some(Move { at: at.max(idle.since), to: Some(to), why })
}
