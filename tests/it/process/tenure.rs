//! Leadership is valid only while both clocks of the machine say so.

use std::sync::Arc;

use spot_training_operator::port::Leadership;
use spot_training_operator::runtime::leader::{RENEW_WITHIN, Renewed, Tenure};
use spot_training_operator::runtime::machine_clock::{MachineClock, SystemClock};
use tokio::sync::watch;
use tokio::time::{advance, sleep, timeout};

use super::machine::Machine;

fn elected() -> (Arc<Machine>, watch::Sender<Renewed>, Tenure) {
    let machine = Arc::new(Machine::at("2026-01-01T00:00:00Z"));
    let (renewed, receiver) = watch::channel(Some(machine.moment()));
    (machine.clone(), renewed, Tenure::new(receiver, machine))
}

#[test]
fn a_leader_leads_until_it_could_have_renewed() {
    let (machine, renewed, tenure) = elected();
    machine.pass(RENEW_WITHIN.as_secs() - 1);
    assert!(tenure.is_leader());
    machine.pass(1);
    assert!(!tenure.is_leader());
    renewed.send_replace(Some(machine.moment()));
    assert!(tenure.is_leader());
    renewed.send_replace(None);
    assert!(!tenure.is_leader());
}

#[test]
fn a_leader_that_slept_leads_no_more_until_it_has_renewed() {
    let (machine, renewed, tenure) = elected();
    assert!(!tenure.has_lapsed());
    machine.set(3600);
    assert!(!tenure.is_leader() && tenure.has_lapsed());
    renewed.send_replace(Some(machine.moment()));
    assert!(tenure.is_leader() && !tenure.has_lapsed());
    renewed.send_replace(None);
    assert!(!tenure.has_lapsed(), "another one leads");
}

#[test]
fn a_wall_clock_that_was_set_back_keeps_no_leader() {
    let (machine, _renewed, tenure) = elected();
    machine.set(-3600);
    assert!(tenure.is_leader());
    machine.pass(RENEW_WITHIN.as_secs());
    assert!(!tenure.is_leader());
}

#[tokio::test(start_paused = true)]
async fn a_tenure_ends_by_the_monotonic_clock_or_with_the_lease() {
    let clock = Arc::new(SystemClock);
    let (renewed, receiver) = watch::channel(Some(clock.moment()));
    let mut tenure = Tenure::new(receiver, clock.clone());
    let half = RENEW_WITHIN / 2;

    sleep(half).await;
    renewed.send_replace(Some(clock.moment()));
    assert!(timeout(half + half / 2, tenure.end()).await.is_err(), "it was renewed");
    assert!(timeout(half, tenure.end()).await.is_ok(), "it was not renewed");

    renewed.send_replace(Some(clock.moment()));
    renewed.send_replace(None);
    assert!(timeout(half, tenure.end()).await.is_ok(), "the lease is lost");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_comes_with_the_deadline_counts() {
    let clock = Arc::new(SystemClock);
    for _ in 0..64 {
        let (renewed, receiver) = watch::channel(Some(clock.moment()));
        let mut tenure = Tenure::new(receiver, clock.clone());
        let mut end = Box::pin(tenure.end());
        assert!(futures::poll!(&mut end).is_pending());
        advance(RENEW_WITHIN).await;
        renewed.send_replace(Some(clock.moment()));
        assert!(futures::poll!(&mut end).is_pending());
    }
}
