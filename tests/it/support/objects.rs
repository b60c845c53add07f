//! Objects for tests: small, valid, and changed where a test says so.

use jiff::Timestamp;
use serde_json::{Value, json};
use spot_training_operator::api::v1alpha1::SpotTrainingJobSpec;
use spot_training_operator::domain::observation::{Job, JobStatus, Transition};
use spot_training_operator::domain::plan::{
    CheckpointPlan, DeletionPolicy, Desired, Plan, Unreadable,
};
use spot_training_operator::domain::pool::{Market, Pool};
use spot_training_operator::domain::situation::ObjectFacts;

/// A moment, `seconds` after the one at which tests begin.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::new(1_795_400_000 + seconds, 0).unwrap()
}

/// The facts of an object that was just applied.
pub(crate) fn facts() -> ObjectFacts {
    ObjectFacts {
        namespace: "vision".to_owned(),
        name: "resnet50".to_owned(),
        uid: "6f1d7c1e-8f1a-4a62-9a8e-0d4a5a1c2b3d".to_owned(),
        generation: 1,
        deleting: false,
        has_finalizer: true,
    }
}

/// A spec that this version cannot read, and that says no more.
pub(crate) fn unreadable() -> Desired {
    Desired::Unreadable(Unreadable {
        problems: "spec.template: unknown".to_owned(),
        suspend: false,
        deletion_policy: DeletionPolicy::Stop,
    })
}

/// A plan for spot with checkpoints.
pub(crate) fn plan() -> Plan {
    Plan {
        region: Some("eu-west-1".to_owned()),
        pool: Pool { instance_type: "ml.g5.2xlarge".to_owned(), market: Market::Spot },
        instance_count: 1,
        checkpoint: CheckpointPlan::At("s3://bucket/checkpoints".to_owned()),
        max_wait_seconds: Some(172_800),
        max_pending_seconds: None,
        suspend: false,
        deletion_policy: DeletionPolicy::Stop,
    }
}

/// A job that has been through these secondary statuses, ten seconds each from `start` on.
pub(crate) fn job(status: JobStatus, secondaries: &[&str], start: i64) -> Job {
    let transitions: Vec<_> = secondaries
        .iter()
        .zip(0..)
        .map(|(secondary, index)| Transition {
            status: (*secondary).to_owned(),
            start: at(start + 10 * index),
            message: Some(format!("{secondary}.")),
        })
        .collect();
    Job {
        arn: "arn:aws:sagemaker:eu-west-1:123456789012:training-job/x".to_owned(),
        status,
        secondary: (*secondaries.last().unwrap()).to_owned(),
        created: at(start),
        transitions,
        ..Job::default()
    }
}

/// The manifest of a small valid object.
pub(crate) fn manifest(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "spottraining.dev/v1alpha1",
        "kind": "SpotTrainingJob",
        "metadata": { "name": name, "namespace": namespace },
        "spec": {
            "region": "eu-west-1",
            "template": {
                "algorithmSpecification": {
                    "trainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/train:1",
                    "trainingInputMode": "File",
                },
                "roleArn": "arn:aws:iam::123456789012:role/training",
                "outputDataConfig": { "s3OutputPath": "s3://bucket/models" },
                "resourceConfig": {
                    "instanceType": "ml.g5.2xlarge", "instanceCount": 1, "volumeSizeInGB": 50,
                },
                "checkpointConfig": { "s3Uri": format!("s3://bucket/checkpoints/{namespace}/{name}") },
            },
        },
    })
}

/// The spec of [`manifest`].
pub(crate) fn spec() -> SpotTrainingJobSpec {
    serde_json::from_value(manifest("vision", "resnet50")["spec"].clone()).unwrap()
}
