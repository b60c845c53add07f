//! What is said of members that the definition lacks: what to write, or nothing where that is not known.

use serde_json::{Value, json};
use spot_training_operator::api::validation::problems;

use crate::support::fixtures::objects::manifest;

/// What is said of a member at a place.
fn said(parent: &str, member: &str, value: Value) -> String {
    let mut manifest = manifest("vision", "resnet50");
    manifest["spec"]["template"]["inputDataConfig"] = json!([{
        "channelName": "a",
        "dataSource": { "s3DataSource": { "s3DataType": "S3Prefix", "s3Uri": "s3://bucket/a" } },
    }]);
    manifest.pointer_mut(parent).unwrap()[member] = value;
    let problems = problems(&manifest, None).unwrap();
    let [problem] = problems.as_slice() else { panic!("{parent} {member}: {problems:#?}") };
    problem.message.clone()
}

#[test]
fn another_name_or_place_is_named_where_it_is_meant() {
    let text = || json!("a");
    for (parent, member, value, remedy) in [
        ("/spec/template", "roleARN", text(), "write roleArn"),
        ("/spec/template/resourceConfig", "InstanceType", text(), "write instanceType"),
        ("/spec", "hyperParameters", text(), "write it as spec.template.hyperParameters"),
        (
            "/spec/template",
            "spotWaitSeconds",
            json!(1),
            "write it as spec.capacity.spotWaitSeconds",
        ),
        (
            "/spec/template",
            "instanceType",
            text(),
            "write it as spec.template.resourceConfig.instanceType",
        ),
        (
            "/spec/template",
            "channelName",
            text(),
            "write it as spec.template.inputDataConfig[].channelName",
        ),
        (
            "/spec/template/inputDataConfig/0/dataSource",
            "s3Uri",
            text(),
            "write it as spec.template.inputDataConfig[0].dataSource.s3DataSource.s3Uri",
        ),
        ("/spec/template", "ServerlessJobConfig", json!({}), "serverless jobs can't be spot"),
    ] {
        let said = said(parent, member, value);
        assert!(said.ends_with(remedy) || said.contains(&format!(": {remedy}")), "{said}");
    }
}

#[test]
fn no_other_place_is_named_where_none_is_meant() {
    for (parent, member) in [
        ("/spec/template/outputDataConfig", "s3Uri"),
        ("/spec/template/resourceConfig", "type"),
        ("/spec/template/checkpointConfig", "roleArn"),
        ("/spec/template/inputDataConfig/0", "s3OutputPath"),
        ("/spec/template", "s3OutputPath"),
        ("/spec", "unheardOf"),
    ] {
        let said = said(parent, member, json!("a"));
        assert!(said.starts_with("unknown field") && said.ends_with('"'), "{said}");
    }
}

#[test]
fn members_of_the_operator_are_answered_with_what_to_do_at_once() {
    for (parent, member, value, remedy) in [
        ("/spec/template", "EnableManagedSpotTraining", json!(true), "spot is spec.capacity.type"),
        (
            "/spec/template",
            "enableManagedSpotTraining",
            json!("true"),
            "spot is spec.capacity.type",
        ),
        ("/spec", "enableManagedSpotTraining", json!(true), "spot is spec.capacity.type"),
        ("/spec/template", "TrainingJobName", json!("a"), "remove trainingJobName"),
        ("/spec/template", "trainingJobName", json!(7), "remove trainingJobName"),
        ("/spec", "training_job_name", json!("a"), "remove trainingJobName"),
    ] {
        let said = said(parent, member, value);
        assert!(said.contains(remedy) && !said.contains("quotes"), "{parent} {member}: {said}");
    }
}

#[test]
fn quotes_are_removed_only_where_that_is_enough() {
    let (template, resources) = ("/spec/template", "/spec/template/resourceConfig");
    for (parent, member, text, remedy) in [
        (resources, "instanceCount", "8", "remove the quotes"),
        (resources, "instanceCount", "one", "write a whole number, such as 100"),
        (resources, "volumeSizeInGB", "100Gi", "write a whole number, such as 100"),
        ("/spec", "activeDeadlineSeconds", "24h", "write a whole number of seconds, such as 86400"),
        (template, "enableNetworkIsolation", "true", "remove the quotes"),
        (template, "enableNetworkIsolation", "maybe", "write true or false"),
    ] {
        let said = said(parent, member, json!(text));
        assert!(said.ends_with(remedy), "{member} {text}: {said}");
    }
}
