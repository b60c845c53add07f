//! From the spec to the plan and the request: defaults, derived values and problems.

use jiff::Timestamp;
use serde_json::json;
use spot_training_operator::api::v1alpha1::{Lenient, SpotTrainingJobSpec};
use spot_training_operator::controller::convert::plan::{parse, stopping};
use spot_training_operator::controller::defaults::Defaults;
use spot_training_operator::controller::object_id::ObjectId;
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::spec::plan::{DeletionPolicy, InvalidSpec, ParsedSpec, Plan};
use spot_training_operator::domain::spec::pool::Market;

use crate::support::fixtures::objects::spec;

fn id() -> ObjectId {
    ObjectId {
        namespace: "vision".to_owned(),
        name: "resnet50".to_owned(),
        uid: "6f1d7c1e-8f1a-4a62-9a8e-0d4a5a1c2b3d".to_owned(),
        created: Timestamp::UNIX_EPOCH,
    }
}

fn plan(spec: SpotTrainingJobSpec, defaults: &Defaults) -> Plan {
    match parse(&Lenient::Read(spec), &id(), defaults) {
        ParsedSpec::Valid(plan) => *plan,
        ParsedSpec::Invalid(spec) => panic!("{}", spec.problems),
    }
}

#[test]
fn absent_policy_has_the_documented_defaults() {
    let plan = plan(spec(), &Defaults::default());
    assert_eq!(plan.pools[0].market, Market::Spot);
    assert!(!plan.suspend);
    assert_eq!(plan.deletion_policy, DeletionPolicy::Stop);
    assert_eq!(plan.max_wait_seconds, Some(172_800), "twice SageMaker's default run time");
}

#[test]
fn checkpoints_go_to_the_template_s_place_else_below_the_root_else_nowhere() {
    let root = Defaults { checkpoint_root: Some("s3://root/x/".to_owned()), ..Defaults::default() };
    let mut without = spec();
    without.template.checkpoint_config = None;
    let given = CheckpointPlan::At("s3://bucket/checkpoints/vision/resnet50/".to_owned());
    assert_eq!(plan(spec(), &root).checkpoint, given);
    let derived = CheckpointPlan::At("s3://root/x/vision/resnet50-6f1d7c1e/".to_owned());
    assert_eq!(plan(without.clone(), &root).checkpoint, derived);
    assert_eq!(plan(without.clone(), &Defaults::default()).checkpoint, CheckpointPlan::Missing);
    without.checkpointing = serde_json::from_value(json!("Disabled")).unwrap();
    assert_eq!(plan(without, &root).checkpoint, CheckpointPlan::Disabled);
}

#[test]
fn the_maximum_wait_goes_with_spot_only_and_follows_the_run_time() {
    let with = |condition: serde_json::Value| {
        let mut spec = spec();
        spec.template.stopping_condition = serde_json::from_value(condition).unwrap();
        spec
    };
    let wait = |spec: &SpotTrainingJobSpec| stopping(spec, Market::Spot).max_wait;
    assert_eq!(wait(&with(json!({ "maxRuntimeInSeconds": 100 }))), Some(200));
    assert_eq!(wait(&with(json!({ "maxRuntimeInSeconds": 2_000_000 }))), Some(2_419_200));
    let given = json!({ "maxRuntimeInSeconds": 100, "maxWaitTimeInSeconds": 150 });
    assert_eq!(wait(&with(given.clone())), Some(150));
    assert_eq!(stopping(&with(given), Market::OnDemand).max_wait, None);
    let mut built_in = with(json!({ "maxRuntimeInSeconds": 100 }));
    built_in.template.algorithm_specification.algorithm_name = Some("xgboost".to_owned());
    built_in.checkpointing = serde_json::from_value(json!("Disabled")).unwrap();
    assert_eq!(wait(&built_in), Some(3600), "SageMaker's limit without checkpoints");
    built_in.template.stopping_condition = None;
    assert_eq!(stopping(&built_in, Market::Spot).max_runtime, 3600, "which bounds the run too");
    assert_eq!(stopping(&built_in, Market::OnDemand).max_runtime, 86_400);
}

#[test]
fn every_problem_is_collected_with_its_field() {
    let mut wrong = spec();
    wrong.template.algorithm_specification.training_image = None;
    wrong.template.stopping_condition =
        serde_json::from_value(json!({ "maxRuntimeInSeconds": 9, "maxWaitTimeInSeconds": 8 }))
            .unwrap();
    let ParsedSpec::Invalid(InvalidSpec { problems: why, .. }) =
        parse(&Lenient::Read(wrong), &id(), &Defaults::default())
    else {
        panic!("read");
    };
    assert!(why.contains("spec.template.algorithmSpecification"), "{why}");
    assert!(why.contains("spec.template.stoppingCondition.maxWaitTimeInSeconds"), "{why}");
}
