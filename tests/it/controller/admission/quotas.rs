//! Quotas: one object asks at a time and in rotation, the others sleep, and nobody is held back by
//! one that can never fit.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::controller::admission::Outcome;
use spot_training_operator::domain::admission::{PoolState, Queue};
use spot_training_operator::domain::effect::Attempt;

use super::fleet::{Aws, Fleet, LATENCY, Object, pool};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const FULL: Outcome = Outcome::QuotaUsedUp;

/// An AWS with room for so many instances, which a test may change.
fn limited(room: i32) -> (Aws, Arc<Mutex<i32>>) {
    let room = Arc::new(Mutex::new(room));
    let left = room.clone();
    let aws: Aws = Box::new(move |object: &Object| {
        let mut left = left.lock().unwrap();
        let fits = object.size <= *left;
        if fits {
            *left -= object.size;
        }
        (LATENCY, if fits { Outcome::Accepted } else { FULL })
    });
    (aws, room)
}

fn sized(namespace: &str, number: u32, size: i32) -> Object {
    Object { size, ..Object::new(namespace, number) }
}

/// Who asked, in order, by the letter of its namespace and its number.
fn asked(fleet: &Fleet) -> Vec<&str> {
    fleet.sent.iter().map(|sent| sent.uid.as_str()).collect()
}

fn probe_at(fleet: &Fleet, uid: &str) -> Option<Timestamp> {
    match fleet.views[uid].pools[..] {
        [PoolState::Closed { probe_at }] => probe_at,
        _ => panic!("{uid}: {:?}", fleet.views[uid]),
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_can_never_fit_closes_the_pool_for_itself_alone() {
    let mut fleet = Fleet::new(Box::new(|object| {
        let never_fits = object.size > 2;
        let outcome = if never_fits { Outcome::PoolUnfit } else { Outcome::Accepted };
        (LATENCY, outcome)
    }));
    let q1 = sized("team", 1, 4);
    fleet.apply(q1.clone());
    fleet.run_for(SECOND).await;
    fleet.apply(sized("team", 2, 1));
    assert_eq!(fleet.sent.last().map(|sent| sent.uid.as_str()), Some("team-00002"), "at once");
    let state = |object: &Object, fleet: &Fleet| {
        fleet.admissions.view(&object.who, &object.wish(), fleet.wall()).pools
    };
    let closed = state(&q1, &fleet);
    let [PoolState::Unusable { until: again }] = closed[..] else { panic!("{closed:?}") };
    let wait = again.duration_since(fleet.wall());
    assert!(wait > SignedDuration::from_mins(44) && wait <= SignedDuration::from_hours(1));
    let edited = Object { generation: 2, size: 2, ..q1.clone() };
    assert_eq!(state(&edited, &fleet), [PoolState::Open]);
    // Somebody who waits is woken when it may ask again.
    fleet.admissions.wait(&q1.who, &q1.wish(), Some(&Queue::Pool(q1.pool.clone())));
    let woken = fleet.woken;
    fleet.run_for(MINUTE * 44).await;
    assert_eq!(fleet.woken, woken);
    fleet.run_for(MINUTE).await;
    assert_eq!(fleet.woken, woken + 1);
    assert_eq!(state(&q1, &fleet), [PoolState::Open]);
}

#[tokio::test(start_paused = true)]
async fn a_closed_pool_is_probed_ever_less_often_and_in_rotation() {
    let (aws, _) = limited(0);
    let mut fleet = Fleet::new(aws);
    for (namespace, number) in [("a", 0), ("a", 1), ("a", 2), ("b", 3)] {
        fleet.apply(Object::new(namespace, number));
        fleet.run_for(SECOND).await;
    }
    let shown: Vec<_> =
        fleet.objects.keys().filter(|uid| probe_at(&fleet, uid).is_some()).collect();
    assert_eq!(shown, ["a-00000"], "it is the next one to ask");
    fleet.run_for(MINUTE * 60).await;
    let gaps: Vec<_> =
        fleet.sent.windows(2).map(|two| two[1].at.saturating_sub(two[0].at).as_secs()).collect();
    assert_eq!(gaps, [30, 60, 120, 240, 480, 600, 600, 600, 600]);
    let turns = [
        "a-00000", "a-00001", "b-00003", "a-00002", "b-00003", "a-00000", "b-00003", "a-00001",
        "b-00003", "a-00002",
    ];
    assert_eq!(asked(&fleet), turns, "namespaces take turns");
    assert_eq!(fleet.most_under_way, 1);
    assert_eq!(fleet.woken, turns.len() - 1, "nobody else is woken");
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_a_smaller_request_asks() {
    let (aws, room) = limited(0);
    let mut fleet = Fleet::new(aws);
    fleet.apply(sized("a", 0, 8));
    fleet.run_for(SECOND).await;
    for (number, size) in [(1, 8), (2, 4), (3, 2)] {
        fleet.apply(sized("a", number, size));
    }
    *room.lock().unwrap() = 2;
    fleet.run_for(SECOND * 32).await;
    // The smallest gets what there is; the next one in line finds nothing.
    assert_eq!(asked(&fleet)[..2], ["a-00000", "a-00003"]);
    assert_eq!(fleet.created(), ["a-00003"]);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_waiting_objects_sleep_and_are_woken_one_by_one_when_there_is_room() {
    let (aws, room) = limited(0);
    let mut fleet = Fleet::new(aws);
    fleet.apply(Object::new("a", 0));
    fleet.run_for(SECOND).await;
    for number in 1..=1_000 {
        fleet.apply(Object::new(["a", "b"][number as usize % 2], number));
    }
    let waiting = fleet.objects.len();
    fleet.run_for(MINUTE * 30).await;
    let probes = fleet.sent.len();
    assert!(probes <= 8, "{probes} probes in half an hour");
    assert!(fleet.woken <= probes, "{} wakes for {probes} probes", fleet.woken);
    *room.lock().unwrap() = 50;
    fleet.run_for(MINUTE * 20).await;
    assert_eq!(fleet.created().len(), 50);
    assert_eq!(fleet.objects.len(), waiting - 50);
    assert_eq!(fleet.most_under_way, 1, "each after the create of the one before has ended");
    assert!(fleet.woken <= fleet.sent.len(), "{} wakes, {} sent", fleet.woken, fleet.sent.len());
    let accepted: Vec<_> =
        fleet.sent.iter().filter(|sent| sent.outcome == Outcome::Accepted).collect();
    let took = accepted[49].at.saturating_sub(accepted[0].at);
    assert!(took <= SECOND * 60, "at the rate of creates: {took:?}");
    let first = fleet.created()[1..9].to_vec();
    assert!(first.contains(&"a-00002") && first.contains(&"b-00001"), "the oldest: {first:?}");
}

#[tokio::test(start_paused = true)]
async fn the_turn_of_one_that_goes_elsewhere_passes_to_the_next() {
    let (aws, room) = limited(0);
    let mut fleet = Fleet::new(aws);
    for number in 0..4 {
        fleet.apply(Object::new("a", number));
        fleet.run_for(SECOND).await;
    }
    *room.lock().unwrap() = 4;
    // Gone without a word, suspended, deleted: the third one is next.
    let gone = fleet.objects.remove("a-00000").unwrap();
    let suspended = fleet.objects.remove("a-00001").unwrap();
    fleet.admissions.wait(&suspended.who, &suspended.wish(), None);
    let deleted = fleet.objects.remove("a-00002").unwrap();
    fleet.admissions.forget(&deleted.who.uid);
    fleet.run_for(SECOND * 40).await;
    assert_eq!(fleet.created(), ["a-00003"]);
    drop(gone);
}

#[tokio::test(start_paused = true)]
async fn a_newcomer_waits_while_another_one_asks() {
    let (aws, _) = limited(0);
    let mut fleet = Fleet::new(aws);
    fleet.apply(Object::new("a", 1));
    fleet.run_for(SECOND * 30).await;
    fleet.run_for(LATENCY * 2).await;
    assert_eq!(fleet.under_way, 1);
    fleet.apply(Object::new("a", 0));
    assert_eq!(fleet.under_way, 1);
    assert_eq!(probe_at(&fleet, "a-00000"), None, "nobody knows yet");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_may_have_been_executed_passes_the_gate() {
    let (aws, _) = limited(0);
    let mut fleet = Fleet::new(aws);
    fleet.apply(Object::new("a", 0));
    fleet.run_for(SECOND * 3).await;
    let other = Object::new("a", 1);
    let claim = |is_resend| {
        let attempt = Attempt { is_resend, ..other.attempt() };
        fleet.admissions.claim_create(&other.who, &other.wish(), &attempt)
    };
    assert!(claim(false).is_err());
    assert!(claim(true).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_ends_for_another_reason_leaves_the_turn_to_the_next() {
    for outcome in [
        Outcome::Refused,
        Outcome::Throttled,
        Outcome::Unanswered { words: "timeout".to_owned() },
        Outcome::PoolUnfit,
    ] {
        let mut calls = 0;
        let answer = outcome.clone();
        let mut fleet = Fleet::new(Box::new(move |_| {
            calls += 1;
            let answers = [FULL, answer.clone(), Outcome::Accepted];
            (LATENCY, answers[(calls - 1).min(2)].clone())
        }));
        for number in 0..3 {
            fleet.apply(Object::new(["a", "b", "c"][number as usize], number));
            fleet.run_for(SECOND).await;
        }
        fleet.run_for(SECOND * 50).await;
        assert!(fleet.created().len() >= 2, "{outcome:?}: {:?}", fleet.sent);
        assert!(
            fleet.sent[2].at.saturating_sub(fleet.sent[1].at) <= SECOND * 5,
            "{outcome:?}: {:?}",
            fleet.sent
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_prober_that_waits_long_for_its_token_holds_back_nobody() {
    let (aws, _) = limited(0);
    let mut fleet = Fleet::new(aws);
    // A tenant floods the create rate with another pool, and one of its objects is the next to ask.
    fleet.apply(Object::new("big", 9_000));
    fleet.apply(Object::new("small", 9_001));
    fleet.run_for(SECOND * 5).await;
    fleet.aws = Box::new(|_| (LATENCY, Outcome::Accepted));
    for number in 0..3_000 {
        fleet.apply(Object { pool: pool("ml.p5.48xlarge"), ..Object::new("big", number) });
    }
    fleet.run_for(MINUTE * 3).await;
    assert!(fleet.created_at("small-09001").is_some(), "{:?}", fleet.views["small-09001"]);
}
