//! Rates: what is sent stays below rate × time + burst, throttles are learned from once, and urgent
//! calls go first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use spot_training_operator::controller::admission::{
    Admissions, Lost, Outcome, Permit, Requester, SentCall,
};
use spot_training_operator::domain::effect::Priority;
use spot_training_operator::domain::job::call_error::Call;
use tokio::time::{advance, sleep};

use super::fleet::{Object, known, place};

const SECOND: Duration = Duration::from_secs(1);

/// Admission with room for a hundred calls at a place, and the UIDs of those that it wakes.
fn admissions() -> (Admissions, Arc<Mutex<Vec<String>>>) {
    let woken = Arc::new(Mutex::new(Vec::new()));
    let sink = woken.clone();
    let wake = move |who: &Requester| sink.lock().unwrap().push(who.uid.clone());
    let admissions = Admissions::new(400, Arc::new(wake));
    admissions.set_identity(known());
    admissions.load_prefixes([]);
    (admissions, woken)
}

fn claim(
    admissions: &Admissions,
    number: u32,
    call: Call,
    priority: Priority,
) -> Result<Permit, Lost> {
    admissions.claim(&Object::new("team", number).who, &place("eu-west-1"), call, priority)
}

/// Sends as many describes as it may, up to `most`.
fn describe_all(admissions: &Admissions, most: u32) -> Vec<SentCall> {
    let claims = (0..most).map_while(|_| {
        let permit = claim(admissions, 0, Call::Describe, Priority::Repeated);
        permit.ok().map(Permit::send)
    });
    let calls = claims.collect();
    admissions.forget(&Object::new("team", 0).who.uid);
    calls
}

fn finish_all(calls: Vec<SentCall>, outcome: &Outcome) {
    for call in calls {
        call.finish(outcome.clone(), Timestamp::UNIX_EPOCH);
    }
}

/// Describes that are granted in so many seconds, each of them answered.
async fn described_in(admissions: &Admissions, seconds: u32) -> usize {
    let mut granted = 0;
    for _ in 0..seconds * 50 {
        advance(SECOND / 50).await;
        let calls = describe_all(admissions, 100);
        granted += calls.len();
        // An answer that raises nothing.
        drop(calls);
    }
    granted
}

#[tokio::test(start_paused = true)]
async fn a_stalled_minute_gives_no_more_than_the_burst() {
    let (admissions, _) = admissions();
    let granted = |admissions: &Admissions| {
        let object = |number| Object::new("team", number);
        let claims = (0..100).map(object).filter_map(|object| {
            let claim = admissions.claim_create(&object.who, &object.wish(), &object.attempt());
            claim.ok().map(Permit::send)
        });
        claims.collect::<Vec<_>>().len()
    };
    assert_eq!(granted(&admissions), 2);
    (0..100).for_each(|number| admissions.forget(&Object::new("team", number).who.uid));
    advance(SECOND * 60).await;
    assert_eq!(granted(&admissions), 2);
}

#[tokio::test(start_paused = true)]
async fn stops_and_urgent_describes_go_before_polls_that_wait_longer() {
    let (admissions, woken) = admissions();
    for number in 0..200 {
        drop(claim(&admissions, number, Call::Describe, Priority::Repeated).map(Permit::send));
    }
    // Twenty of them are deleted: ten have waited for a poll already.
    for number in 190..210 {
        let stop = claim(&admissions, number + 1_000, Call::Stop, Priority::Urgent);
        assert!(stop.is_ok(), "stops have a rate of their own");
        assert!(claim(&admissions, number, Call::Describe, Priority::Urgent).is_err());
    }
    let deadline = sleep(SECOND * 20 / 5 + SECOND / 10);
    tokio::pin!(deadline);
    let mut order = Vec::new();
    loop {
        tokio::select! {
            biased;
            () = &mut deadline => break,
            () = admissions.run() => {}
            // The wakes of the task are answered every millisecond.
            () = sleep(Duration::from_millis(1)) => {
                for uid in std::mem::take(&mut *woken.lock().unwrap()) {
                    let number = uid[5..].parse().unwrap();
                    let priority =
                        if number >= 190 { Priority::Urgent } else { Priority::Repeated };
                    drop(claim(&admissions, number, Call::Describe, priority).unwrap().send());
                    order.push(number);
                }
            }
        }
    }
    assert_eq!(order, (190..210).collect::<Vec<_>>(), "all within 20 / rate, and no poll before");
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_throttles_halves_the_rate_once_and_it_is_back_within_a_minute() {
    let (admissions, _) = admissions();
    let calls = describe_all(&admissions, 100);
    assert_eq!(calls.len(), 20, "the burst");
    advance(SECOND).await;
    finish_all(calls, &Outcome::Throttled);
    let halved = described_in(&admissions, 10).await;
    assert!((25..=29).contains(&halved), "{halved} in 10 s at half of 5/s");
    described_in(&admissions, 50).await;
    let recovered = described_in(&admissions, 10).await;
    assert!((49..=51).contains(&recovered), "{recovered} in 10 s a minute later");
}

#[tokio::test(start_paused = true)]
async fn a_throttle_of_a_request_that_was_sent_later_halves_again() {
    let (admissions, _) = admissions();
    for _ in 0..2 {
        let calls = describe_all(&admissions, 100);
        advance(SECOND).await;
        finish_all(calls, &Outcome::Throttled);
        advance(SECOND).await;
    }
    let granted = described_in(&admissions, 10).await;
    assert!((12..=19).contains(&granted), "{granted} in 10 s at a quarter of 5/s");
}

#[tokio::test(start_paused = true)]
async fn accepted_polls_raise_the_rate_to_its_highest() {
    let (admissions, _) = admissions();
    for _ in 0..3_000 {
        advance(SECOND / 50).await;
        finish_all(describe_all(&admissions, 100), &Outcome::Accepted);
    }
    let granted = described_in(&admissions, 10).await;
    assert!((199..=201).contains(&granted), "{granted} in 10 s");
}

#[tokio::test(start_paused = true)]
async fn what_was_claimed_and_not_sent_is_given_back() {
    let (admissions, _) = admissions();
    let object =
        |number| Object { uri: Some("s3://b/p".to_owned()), ..Object::new("team", number) };
    let claim = |number| {
        let object = object(number);
        admissions.claim_create(&object.who, &object.wish(), &object.attempt())
    };
    // A commit that conflicts, three times.
    for number in 0..3 {
        drop(claim(number).unwrap());
    }
    // Sent, and the reconcile is gone: token and prefix are gone with it.
    drop(claim(3).unwrap().send());
    let without_prefix = Object::new("team", 4);
    let create =
        |object: &Object| admissions.claim_create(&object.who, &object.wish(), &object.attempt());
    assert!(claim(5).is_err(), "the prefix is in use");
    drop(create(&without_prefix).unwrap().send());
    assert!(create(&Object::new("team", 6)).is_err(), "both tokens are used");
}

#[tokio::test(start_paused = true)]
async fn tokens_that_come_back_late_make_no_second_burst() {
    let (admissions, _) = admissions();
    let create = |number| {
        let object = Object::new("team", number);
        admissions.claim_create(&object.who, &object.wish(), &object.attempt())
    };
    let slow = [create(0).unwrap(), create(1).unwrap()];
    advance(SECOND * 60).await;
    assert!(create(2).is_err(), "two may still be sent at any moment");
    drop(slow);
    drop(create(2).unwrap().send());
    drop(create(3).unwrap().send());
    assert!(create(4).is_err());
}
