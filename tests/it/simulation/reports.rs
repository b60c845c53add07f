//! What people reported of such jobs, each a kind of trouble: the whole controller in virtual time.

use std::time::Duration;

use jiff::SignedDuration;
use sagemaker_simulator::{ErrorAnswer, Fault, FaultKind, JobRef};
use serde_json::{Map, Value, json};
use spot_training_operator::port::Clock;
use tokio::time::sleep;

use super::fleet::{Fleet, first_after, play};
use crate::support::apiserver::kinds::Key;

impl Fleet {
    fn object(&self, key: &Key) -> Value {
        self.server.get(key).unwrap()
    }

    fn job_name(&self, key: &Key) -> String {
        self.object(key)["status"]["trainingJobName"].as_str().unwrap().to_owned()
    }

    fn conditions(&self, key: &Key) -> String {
        self.object(key)["status"]["conditions"].to_string()
    }

    /// From now on descriptions of the object's job say this.
    fn describe_as(&self, key: &Key, members: &Value) {
        let members: Map<_, _> = members.as_object().unwrap().clone();
        self.aws.simulator.replace_description(&self.job_name(key), members);
    }

    /// An object whose job trains.
    async fn training(&self) -> Key {
        let key = self.apply("team", 0, |_| {});
        sleep(Duration::from_secs(400)).await;
        assert_eq!(self.state(&key), "Running");
        key
    }
}

/// Row 1: the apiserver would refuse such a status, or change it, for ever.
#[test]
fn odd_characters_neither_hide_an_end_nor_hold_back_a_stop() {
    for odd in ["\u{7f}", "\u{80}", "\u{85}", "\u{9f}", "\u{fffe}", "Canâ\u{80}\u{99}t", "\u{202e}"]
    {
        play(|fleet| async move {
            let key = fleet.training().await;
            let transition = json!({
                "Status": "Training", "StartTime": 1_795_400_000, "StatusMessage": odd,
            });
            fleet.describe_as(&key, &json!({ "SecondaryStatusTransitions": [transition] }));
            sleep(Duration::from_secs(40)).await;
            fleet.server.merge(&key, json!({ "spec": { "suspend": true } })).unwrap();
            sleep(Duration::from_secs(10)).await;
            assert_eq!(fleet.calls("StopTrainingJob"), 1, "{odd:?}");
        });
        play(|fleet| async move {
            let key = fleet.training().await;
            fleet.describe_as(
                &key,
                &json!({
                    "TrainingJobStatus": "Failed", "SecondaryStatus": "Failed",
                    "FailureReason": format!("AlgorithmError: {odd} 1"),
                }),
            );
            sleep(Duration::from_secs(40)).await;
            assert_eq!(fleet.state(&key), "Failed", "{odd:?}");
            let reason = fleet.object(&key)["status"]["failureReason"].to_string();
            assert!(reason.contains('\u{FFFD}') && reason.contains(" 1"), "{reason}");
        });
    }
}

/// Row 4: a finalizer that somebody removed comes back, so that a deletion still stops the job.
#[test]
fn a_stripped_finalizer_comes_back_and_deletion_stops_the_job() {
    play(|fleet| async move {
        let key = fleet.training().await;
        // Just after a poll: the next one would come too late.
        let polls = fleet.calls("DescribeTrainingJob");
        while fleet.calls("DescribeTrainingJob") == polls {
            sleep(Duration::from_millis(100)).await;
        }
        fleet.server.merge(&key, json!({ "metadata": { "finalizers": null } })).unwrap();
        sleep(Duration::from_secs(1)).await;
        assert!(fleet.object(&key)["metadata"]["finalizers"][0].is_string());
        fleet.server.delete(&key).unwrap();
        sleep(Duration::from_mins(1)).await;
        assert!(fleet.server.get(&key).is_none());
        assert_eq!(fleet.calls("StopTrainingJob"), 1);
    });
}

/// Nothing is polled for an object that waits: the watch alone shows what somebody did to its status.
#[test]
fn the_status_of_a_waiting_object_is_repaired_at_once() {
    play(|fleet| async move {
        fleet.training().await;
        let key = fleet.apply("other", 1, |object| {
            object["spec"]["template"]["checkpointConfig"]["s3Uri"] =
                json!("s3://bucket/checkpoints/team/job-00000");
        });
        sleep(Duration::from_secs(10)).await;
        assert_eq!(fleet.state(&key), "Queued", "{}", fleet.conditions(&key));
        fleet.server.merge_status(&key, json!({ "status": { "state": "Completed" } })).unwrap();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(fleet.state(&key), "Queued");
    });
}

/// A status of another object, such as one from a backup, is removed as the message says.
#[test]
fn an_object_begins_once_a_foreign_status_is_removed() {
    play(|fleet| async move {
        let key = fleet.training().await;
        let status = fleet.object(&key)["status"].clone();
        let restored = fleet.apply("team", 1, |object| object["spec"]["suspend"] = json!(true));
        sleep(Duration::from_secs(5)).await;
        fleet.server.merge_status(&restored, json!({ "status": status })).unwrap();
        sleep(Duration::from_secs(5)).await;
        fleet.server.merge(&restored, json!({ "spec": { "suspend": false } })).unwrap();
        sleep(Duration::from_secs(5)).await;
        assert_eq!(fleet.state(&restored), "Stalled", "{}", fleet.conditions(&restored));
        fleet.server.merge_status(&restored, json!({ "status": null })).unwrap();
        sleep(Duration::from_secs(30)).await;
        assert_eq!(fleet.accepted(), 2, "{}", fleet.conditions(&restored));
    });
}

/// Row 5: data that an earlier step still writes is no reason to give up.
#[test]
fn missing_input_is_waited_for() {
    play(|fleet| async move {
        let text =
            "No S3 objects found under S3 URL \"s3://bucket/data\" given in input data source.";
        let answer = ErrorAnswer::new("CreateTrainingJob", "ValidationException", text).count(0);
        fleet.aws.simulator.add_answer(answer);
        let key = fleet.apply("team", 0, |_| {});
        sleep(Duration::from_mins(20)).await;
        let said = fleet.conditions(&key);
        assert!(said.contains("InputMissing"), "{said}");
        assert_eq!(fleet.state(&key), "Pending", "a sync wave does not fail by it");
        fleet.aws.simulator.clear_answers();
        sleep(Duration::from_mins(2)).await;
        assert_eq!(fleet.accepted(), 1, "two minutes late at the most");
    });
}

/// Row 12: a job that SageMaker cannot find to stop is described at once.
#[test]
fn a_stop_of_a_job_that_is_gone_is_no_invalid_request() {
    play(|fleet| async move {
        let key = fleet.training().await;
        let job = JobRef::named(fleet.job_name(&key));
        fleet.aws.simulator.remove(&job, fleet.clock.now()).unwrap();
        fleet.server.delete(&key).unwrap();
        sleep(Duration::from_mins(3)).await;
        assert!(fleet.server.get(&key).is_none(), "released: {:?}", fleet.server.get(&key));
    });
}

/// Row 16: the record was deleted.
#[test]
fn a_deleted_record_counts_by_its_secondary_status_else_says_where_to_look() {
    play(|fleet| async move {
        let key = fleet.training().await;
        fleet.describe_as(
            &key,
            &json!({
                "TrainingJobStatus": "Deleting", "SecondaryStatus": "Completed",
            }),
        );
        sleep(Duration::from_secs(40)).await;
        assert_eq!(fleet.state(&key), "Completed");
    });
    play(|fleet| async move {
        let key = fleet.training().await;
        let job = JobRef::named(fleet.job_name(&key));
        fleet.aws.simulator.remove(&job, fleet.clock.now()).unwrap();
        sleep(Duration::from_mins(3)).await;
        let said = fleet.conditions(&key);
        assert!(said.contains("Missing") && said.contains("s3://bucket/models/"), "{said}");
    });
}

/// Row 17: more and longer than the CRD has room for.
#[test]
fn what_is_too_long_is_cut_and_the_end_is_seen() {
    play(|fleet| async move {
        let key = fleet.training().await;
        let metric =
            json!({ "MetricName": "m".repeat(300), "Value": 1.5, "Timestamp": 1_795_400_000 });
        fleet.describe_as(
            &key,
            &json!({
                "TrainingJobStatus": "Completed", "SecondaryStatus": "Completed",
                "ModelArtifacts": { "S3ModelArtifacts": format!("s3://b/{}", "x".repeat(1500)) },
                "FinalMetricDataList": vec![metric; 50],
            }),
        );
        sleep(Duration::from_secs(40)).await;
        assert_eq!(fleet.state(&key), "Completed");
    });
}

/// Row 24: while a create is under way for an object that is being deleted, its job would cost money.
#[test]
fn a_deleted_object_s_create_is_asked_about_until_it_is_settled() {
    play(|fleet| async move {
        let mut slow = Fault::new("CreateTrainingJob", FaultKind::Slow);
        slow.seconds = Some(20.0);
        fleet.aws.simulator.add_fault(slow);
        let key = fleet.apply("team", 0, |_| {});
        sleep(Duration::from_secs(2)).await;
        let deleted = fleet.clock.now();
        fleet.server.delete(&key).unwrap();
        sleep(Duration::from_mins(2)).await;
        let wait = first_after(&fleet, "StopTrainingJob", &key, deleted);
        assert!(wait <= SignedDuration::from_secs(30), "{wait}");
        assert!(fleet.server.get(&key).is_none());
    });
}

/// Row 11: a rerun finds the checkpoints of the first run.
#[test]
fn the_end_of_the_run_time_says_how_to_continue() {
    play(|fleet| async move {
        let key = fleet.apply("team", 0, |object| {
            let template = object["spec"]["template"].as_object_mut().unwrap();
            template.remove("checkpointConfig");
            template.insert("stoppingCondition".to_owned(), json!({ "maxRuntimeInSeconds": 600 }));
        });
        sleep(Duration::from_mins(30)).await;
        let said = fleet.conditions(&key);
        let uri = fleet.object(&key)["status"]["checkpoint"]["s3Uri"].as_str().unwrap().to_owned();
        assert!(said.contains("RuntimeExceeded") && said.contains(&uri), "{said}");
    });
}
