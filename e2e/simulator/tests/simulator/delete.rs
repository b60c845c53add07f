//! Records that are deleted, and records that vanish.

use std::collections::BTreeMap;

use sagemaker_simulator::{ControlError, JobRef, Options, Quota};
use serde_json::{Value, json};

use crate::http_client::control;
use crate::support::{World, at, changed, serve_new, spot, workload};

fn delete(world: &World, second: f64) -> Result<Value, sagemaker_simulator::ApiError> {
    world.call("DeleteTrainingJob", &json!({ "TrainingJobName": "job" }), second)
}

/// A job that lives for 117 seconds and is deleted in 8.
fn job() -> Value {
    changed(
        spot("job", &workload(&json!({ "deleting": 8 }))),
        &json!({ "Tags": [{ "Key": "spottraining.dev/uid", "Value": "u" }] }),
    )
}

#[test]
fn a_finished_job_is_deleting_for_a_while_and_then_gone() {
    let world = World::new();
    world.create(&job());
    assert_eq!(delete(&world, 200.0).unwrap(), json!({}));
    assert_eq!(world.status("job", 200.0), "Deleting/Completed");
    assert_eq!(world.status("job", 207.9), "Deleting/Completed");
    let list = world.call("ListTrainingJobs", &json!({}), 207.9).unwrap();
    assert_eq!(list["TrainingJobSummaries"][0]["TrainingJobStatus"], "Deleting");
    let taken = world.call("CreateTrainingJob", &job(), 207.9).unwrap_err();
    assert_eq!(taken.code, "ResourceInUse");
    assert!(world.stop("job", 207.9).unwrap_err().message.ends_with("in status Deleting."));

    for operation in ["DescribeTrainingJob", "StopTrainingJob", "DeleteTrainingJob"] {
        let gone = world.call(operation, &json!({ "TrainingJobName": "job" }), 208.0).unwrap_err();
        assert_eq!(gone.message, "Requested resource not found.", "{operation}");
    }
    let arn = "arn:aws:sagemaker:eu-west-1:210987654321:training-job/job";
    assert!(world.call("ListTags", &json!({ "ResourceArn": arn }), 208.0).is_err());
    let list = world.call("ListTrainingJobs", &json!({}), 208.0).unwrap();
    assert_eq!(list["TrainingJobSummaries"], json!([]));
    assert!(world.simulator.jobs(at(208.0)).is_empty());
}

#[test]
fn the_name_of_a_deleted_job_can_be_used_again() {
    let world = World::new();
    world.create(&job());
    delete(&world, 200.0).unwrap();
    world.call("CreateTrainingJob", &job(), 208.0).unwrap();
    assert_eq!(world.status("job", 209.0), "InProgress/Starting");
    // The figures know both.
    let stats = world.simulator.stats();
    assert_eq!((stats.uids["u"].creates, stats.uids["u"].most_concurrent), (2, 1));
    assert_eq!(stats.creates["job"].accepted, 2);
}

#[test]
fn only_finished_jobs_are_deleted() {
    let world = World::new();
    world.create(&job());
    let code = |second| {
        let refusal = delete(&world, second).unwrap_err();
        assert!(refusal.modelled);
        refusal.code
    };
    assert_eq!(code(1.0), "ResourceInUse");
    world.stop("job", 20.0).unwrap();
    assert_eq!(code(21.0), "ResourceInUse");
    assert_eq!(world.status("job", 29.0), "Stopped/Stopped");
    delete(&world, 29.0).unwrap();
    assert_eq!(code(30.0), "ResourceInUse");
}

#[test]
fn a_record_can_vanish_in_any_state_and_gives_its_instances_back() {
    let quota = Quota { spot: Some(1), on_demand: None };
    let quotas = BTreeMap::from([("ml.g5.xlarge".to_owned(), quota)]);
    let world = World::with(Options { quotas, ..Options::default() });
    world.create(&job());
    assert!(world.call("CreateTrainingJob", &spot("next", &workload(&json!({}))), 19.0).is_err());
    world.simulator.remove(&JobRef::named("job"), at(20.0)).unwrap();
    assert!(world.simulator.jobs(at(20.0)).is_empty());
    let gone = world.call("DescribeTrainingJob", &json!({ "TrainingJobName": "job" }), 20.0);
    assert_eq!(gone.unwrap_err().message, "Requested resource not found.");
    world.call("CreateTrainingJob", &job(), 20.0).unwrap();
    assert_eq!(world.simulator.stats().uids["u"].most_concurrent, 1);
    assert_eq!(
        world.simulator.remove(&JobRef::named("nobody"), at(20.0)),
        Err(ControlError::NoSuchJob("nobody".into()))
    );
    // The end of the vanished job gives nothing back a second time.
    assert!(world.call("CreateTrainingJob", &spot("next", &workload(&json!({}))), 120.0).is_err());
    assert!(world.call("CreateTrainingJob", &spot("next", &workload(&json!({}))), 137.0).is_ok());
}

#[tokio::test]
async fn records_vanish_over_http() {
    let (server, simulator) = serve_new().await;
    crate::http_client::call(server, "CreateTrainingJob", &job()).await.unwrap();
    let name = json!({ "trainingJobName": "job" }).to_string();
    assert_eq!(control(server, ("POST", "remove"), &name).await.status, 200);
    assert_eq!(control(server, ("POST", "remove"), &name).await.status, 404);
    assert_eq!(simulator.stats().creates["job"].accepted, 1);
}
