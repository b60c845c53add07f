//! The least cost that a policy could reach if it knew the future.
//!
//! Dynamic programming from the target backwards, over ticks and lost time. Time is lost by waiting and
//! by changeovers, and a job that lost L in all is complete at work + L. So the lost time stands for the
//! work done, and stays below the slack at the start. A changeover is a jump over its ticks: to break
//! one off is never better than not to begin it.

use std::collections::VecDeque;

use crate::job::{Job, Outcome, count, float, whole};

/// The most units in a tick.
const MOST_UNITS: i64 = 10;

/// Replays a job under the best policy; on-demand from the start if nothing meets the target.
pub(crate) fn replay(job: &Job, available: &[bool], gap_seconds: i64) -> Outcome {
    let grid = Grid::new(job, gap_seconds);
    let cost = grid.least_units(available) / (grid.work * job.price_ratio);
    if cost.is_finite() { Outcome { cost, missed: false } } else { job.on_demand(gap_seconds) }
}

/// The job in units, of which a tick has a few, such that a changeover is a whole number of them.
struct Grid {
    units_in_tick: i64,
    ticks: i64,
    work: f64,
    /// The most that can be lost.
    slack: i64,
    changeover: i64,
    /// The ticks that a changeover touches, at least 1.
    jump: usize,
    price_ratio: f64,
}

/// The least units of price from a tick on, by where the job is.
#[derive(Clone, Copy)]
struct Cell {
    free: f64,
    spot: f64,
    on_demand: f64,
}

impl Cell {
    const DONE: Self = Self { free: 0.0, spot: 0.0, on_demand: 0.0 };
    const LATE: Self = Self { free: f64::INFINITY, spot: f64::INFINITY, on_demand: f64::INFINITY };
}

/// The cells of a tick by the units lost so far. Those beyond the slack are late.
type Row = Vec<Cell>;

impl Grid {
    /// Where no unit fits the changeover, it is rounded down.
    fn new(job: &Job, gap_seconds: i64) -> Self {
        let units_in_tick = (1..=MOST_UNITS)
            .find(|units| job.changeover_seconds * units % gap_seconds == 0)
            .unwrap_or(MOST_UNITS);
        let changeover = job.changeover_seconds * units_in_tick / gap_seconds;
        let ticks = (job.limit_seconds + gap_seconds - 1) / gap_seconds;
        let work = float(job.work_seconds * units_in_tick) / float(gap_seconds);
        Self {
            units_in_tick,
            ticks,
            work,
            slack: whole((float(ticks * units_in_tick) - work).floor()),
            changeover,
            jump: count((changeover + units_in_tick - 1) / units_in_tick).max(1),
            price_ratio: job.price_ratio,
        }
    }

    fn least_units(&self, available: &[bool]) -> f64 {
        if self.slack < 0 {
            return f64::INFINITY;
        }
        let beyond = count(self.units_in_tick.max(self.changeover));
        let mut row = vec![Cell::DONE; count(self.slack) + 1];
        row.resize(row.len() + beyond, Cell::LATE);
        let mut later: VecDeque<Row> = vec![row.clone(); self.jump].into();
        for tick in (0..self.ticks).rev() {
            self.fill(&mut row, tick, &later, available);
            later.push_front(row);
            row = later.pop_back().unwrap_or_default();
        }
        later.front().and_then(|row| row.first()).map_or(f64::INFINITY, |cell| cell.free)
    }

    /// Fills the row of a tick for all losses that are possible by then.
    fn fill(&self, row: &mut Row, tick: i64, later: &VecDeque<Row>, available: &[bool]) {
        let (next, landing) = (cells(later.front(), 0), cells(later.back(), self.changeover));
        let waited = cells(later.front(), self.units_in_tick);
        let from = available.get(count(tick)..).unwrap_or_default();
        let runs = from.first().is_some_and(|on| *on);
        let starts = from.get(..self.jump).is_some_and(|ticks| ticks.iter().all(|on| *on));
        let spot_if = |there: bool| if there { 1.0 } else { f64::INFINITY };
        let (keep_price, start_price) = (spot_if(runs), spot_if(starts));

        let passed = tick * self.units_in_tick;
        let one_tick = float(self.units_in_tick);
        let jump = one_tick * self.jump_ticks();
        let mut left = self.work - float(passed);
        let places = row.iter_mut().zip(next).zip(landing.iter().zip(waited));
        for ((cell, next), (landing, waited)) in places.take(count(self.slack.min(passed)) + 1) {
            *cell = if left > 0.0 {
                let (running, starting) =
                    (least(one_tick, left), least(jump, left + float(self.changeover)));
                let start_spot = landing.spot + starting * start_price;
                let start_on_demand = landing.on_demand + starting * self.price_ratio;
                let free = least(waited.free, least(start_spot, start_on_demand));
                Cell {
                    free,
                    spot: least(free, next.spot + running * keep_price),
                    on_demand: least(free, next.on_demand + running * self.price_ratio),
                }
            } else {
                Cell::DONE
            };
            left += 1.0;
        }
    }

    fn jump_ticks(&self) -> f64 {
        i64::try_from(self.jump).map_or(f64::INFINITY, float)
    }
}

fn cells(row: Option<&Row>, from: i64) -> &[Cell] {
    row.and_then(|row| row.get(count(from)..)).unwrap_or_default()
}

fn least(left: f64, right: f64) -> f64 {
    if left < right { left } else { right }
}

#[cfg(test)]
mod tests {
    use super::replay;
    use crate::comparison::compare;
    use crate::engine::{Place, tests::cost_of};
    use crate::job::Job;
    use crate::policy::Policy;
    use crate::random::Generator;
    use crate::samples::{Sampling, choose};
    use crate::synthetic::Model;

    const PLACES: [Place; 3] = [Place::Queued, Place::Spot, Place::OnDemand];

    /// The least cost of all ways through `available`.
    fn brute_force(job: &Job, available: &[bool]) -> f64 {
        let ways = 3_usize.pow(u32::try_from(available.len()).unwrap());
        (0..ways)
            .filter_map(|way| {
                let place =
                    |tick: usize| PLACES[way / 3_usize.pow(u32::try_from(tick).unwrap()) % 3];
                let places: Vec<Place> = (0..available.len()).map(place).collect();
                cost_of(job, &places, available, 600)
            })
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn no_way_through_a_short_trace_is_cheaper() {
        let mut generator = Generator::new(7);
        for (work_seconds, changeover_seconds, price_ratio) in
            [(1800, 720, 3.0), (2400, 360, 2.0), (2100, 600, 3.0), (1000, 0, 1.5), (3000, 240, 4.0)]
        {
            let job = Job {
                work_seconds,
                limit_seconds: 4800,
                changeover_seconds,
                changeover_varies: false,
                price_ratio,
            };
            for _ in 0..12 {
                let available: Vec<bool> = (0..8).map(|_| generator.draw() < 0.6).collect();
                let (best, found) = (brute_force(&job, &available), replay(&job, &available, 600));
                let off = (found.cost - best).abs();
                assert!(off < 1e-9, "{job:?} {available:?}: {found:?} is not {best}");
            }
        }
    }

    #[test]
    fn no_policy_is_cheaper() {
        let job = Job {
            work_seconds: 172_800,
            limit_seconds: 216_000,
            changeover_seconds: 720,
            changeover_varies: false,
            price_ratio: 3.0,
        };
        let traces = [(String::new(), Model::Mid.parameters().trace(1))];
        let policies = ["greedy", "balanced", "uniform-progress", "optimum"];
        let policies = policies.map(|name| name.parse::<Policy>().unwrap());
        for sample in choose(Sampling::Every { ticks: 2160 }, &job, &traces).unwrap() {
            let costs = policies.map(|policy| compare(&[policy], &job, &[sample])[0].cost);
            assert!(costs.iter().all(|cost| *cost >= costs[3]), "{costs:?}");
        }
    }

    #[test]
    fn without_slack_it_is_on_demand() {
        let job = Job {
            work_seconds: 6000,
            limit_seconds: 6000,
            changeover_seconds: 720,
            changeover_varies: false,
            price_ratio: 3.0,
        };
        assert_eq!(replay(&job, &[true; 20], 600), job.on_demand(600));
    }
}
