//! Rules between members, and names that stand for a world that isn't there.

use serde_json::{Value, json};

use crate::support::{World, changed, on_demand, spot, workload};

fn refusal(request: &Value) -> String {
    let refusal = World::new().call("CreateTrainingJob", request, 0.0).unwrap_err();
    assert_eq!(refusal.code, "ValidationException");
    assert!(!refusal.modelled);
    refusal.message
}

#[test]
fn documented_texts() {
    let usual = workload(&json!({}));
    let wait = json!({ "StoppingCondition": { "MaxWaitTimeInSeconds": 7200 } });
    assert_eq!(
        refusal(&changed(on_demand("job", &usual), &wait)),
        "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is set \
         to true"
    );
    let role = "arn:aws:iam::210987654321:role/not-assumable";
    assert_eq!(
        refusal(&changed(spot("job", &usual), &json!({ "RoleArn": role }))),
        format!(
            "Could not assume role {role}. Please ensure that the role exists and allows principal \
             'sagemaker.amazonaws.com' to assume the role."
        )
    );
    let data = json!({ "InputDataConfig": [{ "ChannelName": "train", "DataSource": {
        "S3DataSource": { "S3DataType": "S3Prefix", "S3Uri": "s3://no-such-data/train" },
    } }] });
    assert_eq!(
        refusal(&changed(spot("job", &usual), &data)),
        "No S3 objects found under S3 URL \"s3://no-such-data/train\" given in input data source. \
         Please ensure that the bucket exists in the selected region (eu-west-1), that objects \
         exist under that S3 prefix, and that the role \"arn:aws:iam::210987654321:role/training\" \
         has \"s3:ListBucket\" permissions on bucket \"no-such-data\"."
    );
}

/// A spot request with those changes is refused with a text that contains the part.
fn assert_refused(cases: &[(Value, &str)]) {
    for (changes, part) in cases {
        let message = refusal(&changed(spot("job", &workload(&json!({}))), changes));
        assert!(message.contains(part), "{changes}: {message}");
    }
}

#[test]
fn limits_of_time() {
    let wait = |seconds: Value| json!({ "StoppingCondition": { "MaxWaitTimeInSeconds": seconds } });
    let runtime = 2_419_201;
    let too_long = json!({ "MaxRuntimeInSeconds": runtime, "MaxWaitTimeInSeconds": runtime });
    let algorithm = json!({
        "AlgorithmSpecification": { "AlgorithmName": "own", "TrainingImage": null },
        "CheckpointConfig": null,
    });
    let must = "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to";
    assert_refused(&[
        (wait(json!(null)), must),
        (wait(json!(3599)), must),
        // Without MaxRuntime a day is meant.
        (json!({ "StoppingCondition": { "MaxRuntimeInSeconds": null } }), must),
        (json!({ "StoppingCondition": null }), must),
        (json!({ "StoppingCondition": too_long }), "MaxRuntimeInSeconds"),
        (algorithm, "3600"),
    ]);
}

#[test]
fn resources_and_algorithms_exclude_each_other() {
    let resources = |changes: Value| json!({ "ResourceConfig": changes });
    let algorithm = |changes: Value| json!({ "AlgorithmSpecification": changes });
    let preferences = json!([{ "InstanceType": "ml.g5.xlarge", "InstanceCount": 1 }]);
    let preferred = resources(json!({
        "InstanceType": null, "InstanceCount": null, "InstancePreferences": preferences,
    }));
    assert_refused(&[
        (json!({ "AlgorithmSpecification": null }), "algorithmSpecification"),
        (json!({ "ResourceConfig": null }), "resourceConfig"),
        (algorithm(json!({ "TrainingImage": null })), "TrainingImage"),
        (algorithm(json!({ "AlgorithmName": "own" })), "AlgorithmName"),
        (resources(json!({ "InstanceCount": 0 })), "InstanceCount"),
        (resources(json!({ "InstanceCount": null })), "InstanceCount"),
        (resources(json!({ "InstancePreferences": preferences })), "InstancePreferences"),
        (resources(json!({ "KeepAlivePeriodInSeconds": 60 })), "Warm Pools"),
        (preferred, "EnableManagedSpotTraining"),
    ]);
}

#[test]
fn serverless_jobs_tags_and_scripts() {
    let model = "arn:aws:sagemaker:eu-west-1:aws:hub-content/h/Model/m";
    let serverless = json!({ "JobType": "FineTuning", "BaseModelArn": model });
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    let workload = |text: &str| json!({ "HyperParameters": { "simulator": text } });
    assert_refused(&[
        (json!({ "ServerlessJobConfig": serverless }), "ServerlessJobConfig"),
        (json!({ "Tags": tags }), "unique"),
        (workload(r#"{"trainig":3}"#), "'simulator'"),
        (workload(r#"{"gap":-1}"#), "'simulator'"),
        (workload(r#"{"spotRatio":1.5}"#), "'simulator'"),
    ]);
}

#[test]
fn combinations_that_are_accepted() {
    let plain = spot("job", &workload(&json!({})));
    let cases = [
        json!({ "StoppingCondition": { "MaxWaitTimeInSeconds": 3600 } }),
        json!({ "ResourceConfig": { "KeepAlivePeriodInSeconds": 0 } }),
        json!({ "AlgorithmSpecification": { "AlgorithmName": "own", "TrainingImage": null } }),
        json!({ "ResourceConfig": { "InstanceType": null, "InstanceCount": null, "InstanceGroups": [
            { "InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "InstanceGroupName": "g" },
        ] } }),
    ];
    for changes in cases {
        World::new().create(&changed(plain.clone(), &changes));
    }
}

#[test]
fn names_are_unique_per_account_and_region_for_ever() {
    let world = World::new();
    let request = spot("job", &workload(&json!({})));
    world.create(&request);
    // Even a request that would be refused for its role finds its own name first.
    let refusal = world.call("CreateTrainingJob", &request, 1e7).unwrap_err();
    assert_eq!((refusal.code, refusal.status, refusal.modelled), ("ResourceInUse", 400, true));
    assert_eq!(
        refusal.message,
        "Training job names must be unique within an AWS account and region, and a training job \
         with this name already exists (arn:aws:sagemaker:eu-west-1:210987654321:training-job/job)"
    );
    let elsewhere = World { caller: crate::support::caller("cn-north-1"), ..world };
    let reply = elsewhere.call("CreateTrainingJob", &request, 0.0).unwrap();
    assert_eq!(
        reply["TrainingJobArn"],
        "arn:aws-cn:sagemaker:cn-north-1:210987654321:training-job/job"
    );
}

#[test]
fn unknown_jobs_are_a_validation_exception() {
    let world = World::new();
    for operation in ["DescribeTrainingJob", "StopTrainingJob"] {
        let body = json!({ "TrainingJobName": "nobody" });
        let refusal = world.call(operation, &body, 0.0).unwrap_err();
        assert_eq!(refusal.code, "ValidationException");
        assert_eq!(refusal.message, "Requested resource not found.");
    }
}
