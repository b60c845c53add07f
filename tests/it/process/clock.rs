//! The time of the process: which steps of the wall clock it follows.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::port::Clock;
use spot_training_operator::runtime::process_clock::ProcessClock;

use super::machine::Machine;

const START: &str = "2026-01-01T00:00:00Z";

fn started() -> (Arc<Machine>, ProcessClock) {
    let machine = Arc::new(Machine::at(START));
    let clock = ProcessClock::new(machine.clone());
    (machine, clock)
}

fn after_start(seconds: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

#[test]
fn steps_of_the_wall_clock_move_no_deadline() {
    let (machine, clock) = started();
    for step in [3 * 3600, -7 * 3600, 24 * 3600, -1] {
        let before = clock.now();
        machine.set(step);
        assert_eq!(clock.now(), before, "a step of {step} s");
        machine.pass(10);
        assert_eq!(clock.now(), before + SignedDuration::from_secs(10), "a step of {step} s");
    }
}

#[test]
fn a_wall_clock_that_a_date_header_confirms_is_followed() {
    // Set right after the start; asleep for an hour; a drift of a second.
    for step in [-3 * 3600, 3600, 1] {
        for disagreement in [-60, 0, 60] {
            let (machine, clock) = started();
            machine.set(step);
            clock.date_header(machine.wall() + SignedDuration::from_secs(disagreement));
            assert_eq!(clock.now(), machine.wall(), "a step of {step} s, off by {disagreement} s");
            machine.pass(5);
            assert_eq!(clock.now(), machine.wall());
        }
    }
}

#[test]
fn a_wall_clock_that_a_date_header_contradicts_is_not_followed() {
    for disagreement in [-61, 61, -3600, 90_000] {
        let (machine, clock) = started();
        clock.date_header(machine.wall());
        machine.pass(30);
        machine.set(1800);
        clock.date_header(machine.wall() + SignedDuration::from_secs(disagreement));
        assert_eq!(clock.now(), after_start(30), "off by {disagreement} s");
    }
}

#[test]
fn a_wall_clock_that_was_wrong_at_the_start_is_not_believed() {
    let (machine, clock) = started();
    machine.pass(2);
    let date = after_start(2) - SignedDuration::from_hours(5);
    clock.date_header(date);
    assert_eq!(clock.now(), date);
    machine.pass(10);
    clock.date_header(date + SignedDuration::from_hours(30));
    assert_eq!(clock.now(), date + SignedDuration::from_secs(10), "only the first one counts");
    machine.set(-5 * 3600);
    clock.date_header(machine.wall());
    assert_eq!(clock.now(), machine.wall(), "it is right now");
}

#[test]
fn time_since_a_moment_is_what_the_clock_that_says_more_says() {
    use spot_training_operator::runtime::machine_clock::MachineClock;
    // Seconds that pass, a step of the wall clock, and the seconds since.
    for (passed, step, since) in
        [(5, 0, 5), (5, 3600, 3605), (5, -2, 5), (5, -3600, 5), (0, 7, 7), (0, -7, 0)]
    {
        let machine = Machine::at(START);
        let earlier = machine.moment();
        machine.pass(passed);
        machine.set(step);
        let measured = machine.moment().since(earlier);
        assert_eq!(measured.as_secs(), since, "{passed} s and a step of {step} s");
    }
}
