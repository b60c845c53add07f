//! Pacing: rates, fairness, learning from throttles, and one question per quota.

use jiff::SignedDuration;
use spot_training_operator::controller::admission::{Admission, Admissions, Asker};
use spot_training_operator::controller::quota_gate::{QuotaGate, Waiter};
use spot_training_operator::domain::location::Location;
use spot_training_operator::domain::observation::Operation;
use spot_training_operator::domain::pacing::{Bucket, Rate, Turn};
use spot_training_operator::domain::pool::{Market, Pool};

use crate::support::objects::at;

const ONE: Rate = Rate { initial: 1.0, highest: 2.0, lowest: 0.25, burst: 2 };

#[test]
fn a_bucket_grants_its_burst_and_then_its_rate_in_order_of_asking() {
    let mut bucket = Bucket::new(ONE);
    assert_eq!(bucket.take("a", Turn::First, at(0)), Ok(()));
    assert_eq!(bucket.take("b", Turn::First, at(0)), Ok(()));
    assert_eq!(bucket.take("c", Turn::First, at(0)), Err(at(1)));
    assert_eq!(bucket.take("d", Turn::First, at(0)), Err(at(2)));
    assert_eq!(bucket.take("c", Turn::First, at(0)), Err(at(1)), "who asks again keeps its slot");
    assert_eq!(bucket.take("d", Turn::First, at(1)), Err(at(2)), "and nobody overtakes");
    assert_eq!(bucket.take("c", Turn::First, at(1)), Ok(()));
    assert_eq!(bucket.take("d", Turn::First, at(2)), Ok(()));
}

#[test]
fn whose_turn_is_earlier_gets_the_slot_of_one_whose_turn_is_later() {
    let mut bucket = Bucket::new(Rate { burst: 1, ..ONE });
    assert_eq!(bucket.take("quick", Turn::First, at(0)), Ok(()));
    assert_eq!(bucket.take("stalled", Turn::Stalled, at(0)), Err(at(1)));
    assert_eq!(bucket.take("again", Turn::Again, at(0)), Err(at(1)));
    assert_eq!(bucket.take("again too", Turn::Again, at(0)), Err(at(2)));
    assert_eq!(bucket.take("first", Turn::First, at(0)), Err(at(1)));
    assert_eq!(bucket.take("first too", Turn::First, at(1)), Err(at(2)));
    assert_eq!(bucket.take("first", Turn::First, at(1)), Ok(()));
    assert_eq!(bucket.take("again", Turn::Again, at(2)), Err(at(3)));
    assert_eq!(bucket.take("first too", Turn::First, at(2)), Ok(()));
    assert_eq!(bucket.take("again", Turn::Again, at(3)), Ok(()));
    assert_eq!(bucket.take("stalled", Turn::Stalled, at(4)), Err(at(5)), "comes last");
    assert_eq!(bucket.take("again too", Turn::Again, at(4)), Ok(()));
    assert_eq!(bucket.take("stalled", Turn::Stalled, at(5)), Ok(()));
}

#[test]
fn who_leaves_the_queue_holds_nobody_up() {
    let mut bucket = Bucket::new(Rate { burst: 1, ..ONE });
    assert_eq!(bucket.take("quick", Turn::First, at(0)), Ok(()));
    for who in 0..100 {
        assert!(bucket.take(&who.to_string(), Turn::First, at(0)).is_err());
    }
    (1..100).for_each(|who| bucket.leave(&who.to_string(), at(0)));
    assert_eq!(bucket.take("next", Turn::First, at(0)), Err(at(2)));
    assert_eq!(bucket.take("0", Turn::First, at(1)), Ok(()));
    assert_eq!(bucket.take("next", Turn::First, at(2)), Ok(()));
}

#[test]
fn a_slot_that_nobody_came_for_refills_no_burst() {
    let mut bucket = Bucket::new(Rate { burst: 5, ..ONE });
    (0..5).for_each(|who| assert_eq!(bucket.take(&who.to_string(), Turn::First, at(0)), Ok(())));
    assert_eq!(bucket.take("gone", Turn::First, at(0)), Err(at(1)));
    (2..20).for_each(|s| assert_eq!(bucket.take("busy", Turn::First, at(s)), Ok(())));
    bucket.leave("gone", at(19));
    assert_eq!(bucket.take("next", Turn::First, at(19)), Err(at(20)));
}

#[test]
fn a_bucket_never_grants_more_than_burst_and_rate_allow() {
    let mut bucket = Bucket::new(ONE);
    let mut granted = 0;
    for second in 0..100 {
        for who in 0..20 {
            granted += u32::from(bucket.take(&who.to_string(), Turn::First, at(second)).is_ok());
        }
    }
    assert!((95..=101).contains(&granted), "{granted} in 100 s");
}

#[test]
fn a_throttle_halves_the_rate_and_acceptance_raises_it_slowly() {
    let mut bucket = Bucket::new(ONE);
    bucket.throttled();
    assert!((bucket.per_second() - 0.5).abs() < 1e-9);
    bucket.throttled();
    bucket.throttled();
    assert!((bucket.per_second() - 0.25).abs() < 1e-9, "never below the lowest");
    bucket.accepted();
    assert!((bucket.per_second() - 0.27).abs() < 1e-9);
    for _ in 0..1000 {
        bucket.accepted();
    }
    assert!((bucket.per_second() - 2.0).abs() < 1e-9, "never above the highest");
}

#[test]
fn one_object_the_oldest_asks_whether_a_quota_has_room() {
    let gate = QuotaGate::default();
    let location = Location { region: "eu-west-1".to_owned(), account: "123456789012".to_owned() };
    let pool = Pool { instance_type: "ml.p5.48xlarge".to_owned(), market: Market::Spot };
    let quota = (location, pool);
    let waiter = |second| Waiter { created: at(second), uid: format!("uid-{second}") };
    let (old, young) = (waiter(1), waiter(2));
    assert_eq!(gate.enter(&quota, &young, at(10)), Ok(()));
    let probe = gate.refused(&quota, &young, "no quota", at(10));
    assert_eq!(probe, at(40));
    assert!(gate.enter(&quota, &young, at(11)).is_err());
    assert!(gate.enter(&quota, &old, at(12)).is_err());
    assert!(gate.enter(&quota, &young, at(40)).is_err(), "the oldest asks first");
    assert_eq!(gate.enter(&quota, &old, at(41)), Ok(()));
    let (soon, _) = gate.enter(&quota, &young, at(41)).expect_err("one question at a time");
    assert_eq!(soon, at(44), "and its answer is soon there");
    assert_eq!(gate.enter(&quota, &old, at(42)), Ok(()), "the rate may make it come back");
    let probe = gate.refused(&quota, &old, "no quota", at(41));
    assert_eq!(probe, at(41 + 60), "less often each time");
    gate.leave(&old.uid);
    assert_eq!(gate.enter(&quota, &young, at(101)), Ok(()), "who is gone is not waited for");
    gate.granted(&quota);
    assert_eq!(gate.enter(&quota, &waiter(3), at(102)), Ok(()));
}

#[test]
fn the_one_that_was_refused_waits_with_the_others() {
    let gate = QuotaGate::default();
    let location = Location { region: "r".to_owned(), account: "a".to_owned() };
    let quota = (location, Pool { instance_type: "t".to_owned(), market: Market::Spot });
    let waiter = |second| Waiter { created: at(second), uid: format!("uid-{second}") };
    let (old, young) = (waiter(1), waiter(2));
    gate.refused(&quota, &old, "no quota", at(10));
    assert!(gate.enter(&quota, &young, at(11)).is_err());
    assert!(gate.enter(&quota, &young, at(40)).is_err(), "the older one asks first");
    assert_eq!(gate.enter(&quota, &old, at(40)), Ok(()));
}

#[test]
fn a_quota_is_never_waited_for_longer_than_ten_minutes() {
    let gate = QuotaGate::default();
    let location = Location { region: "r".to_owned(), account: "a".to_owned() };
    let quota = (location, Pool { instance_type: "t".to_owned(), market: Market::Spot });
    let who = Waiter { created: at(0), uid: "uid".to_owned() };
    for _ in 0..40 {
        let wait = gate.refused(&quota, &who, "", at(0)).duration_since(at(0));
        assert!(wait <= SignedDuration::from_mins(10));
    }
}

#[test]
fn a_look_that_cannot_wait_goes_before_a_thousand_polls() {
    let admissions = Admissions::default();
    let ask = |uid: &str, turn| {
        admissions.ask(Operation::Describe, "eu-west-1", Asker { uid, turn }, at(0))
    };
    let polls: Vec<_> = (0..1000).map(|who| ask(&who.to_string(), Turn::Again)).collect();
    assert_eq!(polls.iter().filter(|answer| **answer == Admission::Granted).count(), 20);
    let Admission::Later(slot) = ask("stop", Turn::First) else { panic!("the bucket is empty") };
    assert!(slot <= at(1), "{slot}");
}
