//! The schedule of polls, and a wall clock that steps.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use spot_training_operator::controller::object_id::ObjectId;
use spot_training_operator::controller::polling::schedule::Schedule;
use spot_training_operator::controller::sessions::Sessions;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::port::PollSchedule;
use tokio::time::advance;

use crate::support::fixtures::objects::{at, job};

/// A schedule that knows one object.
fn schedule() -> Schedule {
    let sessions = Arc::new(Sessions::default());
    let id = ObjectId {
        uid: "uid".to_owned(),
        namespace: "team".to_owned(),
        name: "resnet".to_owned(),
        created: at(0),
    };
    sessions.recovered(&id);
    Schedule::new(SignedDuration::from_secs(5), SignedDuration::from_secs(30), sessions)
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_keeps_no_poll_waiting() {
    let schedule = schedule();
    schedule.polled("uid", "job", None, at(4 * 3600));
    advance(Duration::from_secs(6)).await;
    let now = at(10);
    assert_eq!(schedule.last_poll("uid", "job", now), Some(at(4)));
    assert!(schedule.next_poll("uid", "job", now) <= now, "five seconds have passed");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_forward_repeats_no_poll() {
    let schedule = schedule();
    schedule.polled("uid", "job", None, at(0));
    let now = at(4 * 3600);
    assert_eq!(schedule.next_poll("uid", "job", now), at(4 * 3600 + 5));
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_the_next_poll_is_a_fast_one() {
    let schedule = schedule();
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 0);
    schedule.polled("uid", "job", Some(&training), at(4000));
    assert!(schedule.next_poll("uid", "job", at(4000)) > at(4025), "its phase is old");
    schedule.expect_change("uid");
    assert_eq!(schedule.next_poll("uid", "job", at(4000)), at(4005));
}
