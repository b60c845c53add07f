//! Regions: one that hangs takes a quarter of the slots at most, is asked by one object at a time,
//! and wakes those that wait once it answers.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use spot_training_operator::controller::admission::{Admissions, Outcome, Requester};
use spot_training_operator::domain::admission::{Queue, RegionHealth};
use spot_training_operator::domain::effect::Priority;
use spot_training_operator::domain::job::call_error::Call;
use tokio::time::advance;

use super::fleet::{Aws, Fleet, LATENCY, Object, known, place};

const SECOND: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(15);

fn unanswered() -> Outcome {
    Outcome::Unanswered { words: "timeout".to_owned() }
}

fn object_in(region: &str, number: u32) -> Object {
    Object { place: place(region), ..Object::new("team", number) }
}

/// An AWS one of whose regions hangs while the flag is up.
fn hanging(region: &'static str) -> (Aws, Arc<AtomicBool>) {
    let hangs = Arc::new(AtomicBool::new(true));
    let flag = hangs.clone();
    let aws: Aws = Box::new(move |object: &Object| {
        if object.place.region == region && flag.load(Ordering::Relaxed) {
            (TIMEOUT, unanswered())
        } else {
            (LATENCY, Outcome::Accepted)
        }
    });
    (aws, hangs)
}

#[tokio::test(start_paused = true)]
async fn a_thousand_objects_in_a_region_that_hangs_keep_nobody_else_waiting() {
    let (aws, hangs) = hanging("ap-east-1");
    let mut fleet = Fleet::new(aws);
    for number in 0..1_000 {
        fleet.apply(object_in("ap-east-1", number));
    }
    fleet.run_for(SECOND * 10).await;
    assert!(fleet.most_under_way <= 4, "{} calls hang", fleet.most_under_way);
    let stop = fleet.admissions.claim(
        &object_in("eu-west-1", 5_000).who,
        &place("eu-west-1"),
        Call::Stop,
        Priority::Urgent,
    );
    assert!(stop.is_ok());
    fleet.apply(object_in("eu-west-1", 5_001));
    assert_eq!(fleet.sent.last().unwrap().uid, "team-05001");

    fleet.run_for(SECOND * 50).await;
    let before = fleet.sent.len();
    fleet.most_under_way = 0;
    fleet.run_for(SECOND * 600).await;
    let probes = fleet.sent.len() - before;
    assert_eq!(fleet.most_under_way, 1, "one asks at a time");
    assert!((7..=12).contains(&probes), "{probes} probes in ten minutes");
    let silent = fleet.objects.keys().filter(|uid| {
        matches!(&fleet.views[*uid].region, RegionHealth::Silent { words, .. } if words == "timeout")
    });
    assert!(silent.count() >= 900, "the objects say so");

    hangs.store(false, Ordering::Relaxed);
    fleet.run_for(SECOND * 76).await;
    let woken = fleet.woken;
    fleet.run_for(SECOND * 60).await;
    assert!(fleet.woken - woken <= 60 * 21 + 20, "{} wakes in a minute", fleet.woken - woken);
    let silent = fleet
        .objects
        .keys()
        .filter(|uid| matches!(fleet.views[*uid].region, RegionHealth::Silent { .. }));
    assert_eq!(silent.count(), 0, "a silence that is over is not shown any longer");
    fleet.run_for(SECOND * 1_000).await;
    assert_eq!(fleet.created().len(), 1_001);
}

/// Admission, and how many it has woken.
fn admissions() -> (Admissions, Arc<Mutex<Vec<String>>>) {
    let woken = Arc::new(Mutex::new(Vec::new()));
    let sink = woken.clone();
    let wake = move |who: &Requester| sink.lock().unwrap().push(who.uid.clone());
    let admissions = Admissions::new(16, Arc::new(wake));
    admissions.set_identity(known());
    admissions.load_prefixes([]);
    (admissions, woken)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// So many describes in a row end like this.
fn describe(admissions: &Admissions, times: u32, outcome: &Outcome) {
    for number in 0..times {
        let who = object_in("eu-west-1", number).who;
        let claim = admissions.claim(&who, &place("eu-west-1"), Call::Describe, Priority::Repeated);
        claim.unwrap().send().finish(outcome.clone(), at(i64::from(number)));
    }
}

fn health(admissions: &Admissions) -> RegionHealth {
    let object = object_in("eu-west-1", 9_000);
    admissions.view(&object.who, &object.wish(), at(0)).region
}

#[tokio::test(start_paused = true)]
async fn three_unanswered_calls_in_a_row_open_the_breaker_and_any_answer_closes_it() {
    for answer in [Outcome::Accepted, Outcome::Refused, Outcome::Throttled, Outcome::QuotaUsedUp] {
        let (admissions, _) = admissions();
        describe(&admissions, 2, &unanswered());
        describe(&admissions, 1, &answer);
        advance(SECOND * 10).await;
        describe(&admissions, 2, &unanswered());
        assert_eq!(health(&admissions), RegionHealth::Answers, "not three in a row");
        describe(&admissions, 1, &unanswered());
        assert_eq!(
            health(&admissions),
            RegionHealth::Silent { since: at(0), words: "timeout".to_owned() }
        );
        advance(SECOND * 5).await;
        describe(&admissions, 1, &answer);
        assert_eq!(health(&admissions), RegionHealth::Answers, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_were_sent_before_the_breaker_opened_do_not_delay_the_probe() {
    let (admissions, _) = admissions();
    let claim = |number| {
        let who = object_in("eu-west-1", number).who;
        admissions.claim(&who, &place("eu-west-1"), Call::Describe, Priority::Repeated)
    };
    let calls: Vec<_> = (0..4).map(|number| claim(number).unwrap().send()).collect();
    assert!(claim(4).is_err(), "a quarter of the slots");
    for call in calls {
        advance(SECOND).await;
        call.finish(unanswered(), at(0));
    }
    advance(SECOND * 4).await;
    assert!(claim(4).is_ok(), "five seconds after the third");
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_the_first_to_ask_a_silent_region() {
    let (admissions, woken) = admissions();
    let region = place("eu-west-1");
    describe(&admissions, 3, &unanswered());
    let claim = |number, call, priority| {
        admissions.claim(&object_in("eu-west-1", number).who, &region, call, priority)
    };
    assert!(claim(1, Call::Describe, Priority::Urgent).is_err());
    let create = object_in("eu-west-1", 2);
    admissions.wait(&create.who, &create.wish(), Some(&Queue::Region));
    assert!(claim(3, Call::Stop, Priority::Urgent).is_err());
    advance(SECOND * 5).await;
    assert!(claim(4, Call::Describe, Priority::Repeated).is_err());
    assert_eq!(*woken.lock().unwrap(), ["team-00003"]);
    let probe = claim(3, Call::Stop, Priority::Urgent).unwrap().send();
    assert!(claim(1, Call::Describe, Priority::Urgent).is_err(), "one at a time");
    probe.finish(unanswered(), at(9));
    advance(SECOND * 9).await;
    assert!(claim(1, Call::Describe, Priority::Urgent).is_err(), "less often each time");
    advance(SECOND).await;
    let probe = claim(1, Call::Describe, Priority::Urgent).unwrap();
    drop(probe);
    assert_eq!(woken.lock().unwrap().last().unwrap(), "team-00004", "a probe that is not sent");
    claim(4, Call::Describe, Priority::Repeated).unwrap().send().finish(Outcome::Refused, at(19));
    assert_eq!(woken.lock().unwrap().last().unwrap(), "team-00002", "the region answers");
    assert_eq!(health(&admissions), RegionHealth::Answers);
}

#[tokio::test(start_paused = true)]
async fn the_object_that_asks_a_silent_region_sees_no_silence() {
    let (admissions, woken) = admissions();
    describe(&admissions, 3, &unanswered());
    let object = object_in("eu-west-1", 2);
    admissions.wait(&object.who, &object.wish(), Some(&Queue::Region));
    advance(SECOND * 5).await;
    admissions.wait(&object.who, &object.wish(), Some(&Queue::Region));
    assert_eq!(*woken.lock().unwrap(), ["team-00002"]);
    let view = admissions.view(&object.who, &object.wish(), at(0));
    assert_eq!(view.region, RegionHealth::Answers);
    assert!(admissions.claim_create(&object.who, &object.wish(), &object.attempt()).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_thousand_made_up_regions_are_not_remembered() {
    let (admissions, _) = admissions();
    for number in 0..1_000 {
        let object = object_in(&format!("made-up-{number}"), number);
        let permit = admissions.claim_create(&object.who, &object.wish(), &object.attempt());
        permit.unwrap().send().finish(Outcome::Refused, at(0));
        advance(SECOND / 10).await;
    }
    assert!(admissions.places() <= 64, "{} places", admissions.places());
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_the_identity_is_woken_when_it_is_known() {
    let wakes = Arc::new(AtomicUsize::new(0));
    let count = wakes.clone();
    let wake = move |_: &Requester| {
        count.fetch_add(1, Ordering::Relaxed);
    };
    let admissions = Admissions::new(16, Arc::new(wake));
    for number in 0..10 {
        let object = Object::new("team", number);
        admissions.wait(&object.who, &object.wish(), Some(&Queue::Identity));
    }
    assert_eq!(wakes.load(Ordering::Relaxed), 0);
    admissions.set_identity(known());
    assert_eq!(wakes.load(Ordering::Relaxed), 10);
    admissions.set_identity(known());
    assert_eq!(wakes.load(Ordering::Relaxed), 10, "the same is no news");
    let object = Object::new("team", 10);
    admissions.wait(&object.who, &object.wish(), Some(&Queue::Identity));
    assert_eq!(wakes.load(Ordering::Relaxed), 11, "it came before the wait");
}
