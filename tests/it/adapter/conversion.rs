//! From the template to the wire: what the user wrote, member by member, and the operator's own values.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use spot_training_operator::cli::plan;
use spot_training_operator::port::{CreateRequest, Stopping, TrainingService};
use tokio::runtime::Builder;

use super::served::{self, HOME, Provider, Served};
use crate::support::fixtures::templates::{MAPS, named_by_the_service, templates};
use crate::support::random::check;

/// The members of the API that a template can have; see the count of the parity test.
const MEMBERS: usize = 132;

/// What the service gets for `template`, which is what `plan` prints.
fn wire(template: &Value, spot: bool) -> Value {
    let body = Arc::new(Mutex::new(Value::Null));
    let seen = body.clone();
    let served = Served::new(move |request| {
        if request.operation == "STS" {
            return served::caller(served::ACCOUNT);
        }
        seen.lock().unwrap().clone_from(&request.body);
        served::created(HOME)
    });
    let template = serde_json::from_value(template.clone()).unwrap();
    let request = CreateRequest {
        location: &served::location(HOME),
        job_name: "x",
        template: &template,
        spot,
        instance_type: "ml.p5.48xlarge",
        stopping: Stopping { max_runtime: 60, max_wait: Some(120), max_pending: None },
        checkpoint_uri: Some("s3://bucket/points/"),
        tags: vec![("own".to_owned(), "tag".to_owned())],
    };
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let adapter = served::adapter(&served, &Provider::lasting()).await;
        adapter.create(&request).await.unwrap();
    });
    let body = body.lock().unwrap().clone();
    assert_eq!(body, plan::request::wire(&request).unwrap());
    body
}

/// `template` as the service names its members, without what means "not given".
fn expected(template: &Value, spot: bool) -> Value {
    let mut expected = named_by_the_service(template);
    expected["TrainingJobName"] = json!("x");
    expected["EnableManagedSpotTraining"] = json!(spot);
    expected["StoppingCondition"] =
        json!({ "MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120 });
    expected["CheckpointConfig"]["S3Uri"] = json!("s3://bucket/points/");
    expected["Tags"] = json!([{ "Key": "own", "Value": "tag" }]);
    let resources = &mut expected["ResourceConfig"];
    if !resources["InstanceType"].is_null() {
        resources["InstanceType"] = json!("ml.p5.48xlarge");
    }
    let members = resources.as_object_mut().unwrap();
    members.retain(|name, member| !(member.is_null() || name == "InstanceCount" && *member == 0));
    expected
}

/// The paths of all members of `value`.
fn paths(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    for item in value.as_array().into_iter().flatten() {
        paths(path, item, found);
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        if !MAPS.iter().any(|map| path.ends_with(map)) {
            paths(&path, member, found);
        }
        found.insert(path);
    }
}

#[test]
fn the_wire_has_the_template_and_the_operators_own_values() {
    let seen = RefCell::new(BTreeSet::new());
    check("conversion", 200, &(templates(), any::<bool>()), |(template, spot)| {
        prop_assert_eq!(wire(&template, spot), expected(&template, spot));
        paths("", &template, &mut seen.borrow_mut());
        Ok(())
    });
    let seen = seen.into_inner();
    assert!(seen.len() >= MEMBERS, "{} members seen: {seen:?}", seen.len());
}
