//! Real requests, as people have them in public repositories: accepted or refused as SageMaker's model
//! does, but for the listed stricter places.

use std::fs;

use serde_json::{Map, Value, json};
use spot_training_operator::api::validation::{problems, template_schema};

/// Requests that are refused, the field that the refusal names, and whether the model refuses too.
const REFUSED: [(&str, &str, bool); 7] = [
    ("kfp-fsx-isolated", "spec.template.checkpointConfig.s3Uri", true),
    ("sfn-gpu-spot", "spec.template.outputDataConfig", true),
    (
        "boto3-vpc-registry-auth",
        "spec.template.algorithmSpecification.trainingImageConfig.trainingRepositoryAuthConfig\
         .trainingRepositoryCredentialsProviderArn",
        true,
    ),
    ("cli-p5-numbers", "spec.template.algorithmSpecification.frameworkVersion", true),
    ("boto3-minimal-missing", "spec.template.algorithmSpecification.trainingInputMode", true),
    // Stricter: such a job fails after all of its training.
    ("boto3-tensorboard-https", "spec.template.tensorBoardOutputConfig.s3OutputPath", false),
    // Stricter: a description's "no key", which SageMaker refuses in a request.
    ("ack-describe-instancegroups", "spec.template.outputDataConfig.kmsKeyId", false),
];

/// `value` with the first letter of members' names in lower case and without nulls. Keys of maps are
/// the user's.
fn lower(value: &Value, schema: &Value) -> Value {
    if schema["additionalProperties"].is_object() {
        return value.clone();
    }
    match value {
        Value::Object(members) => {
            let given = members.iter().filter(|(_, member)| !member.is_null());
            let lowered = given.map(|(name, member)| {
                let name = name[..1].to_lowercase() + &name[1..];
                let member = lower(member, &schema["properties"][&name]);
                (name, member)
            });
            Value::Object(lowered.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| lower(item, &schema["items"])).collect(),
        other => other.clone(),
    }
}

fn manifest(request: &Value) -> Value {
    let mut template = lower(request, template_schema().unwrap());
    let members = template.as_object_mut().unwrap();
    members.remove("trainingJobName");
    let spot = members.remove("enableManagedSpotTraining") == Some(json!(true));
    // What managed spot training does not know is for on demand.
    let capacity = if spot { "Spot" } else { "OnDemand" };
    json!({
        "apiVersion": "spottraining.dev/v1alpha1", "kind": "SpotTrainingJob",
        "metadata": { "name": "request", "namespace": "default" },
        "spec": { "template": template, "capacity": { "type": capacity } },
    })
}

#[test]
fn real_requests_are_treated_as_the_model_does() {
    let folder = format!("{}/tests/it/api/requests", env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        seen += 1;
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let request = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let problems = problems(&manifest(&request), None).unwrap();
        let refused = REFUSED.iter().find(|(refused, ..)| *refused == name);
        let right = match refused {
            Some((_, field, _)) => problems.iter().any(|problem| problem.field == *field),
            None => problems.is_empty(),
        };
        if !right {
            wrong.push(format!("{name}: {problems:#?}"));
        }
    }
    assert_eq!(seen, 21, "requests");
    assert_eq!(REFUSED.iter().filter(|(.., model)| *model).count(), 5, "refused by the model");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
