//! What is shared is shared fairly with a thousand objects at once, and one region in trouble holds up
//! no other.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sagemaker_simulator::Quota;
use serde_json::{Value, json};
use spot_training_operator::port::Clock;
use tokio::time::sleep;

use super::fleet::{Fleet, first_after, play};
use crate::support::apiserver::kinds::Key;
use crate::support::faults::FaultKind;
use crate::support::sagemaker::call_log::Sent;

/// A region beside that of the fixtures.
const OTHER_REGION: &str = "us-east-1";

/// Requests never exceed a limit of 1/s with a burst of 2.
fn within_the_limit(sent: &[Sent]) {
    for (first, from) in sent.iter().enumerate() {
        for (count, to) in (1..).zip(&sent[first..]) {
            let seconds = to.time.duration_since(from.time).as_secs_f64();
            assert!(f64::from(count) <= seconds + 2.0 + 1e-6, "{count} in {seconds} s");
        }
    }
}

fn created_at_the_rate(objects: usize, seconds: u64) {
    play(|fleet| async move {
        for index in 0..objects {
            fleet.apply(&format!("team-{}", index % 10), index, |_| {});
        }
        sleep(Duration::from_secs(seconds)).await;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let (created, possible) = (fleet.accepted() as f64, seconds.min(objects as u64) as f64);
        assert!(created >= 0.98 * possible, "{created} creates in {seconds} s");
        assert_eq!(fleet.calls("GetCallerIdentity"), 1, "asked once for all");
        let sent = fleet.sent("CreateTrainingJob");
        within_the_limit(&sent);
        let mut newest = BTreeMap::new();
        // The first ones came when nobody waited.
        for create in &sent[2..] {
            let (namespace, rest) = create.job.split_at("team-0".len());
            let before = newest.insert(namespace.to_owned(), rest.to_owned());
            assert!(before.is_none_or(|before| *before < *rest), "oldest first: {}", create.job);
        }
        drop(fleet.process);
    });
}

#[test]
fn a_thousand_objects_are_created_at_the_rate_oldest_first() {
    created_at_the_rate(1000, 300);
}

#[test]
fn ten_thousand_objects_are_created_at_the_rate_oldest_first() {
    created_at_the_rate(10_000, 120);
}

#[test]
fn a_new_namespace_waits_for_one_turn_of_the_others() {
    play(|fleet| async move {
        for index in 0..1000 {
            fleet.apply(&format!("team-{}", index % 4), index, |_| {});
        }
        sleep(Duration::from_mins(1)).await;
        let applied = fleet.clock.now();
        fleet.apply("newcomer", 0, |_| {});
        sleep(Duration::from_secs(10)).await;
        let creates = fleet.sent("CreateTrainingJob");
        let first = creates.iter().find(|sent| sent.job.starts_with("newcomer"));
        let wait = first.expect("created within ten seconds").time.duration_since(applied);
        // Four namespaces wait, and the rate is 1/s.
        assert!(wait <= SignedDuration::from_secs(4 + 1), "{wait}");
    });
}

#[test]
fn who_waits_for_the_rate_says_so_once() {
    play(|fleet| async move {
        let keys: Vec<_> = (0..200).map(|index| fleet.apply("team", index, |_| {})).collect();
        sleep(Duration::from_secs(20)).await;
        let last = keys.last().unwrap();
        assert_eq!(fleet.state(last), "Queued");
        let version = |fleet: &Fleet| fleet.server.get(last).unwrap()["metadata"].clone();
        let before = version(&fleet);
        sleep(Duration::from_secs(100)).await;
        assert_eq!(version(&fleet), before, "no write while nothing visible changes");
    });
}

#[test]
fn a_stop_is_sent_at_once_while_a_thousand_objects_hang_in_another_region() {
    play(|fleet| async move {
        let here: Vec<_> = (0..20).map(|index| fleet.apply("here", index, |_| {})).collect();
        sleep(Duration::from_mins(2)).await;
        fleet.aws.faults.set_region(OTHER_REGION, Some(FaultKind::Hang));
        for index in 0..1000 {
            fleet.apply("there", index, |object| object["spec"]["region"] = json!(OTHER_REGION));
        }
        sleep(Duration::from_mins(2)).await;
        for key in here.iter().step_by(5) {
            let deleted = fleet.clock.now();
            fleet.server.delete(key).unwrap();
            sleep(Duration::from_secs(5)).await;
            let wait = first_after(&fleet, "StopTrainingJob", key, deleted);
            assert!(wait < SignedDuration::from_secs(2), "{wait}");
        }
        let there = Key::job("there", "job-00500");
        let ready = fleet.server.get(&there).unwrap()["status"]["conditions"].to_string();
        assert!(ready.contains("ServiceUnavailable"), "the objects there say so: {ready}");
    });
}

#[test]
fn stops_go_before_polls_that_wait() {
    play(|fleet| async move {
        fleet.aws.simulator.set_limits([("CreateTrainingJob".to_owned(), 100.0)].into());
        let keys: Vec<_> = (0..200).map(|index| fleet.apply("team", index, |_| {})).collect();
        sleep(Duration::from_mins(5)).await;
        fleet.aws.simulator.set_limits([("DescribeTrainingJob".to_owned(), 1.0)].into());
        sleep(Duration::from_mins(1)).await;
        let deleted = fleet.clock.now();
        let is_deleted = |job: &str| job.as_bytes().get("team-job-0000".len()) == Some(&b'0');
        keys.iter().step_by(10).for_each(|key| drop(fleet.server.delete(key).unwrap()));
        sleep(Duration::from_mins(1)).await;
        let stops = keys.iter().step_by(10);
        let waits = stops.map(|key| first_after(&fleet, "StopTrainingJob", key, deleted));
        let last = waits.max().unwrap();
        // A stop follows a poll. Twenty polls at 1/s, of which the adaptive rate uses half or more.
        assert!(last <= SignedDuration::from_secs(2 * 20), "{last}");
        let before = |at: &Timestamp| *at >= deleted && *at <= deleted + last;
        let polls_of = |wanted: bool| -> usize {
            let histories = fleet.aws.log.histories();
            let jobs = histories.iter().filter(|(job, _)| is_deleted(job) == wanted);
            jobs.map(|(_, made)| made.describes.iter().filter(|at| before(at)).count()).sum()
        };
        assert!(polls_of(true) >= 20, "the polls are in the log");
        let others = polls_of(false);
        assert!(others <= 2, "{others} polls went before the last stop");
    });
}

#[test]
fn who_waits_for_a_quota_sleeps() {
    play(|fleet| async move {
        let full = Quota { spot: Some(1), on_demand: None };
        fleet.aws.simulator.set_quotas([("ml.g5.2xlarge".to_owned(), full)].into());
        let keys: Vec<_> = (0..500).map(|index| fleet.apply("team", index, |_| {})).collect();
        sleep(Duration::from_mins(1)).await;
        let (creates, reconciles) = (fleet.calls("CreateTrainingJob"), fleet.process.reconciles());
        let version = |key: &Key| fleet.server.get(key).unwrap()["metadata"].clone();
        let asleep = version(&keys[300]);
        sleep(Duration::from_mins(30)).await;
        let asked = fleet.calls("CreateTrainingJob") - creates;
        assert!(asked <= 12, "{asked} probes in half an hour");
        let woken = fleet.process.reconciles() - reconciles;
        // The one that runs is polled; every probe wakes one object.
        assert!(woken <= 12 * 8 + 30 * 4, "{woken} reconciles in half an hour");
        assert_eq!(version(&keys[300]), asleep, "no write while nothing visible changes");
    });
}

#[test]
fn what_never_fits_a_quota_holds_nobody_up() {
    play(|fleet| async move {
        let two = Quota { spot: Some(2), on_demand: None };
        fleet.aws.simulator.set_quotas([("ml.g5.2xlarge".to_owned(), two)].into());
        let large = fleet.apply("team", 0, |object| {
            object["spec"]["template"]["resourceConfig"]["instanceCount"] = json!(4);
        });
        let small = fleet.apply("team", 1, |_| {});
        sleep(Duration::from_secs(30)).await;
        assert_eq!(fleet.state(&small), "WaitingForCapacity");
        assert_eq!(fleet.state(&large), "Stalled");
        let said = fleet.server.get(&large).unwrap()["status"]["conditions"].to_string();
        assert!(said.contains("raise the quota to at least 4"), "{said}");
    });
}

#[test]
fn two_objects_never_write_to_one_checkpoint_prefix() {
    play(|fleet| async move {
        let at = |uri: &str| {
            let uri = json!({ "s3Uri": uri });
            move |object: &mut Value| object["spec"]["template"]["checkpointConfig"] = uri
        };
        let first = fleet.apply("one", 0, at("s3://bucket/exp-1"));
        sleep(Duration::from_secs(2)).await;
        let nested = fleet.apply("two", 0, at("s3://bucket/exp-1/run"));
        let beside = fleet.apply("two", 1, at("s3://bucket/exp-10"));
        sleep(Duration::from_secs(10)).await;
        assert_eq!(fleet.state(&nested), "Queued");
        assert_eq!(fleet.state(&beside), "WaitingForCapacity");
        fleet.server.delete(&first).unwrap();
        sleep(Duration::from_secs(30)).await;
        assert_eq!(fleet.state(&nested), "WaitingForCapacity", "woken when it is free");
    });
}

#[test]
fn a_key_that_is_rotated_wakes_nobody() {
    play(|fleet| async move {
        for index in 0..50 {
            fleet.apply("team", index, |object| object["spec"]["suspend"] = json!(true));
        }
        fleet.apply("team", 50, |_| {});
        sleep(Duration::from_mins(5)).await;
        let before = fleet.process.reconciles();
        fleet.aws.renew_credentials("123456789012");
        sleep(Duration::from_mins(2)).await;
        assert_eq!(fleet.calls("GetCallerIdentity"), 2, "asked about once");
        let woken = fleet.process.reconciles() - before;
        assert!(woken <= 6, "{woken} reconciles: only the job that runs is polled");
    });
}
