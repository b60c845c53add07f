//! Templates that have every member between them.

use serde_json::{Value, json};

const TRAINING_PLAN: &str = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/ours";

fn workload() -> String {
    let workload = json!({
        "starting": 0, "downloading": 0, "training": 600, "uploading": 0, "spotRatio": 0.5,
    });
    workload.to_string()
}

/// Every member that a request by image on spot can have.
pub(super) fn spot() -> Value {
    let mut template = json!({
        "algorithmSpecification": {
            "trainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/train:1",
            "trainingInputMode": "FastFile",
            "metricDefinitions": [{ "name": "loss", "regex": "loss=(.*)" }],
            "enableSageMakerMetricsTimeSeries": true,
            "containerEntrypoint": ["python3", "train.py"],
            "containerArguments": ["--lr", "0.1"],
            "trainingImageConfig": {
                "trainingRepositoryAccessMode": "Vpc",
                "trainingRepositoryAuthConfig": {
                    "trainingRepositoryCredentialsProviderArn":
                        "arn:aws:lambda:eu-west-1:123456789012:function:login",
                },
            },
        },
        "roleArn": "arn:aws:iam::123456789012:role/path/training",
        "hyperParameters": { "simulator": workload(), "lowerCase": "1", "UPPER": "2", "a.b": "3" },
        "environment": { "lower_case": "x", "NCCL_DEBUG": "WARN" },
        "inputDataConfig": inputs(),
        "outputDataConfig": {
            "s3OutputPath": "s3://bucket/models", "kmsKeyId": "key/1", "compressionType": "NONE",
        },
        "resourceConfig": {
            "instanceType": "ml.g5.2xlarge", "instanceCount": 2, "volumeSizeInGB": 50,
            "volumeKmsKeyId": "key/2",
        },
        "stoppingCondition": { "maxRuntimeInSeconds": 3600, "maxWaitTimeInSeconds": 7200 },
        "checkpointConfig": { "s3Uri": "s3://bucket/points/", "localPath": "/opt/ml/points" },
        "vpcConfig": { "securityGroupIds": ["sg-1"], "subnets": ["subnet-1", "subnet-2"] },
        "retryStrategy": { "maximumRetryAttempts": 3 },
        "tags": [{ "key": "team", "value": "vision" }],
        "enableNetworkIsolation": true,
        "enableInterContainerTrafficEncryption": true,
    });
    json_patch::merge(&mut template, &observed());
    template
}

fn inputs() -> Value {
    json!([
        {
            "channelName": "train",
            "dataSource": { "s3DataSource": {
                "s3DataType": "AugmentedManifestFile", "s3Uri": "s3://bucket/train",
                "s3DataDistributionType": "ShardedByS3Key", "attributeNames": ["a", "b"],
                "instanceGroupNames": ["workers"],
                "modelAccessConfig": { "acceptEula": true },
                "hubAccessConfig": { "hubContentArn": "arn:aws:sagemaker:hub" },
            } },
            "contentType": "application/x-image", "compressionType": "Gzip",
            "recordWrapperType": "RecordIO", "inputMode": "Pipe",
            "shuffleConfig": { "seed": 42 },
        },
        {
            "channelName": "files",
            "dataSource": { "fileSystemDataSource": {
                "fileSystemId": "fs-0123456789abcdef0", "fileSystemAccessMode": "ro",
                "fileSystemType": "FSxLustre", "directoryPath": "/data",
            } },
            "compressionType": "None", "recordWrapperType": "None",
        },
        {
            "channelName": "dataset",
            "dataSource": { "datasetSource": {
                "datasetArn":
                    "arn:aws:sagemaker:eu-west-1:123456789012:hub-content/hub/DataSet/mine",
            } },
            "compressionType": "None", "recordWrapperType": "None",
        },
    ])
}

/// What is observed of a training, and where it is registered.
fn observed() -> Value {
    json!({
        "debugHookConfig": {
            "localPath": "/opt/ml/tensors", "s3OutputPath": "s3://bucket/tensors",
            "hookParameters": { "save_interval": "100" },
            "collectionConfigurations": [
                { "collectionName": "losses", "collectionParameters": { "save_interval": "10" } },
            ],
        },
        "debugRuleConfigurations": [rule("vanishing-gradient")],
        "profilerConfig": {
            "s3OutputPath": "s3://bucket/profile", "profilingIntervalInMilliseconds": 500,
            "profilingParameters": { "DataloaderProfilingConfig": "{}" }, "disableProfiler": false,
        },
        "profilerRuleConfigurations": [rule("report")],
        "tensorBoardOutputConfig": {
            "localPath": "/opt/ml/board", "s3OutputPath": "s3://bucket/board",
        },
        "experimentConfig": {
            "experimentName": "resnet", "trialName": "first",
            "trialComponentDisplayName": "training", "runName": "run-1",
        },
        "mlflowConfig": {
            "mlflowResourceArn":
                "arn:aws:sagemaker:eu-west-1:123456789012:mlflow-tracking-server/ours",
            "mlflowExperimentName": "resnet", "mlflowRunName": "run 1",
        },
        "modelPackageConfig": {
            "modelPackageGroupArn":
                "arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/ours",
            "sourceModelPackageArn":
                "arn:aws:sagemaker:eu-west-1:123456789012:model-package/ours/1",
        },
        "remoteDebugConfig": { "enableRemoteDebug": true },
        "infraCheckConfig": { "enableInfraCheck": true },
        "sessionChainingConfig": { "enableSessionTagChaining": true },
    })
}

fn rule(name: &str) -> Value {
    json!({
        "ruleConfigurationName": name, "localPath": "/opt/ml/rule",
        "s3OutputPath": "s3://bucket/rule", "instanceType": "ml.t3.medium", "volumeSizeInGB": 0,
        "ruleEvaluatorImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/rules",
        "ruleParameters": { "rule_to_invoke": name },
    })
}

/// Instances of different types.
pub(super) fn groups() -> Value {
    let mut template = spot();
    template["resourceConfig"] = json!({
        "instanceGroups": [
            { "instanceGroupName": "workers", "instanceType": "ml.g5.xlarge", "instanceCount": 2 },
            { "instanceGroupName": "loaders", "instanceType": "ml.c5.xlarge", "instanceCount": 1 },
        ],
        "volumeSizeInGB": 50,
    });
    template["checkpointConfig"]["s3Uri"] = json!("s3://bucket/points-of-groups/");
    template
}

/// Instances that are welcome.
pub(super) fn preferences() -> Value {
    let mut template = spot();
    template["resourceConfig"] = json!({
        "instancePreferences": [{
            "instanceType": "ml.p5.48xlarge", "instanceCount": 1, "trainingPlanArns": [TRAINING_PLAN],
        }],
        "volumeSizeInGB": 50,
    });
    let stopping = &mut template["stoppingCondition"];
    stopping.as_object_mut().unwrap().remove("maxWaitTimeInSeconds");
    template["checkpointConfig"]["s3Uri"] = json!("s3://bucket/points-of-preferences/");
    template
}

/// What only a request by algorithm on demand can have.
pub(super) fn on_demand() -> Value {
    let mut template = spot();
    let algorithm = &mut template["algorithmSpecification"];
    algorithm.as_object_mut().unwrap().retain(|member, _| !member.starts_with("training"));
    algorithm["algorithmName"] = json!("xgboost");
    algorithm["trainingInputMode"] = json!("File");
    let resources = &mut template["resourceConfig"];
    resources["keepAlivePeriodInSeconds"] = json!(60);
    resources["trainingPlanArn"] = json!(TRAINING_PLAN);
    resources["instancePlacementConfig"] = json!({
        "enableMultipleJobs": true,
        "placementSpecifications": [{ "ultraServerId": "us-1", "instanceCount": 1 }],
    });
    template["stoppingCondition"] =
        json!({ "maxRuntimeInSeconds": 3600, "maxPendingTimeInSeconds": 7200 });
    // Two objects that write to one checkpoint prefix train one after the other.
    template["checkpointConfig"]["s3Uri"] = json!("s3://bucket/other-points/");
    template
}
