//! Requests that the service model refuses, in AWS's words.

use serde_json::{Value, json};

use crate::support::{World, changed, spot, workload};

fn refusal(changes: &Value) -> (String, String) {
    let world = World::new();
    let request = changed(spot("job", &workload(&json!({}))), changes);
    let refusal = world.call("CreateTrainingJob", &request, 0.0).unwrap_err();
    assert!(world.simulator.jobs(crate::support::at(0.0)).is_empty());
    (refusal.code.to_owned(), refusal.message)
}

const CHANNEL: &str = r#"{ "ChannelName": "train", "DataSource": {} }"#;

fn channel(changes: &Value) -> Value {
    json!({ "InputDataConfig": [changed(serde_json::from_str(CHANNEL).unwrap(), changes)] })
}

/// The one error is that the value at the path breaks the constraint.
fn assert_broken(changes: &Value, value: &str, path: &str, constraint: &str) {
    let (code, message) = refusal(changes);
    assert_eq!(code, "ValidationException", "{message}");
    let expected = format!(
        "1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: \
         {constraint}"
    );
    assert!(message.starts_with(&expected), "{message}\nis not\n{expected}");
}

#[test]
fn enums_and_patterns() {
    assert_broken(
        &channel(&json!({ "InputMode": "fastfile" })),
        "'fastfile'",
        "inputDataConfig.1.member.inputMode",
        "Member must satisfy enum value set: [Pipe, File, FastFile]",
    );
    assert_broken(
        &json!({ "ResourceConfig": { "InstanceType": "ml.unknown.large" } }),
        "'ml.unknown.large'",
        "resourceConfig.instanceType",
        "Member must satisfy enum value set: [",
    );
    for name in ["a_b", "trailing-", "two\nlines"] {
        assert_broken(
            &json!({ "TrainingJobName": name }),
            &format!("'{name}'"),
            "trainingJobName",
            "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
        );
    }
}

#[test]
fn a_dot_matches_no_line_terminator() {
    for terminator in ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
        for text in
            [format!("one{terminator}two"), format!("{terminator}one"), format!("one{terminator}")]
        {
            let pattern = "Member must satisfy regular expression pattern: .*";
            let (path, image) = ("algorithmSpecification.trainingImage", &text);
            let changes = json!({ "AlgorithmSpecification": { "TrainingImage": image } });
            assert_broken(&changes, &format!("'{text}'"), path, pattern);
            let (_, message) = refusal(&json!({ "HyperParameters": { "lines": text } }));
            assert!(message.contains("Map value must satisfy constraint: ["), "{message}");
        }
    }
    // A dot is a dot in a class and after a backslash; other odd characters are no terminators.
    let world = World::new();
    let fine = json!({
        "HyperParameters": { "odd": "tab\t nul\0 esc\u{1b} del\u{7f} vt\u{b} ff\u{c} \u{9f}" },
        "InputDataConfig": [channel(&json!({ "ChannelName": "a.b" }))["InputDataConfig"][0]],
    });
    world.create(&changed(spot("job", &workload(&json!({}))), &fine));
    let tag = json!({ "Tags": [{ "Key": "team", "Value": "AI-R&D" }] });
    assert_broken(
        &tag,
        "'AI-R&D'",
        "tags.1.member.value",
        r"Member must satisfy regular expression pattern: ([\p{L}\p{Z}\p{N}_.:/=+\-@]*)",
    );
}

#[test]
fn required_members() {
    let constraint = "Member must not be null";
    assert_broken(&json!({ "RoleArn": null }), "null", "roleArn", constraint);
    let path = "inputDataConfig.1.member.dataSource";
    assert_broken(&channel(&json!({ "DataSource": null })), "null", path, constraint);
}

#[test]
fn a_null_is_an_absent_member() {
    let world = World::new();
    let mut request = spot("job", &workload(&json!({})));
    request["Tags"] = Value::Null;
    world.create(&request);
    request["RoleArn"] = Value::Null;
    let refusal = world.call("CreateTrainingJob", &request, 0.0).unwrap_err();
    assert!(refusal.message.contains("Value null at 'roleArn'"), "{}", refusal.message);
}

#[test]
fn bounds() {
    assert_broken(
        &json!({ "InputDataConfig": [] }),
        "'[]'",
        "inputDataConfig",
        "Member must have length greater than or equal to 1",
    );
    assert_broken(
        &json!({ "VpcConfig": { "Subnets": ["a"], "SecurityGroupIds": ["1", "2", "3", "4", "5", "6"] } }),
        "'[1, 2, 3, 4, 5, 6]'",
        "vpcConfig.securityGroupIds",
        "Member must have length less than or equal to 5",
    );
    assert_broken(
        &json!({ "StoppingCondition": { "MaxPendingTimeInSeconds": 1799 } }),
        "'1799'",
        "stoppingCondition.maxPendingTimeInSeconds",
        "Member must have value greater than or equal to 1800",
    );
    assert_broken(
        &json!({ "ResourceConfig": { "KeepAlivePeriodInSeconds": 21_601 } }),
        "'21601'",
        "resourceConfig.keepAlivePeriodInSeconds",
        "Member must have value less than or equal to 21600",
    );
}

#[test]
fn maps_name_all_their_constraints() {
    assert_broken(
        &json!({ "Environment": { "1X": "v" } }),
        "'{1X=v}'",
        "environment",
        "Map keys must satisfy constraint: [Member must have length less than or equal to 512, \
         Member must have length greater than or equal to 0, Member must satisfy regular \
         expression pattern: [a-zA-Z_][a-zA-Z0-9_]*]",
    );
    let long = "x".repeat(2501);
    let workload = workload(&json!({})).to_string();
    assert_broken(
        &json!({ "HyperParameters": { "long": long } }),
        &format!("'{{simulator={workload}, long={long}}}'"),
        "hyperParameters",
        "Map value must satisfy constraint: [Member must have length less than or equal to 2500, ",
    );
}

#[test]
fn unknown_members() {
    assert_broken(
        &json!({ "ResourceConfig": { "SpotPrice": "cheap" } }),
        "'cheap'",
        "resourceConfig.spotPrice",
        "Member must be known",
    );
}

#[test]
fn several_errors_come_in_one_text() {
    let changes = json!({ "RoleArn": "short", "TrainingJobName": "x".repeat(64) });
    let (_, message) = refusal(&changes);
    assert!(message.starts_with("4 validation errors detected: Value "), "{message}");
    assert_eq!(message.matches("; Value '").count(), 3, "{message}");
}

#[test]
fn wrong_types_can_not_be_read() {
    let cases = [
        (json!({ "RoleArn": 5 }), "NUMBER_VALUE cannot be converted to String"),
        (
            json!({ "ResourceConfig": { "InstanceCount": "2" } }),
            "STRING_VALUE cannot be converted to Integer",
        ),
        (
            json!({ "EnableManagedSpotTraining": "true" }),
            "STRING_VALUE cannot be converted to Boolean",
        ),
        (
            json!({ "HyperParameters": { "epochs": 3 } }),
            "NUMBER_VALUE cannot be converted to String",
        ),
        (
            json!({ "Tags": { "team": "vision" } }),
            "Start of structure or map found where not expected.",
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(refusal(&changes), ("SerializationException".into(), expected.into()));
    }
}

#[test]
fn odd_patterns_of_the_model_work() {
    let provider = "arn:aws:lambda:eu-west-1:123456789012:function:credentials";
    let image_config = |arn: &str| {
        json!({ "AlgorithmSpecification": { "TrainingImageConfig": {
            "TrainingRepositoryAccessMode": "Vpc",
            "TrainingRepositoryAuthConfig": { "TrainingRepositoryCredentialsProviderArn": arn },
        } } })
    };
    let world = World::new();
    world.create(&changed(spot("job", &workload(&json!({}))), &image_config(provider)));
    let (_, message) = refusal(&image_config("arn:a_s:lambda:x:123456789012:function:f"));
    assert!(message.contains(r"arn:[\p{Alnum}\-]+:lambda"), "{message}");
    let group = |arn: &str| json!({ "ModelPackageConfig": { "ModelPackageGroupArn": arn } });
    let arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/g";
    world.create(&changed(spot("group", &workload(&json!({}))), &group(arn)));
    let (code, _) =
        refusal(&group("arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/"));
    assert_eq!(code, "ValidationException");
}

#[test]
fn unknown_operations_are_refused() {
    let refusal = World::new().call("CreateEndpoint", &json!({}), 0.0).unwrap_err();
    assert_eq!(refusal.code, "UnknownOperationException");
}
