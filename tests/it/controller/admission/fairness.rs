//! Fairness: the whole rate is used, namespaces take turns, and the oldest object goes first.

use std::time::Duration;

use jiff::Timestamp;
use spot_training_operator::domain::admission::CreateTurn;
use spot_training_operator::domain::effect::Priority;

use super::fleet::{Fleet, LATENCY, Object, accepting};

const SECOND: Duration = Duration::from_secs(1);

/// Applies so many objects at once; how many are created within `seconds`.
async fn creates_of(namespaces: u32, objects: u32, seconds: u32) -> (usize, Fleet) {
    let mut fleet = Fleet::new(accepting());
    for number in 0..objects {
        let mut object = Object::new(&format!("team-{}", number % namespaces), number);
        // Age is not the order of names, nor of applying.
        object.who.created = Timestamp::from_second(i64::from(objects - number)).unwrap();
        fleet.apply(object);
    }
    fleet.run_for(SECOND * seconds).await;
    (fleet.created().len(), fleet)
}

fn assert_rate(created: usize, seconds: u32) {
    let created = u32::try_from(created).unwrap();
    assert!(f64::from(created) >= 0.98 * f64::from(seconds), "{created} in {seconds} s");
    assert!(created <= seconds + 2, "{created} in {seconds} s");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_objects_use_the_whole_rate_the_oldest_first() {
    let (created, fleet) = creates_of(1, 1_000, 900).await;
    assert_rate(created, 900);
    // The first two were applied when nobody else was there.
    let created = &fleet.created()[2..];
    assert!(created.is_sorted_by(|one, next| one > next), "{created:?}");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_objects_of_ten_namespaces_use_the_whole_rate() {
    let (created, fleet) = creates_of(10, 10_000, 2_000).await;
    assert_rate(created, 2_000);
    for team in 0..10 {
        let of_team =
            fleet.created().iter().filter(|uid| uid.starts_with(&format!("team-{team}-"))).count();
        assert!((199..=202).contains(&of_team), "team {team}: {of_team}");
    }
    // Nobody is woken but to create.
    assert!(fleet.woken <= created + 2, "{} wakes for {created} creates", fleet.woken);
}

#[tokio::test(start_paused = true)]
async fn a_new_namespace_waits_one_turn_however_many_objects_others_have() {
    let mut fleet = Fleet::new(accepting());
    for number in 0..10_000 {
        fleet.apply(Object::new("big", number));
    }
    for team in 0..5 {
        for number in 0..100 {
            fleet.apply(Object::new(&format!("team-{team}"), number));
        }
    }
    fleet.run_for(SECOND * 30).await;
    let applied = fleet.sent.last().unwrap().at;
    fleet.apply(Object::new("new", 99_999));
    let view = &fleet.views["new-99999"];
    assert!(
        matches!(view.create, CreateTurn::Expected(at) if at < fleet.wall() + jiff::SignedDuration::from_secs(9)),
        "{view:?}"
    );
    fleet.run_for(SECOND * 30).await;
    let waited = fleet.created_after(applied, "new-99999");
    assert!(waited <= SECOND * 7 + LATENCY, "{waited:?} for six namespaces and the new one");
}

#[tokio::test(start_paused = true)]
async fn of_four_turns_one_is_for_those_that_try_again_and_those_of_a_person_go_last() {
    let mut fleet = Fleet::new(accepting());
    for (number, priority) in [Priority::Stalled, Priority::Repeated, Priority::First]
        .into_iter()
        .cycle()
        .take(12)
        .enumerate()
    {
        let number = u32::try_from(number).unwrap();
        fleet.apply(Object { priority, ..Object::new("team", number) });
    }
    fleet.run_for(SECOND * 20).await;
    // Three turns for first creates, one for a repeated one, which goes before those of a person.
    let order: Vec<_> =
        fleet.created().iter().map(|uid| uid[8..].parse::<u32>().unwrap()).collect();
    // The first two found the burst.
    assert_eq!(order, [0, 1, 2, 5, 8, 4, 11, 7, 10, 3, 6, 9]);
}

#[tokio::test(start_paused = true)]
async fn who_was_refused_waits_for_no_backlog_of_others() {
    let mut fleet = Fleet::new(accepting());
    for number in 0..100 {
        fleet.apply(Object::new("busy", number));
    }
    let again = |team, number| Object { priority: Priority::Repeated, ..Object::new(team, number) };
    fleet.run_for(SECOND * 10).await;
    let applied = fleet.sent.last().unwrap().at;
    fleet.apply(again("late", 0));
    fleet.apply(again("busy", 200));
    fleet.run_for(SECOND * 20).await;
    let waited = |uid: &str| fleet.created_after(applied, uid);
    assert!(waited("late-00000") <= SECOND * 3 + LATENCY, "{:?}", waited("late-00000"));
    assert!(waited("busy-00200") <= SECOND * 6 + LATENCY, "{:?}", waited("busy-00200"));
}

#[tokio::test(start_paused = true)]
async fn an_object_that_does_not_come_loses_its_turn_after_five_seconds() {
    let mut fleet = Fleet::new(accepting());
    for number in 0..3 {
        fleet.apply(Object::new("team", number));
    }
    fleet.apply(Object::new("team", 3));
    // Object 2 is woken, and nobody comes.
    fleet.objects.remove("team-00002");
    fleet.run_for(SECOND * 10).await;
    let at = fleet.created_at("team-00003").unwrap();
    assert!(at <= SECOND * 2, "a second token is there meanwhile: {at:?}");
    for number in 4..7 {
        fleet.apply(Object::new("team", number));
    }
    fleet.run_for(SECOND * 10).await;
    assert_eq!(fleet.created().len(), 6, "the token that was kept for it is there again");
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_gone_keeps_nobody_waiting() {
    let mut fleet = Fleet::new(accepting());
    for number in 0..100 {
        fleet.apply(Object::new("team", number));
    }
    for number in 2..99 {
        let uid = Object::new("team", number).who.uid;
        fleet.objects.remove(&uid);
        fleet.admissions.forget(&uid);
    }
    fleet.run_for(SECOND * 2).await;
    assert_eq!(fleet.created(), ["team-00000", "team-00001", "team-00099"]);
}
