//! The texts of the service model, each by what it names.

use kube::core::cel::{Reason, Rule};
use schemars::{Schema, SchemaGenerator};

use super::{line, matches, pattern, text};

/// Declares a schema function for each kind of text. What the model lets pass and SageMaker refuses
/// is said beside its name.
macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident => $schema:expr;)*) => {
        $($(#[doc = $doc])* #[must_use] pub fn $name(_: &mut SchemaGenerator) -> Schema { $schema })*
    };
}

texts! {
    /// A region's name.
    region => pattern(1, 32, "[a-z]{2,}(-[a-z]+)+-[0-9]+", "a region reads like eu-west-1");
    /// The name of a controller.
    managed_by => pattern(1, 63, "[a-z0-9.-]+/[A-Za-z0-9._-]+", "the name of a controller reads like spottraining.dev/operator");
    /// `AlgorithmImage`, which the model lets be empty and have blanks and other signs than those of a reference.
    image => pattern(1, 255, "[!-~]+", "an image reads like ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG, without blanks");
    /// `ArnOrName`, without the model's look behind: SageMaker refuses a `-` at the end.
    algorithm_name => pattern(1, 170, r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)", "an algorithm is named like my-algorithm or arn:aws:sagemaker:REGION:ACCOUNT:algorithm/NAME");
    /// `MetricName`.
    metric_name => line(1, 255);
    /// `MetricRegex`.
    metric_regex => line(1, 500);
    /// `TrainingRepositoryCredentialsProviderArn`.
    lambda_arn => pattern(1, 2048, r"arn:[0-9A-Za-z\-]+:lambda:[0-9A-Za-z\-]+:[0-9]{12}:function:.*", "the ARN of a Lambda function reads like arn:aws:lambda:REGION:ACCOUNT:function:NAME, with an account of twelve digits");
    /// `RoleArn`.
    role_arn => pattern(20, 2048, r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+", "the ARN of a role reads like arn:aws:iam::ACCOUNT:role/NAME, with an account of twelve digits");
    /// `ChannelName`.
    channel_name => pattern(1, 64, r"[A-Za-z0-9\.\-_]+", "a channel is named with letters, digits, dots, - and _");
    /// `S3Uri`.
    s3_uri => text(0, 1024, s3_rules());
    /// `CheckpointConfig.S3Uri`.
    checkpoint_uri => text(0, 1024, s3_rules().into_iter().chain([below_the_bucket()]).collect());
    /// `AttributeName`.
    attribute_name => line(1, 256);
    /// `InstanceGroupName`.
    instance_group_name => line(1, 64);
    /// `HubContentArn`, which the model lets be anything.
    hub_content_arn => line(0, 255);
    /// `DatasetArn`.
    dataset_arn => pattern(0, 2048, r"(arn:[a-z0-9-\.]{1,63}:sagemaker:\w+(?:-\w+)+:(\d{12}|aws):hub-content\/)[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}\/DataSet\/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}(\/\d{1,4}.\d{1,4}.\d{1,4})?", "the ARN of a dataset reads like arn:aws:sagemaker:REGION:ACCOUNT:hub-content/HUB/DataSet/NAME/1.0.0");
    /// `FileSystemId`.
    file_system_id => pattern(11, 21, r"(fs-[0-9a-f]{8,})", "a file system's id reads like fs-0123456789abcdef0");
    /// `DirectoryPath` of a file system, and of a container where one is required.
    directory => line(0, 4096);
    /// A directory of the container, which SageMaker refuses when it is empty.
    local_path => line(1, 4096);
    /// `ContentType`.
    content_type => line(0, 256);
    /// `KmsKeyId`, which SageMaker refuses when it is empty.
    kms_key_id => pattern(1, 2048, r"[a-zA-Z0-9:/_-]+", "a KMS key is given as its id, its ARN or alias/NAME");
    /// An instance type: a pattern, never an enumeration, so that new types work without a release.
    instance_type => pattern(0, 64, r"ml\.[a-z0-9-]+\.[a-z0-9]+", "an instance type reads like ml.g5.2xlarge");
    /// `TrainingPlanArn`.
    training_plan_arn => pattern(50, 2048, r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:training-plan/.*", "the ARN of a training plan reads like arn:aws:sagemaker:REGION:ACCOUNT:training-plan/NAME");
    /// `PlacementSpecification.UltraServerId`.
    ultra_server_id => text(0, 256, Vec::new());
    /// `SecurityGroupId`.
    security_group_id => pattern(0, 32, "[-0-9a-zA-Z]+", "a security group's id reads like sg-0123456789abcdef0");
    /// `SubnetId`.
    subnet_id => pattern(0, 32, "[-0-9a-zA-Z]+", "a subnet's id reads like subnet-0123456789abcdef0");
    /// `TagKey`.
    tag_key => text(1, 128, vec![tag_characters(), own_prefix()]);
    /// `TagValue`.
    tag_value => text(0, 256, vec![tag_characters()]);
    /// `CollectionName` and `RuleConfigurationName`.
    rule_name => line(1, 256);
    /// `ExperimentEntityName`.
    experiment_name => pattern(1, 120, "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}", "a name of an experiment consists of letters, digits and - between them");
    /// `MlflowResourceArn`.
    mlflow_arn => pattern(0, 2048, r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:mlflow-[a-zA-Z-]*/.*", "the ARN of an MLflow server reads like arn:aws:sagemaker:REGION:ACCOUNT:mlflow-tracking-server/NAME");
    /// `MlflowExperimentName` and `MlflowRunName`.
    mlflow_name => line(1, 256);
    /// `ModelPackageGroupArn`.
    model_package_group_arn => pattern(1, 2048, r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package-group/[\S]+", "the ARN of a model package group reads like arn:aws:sagemaker:REGION:ACCOUNT:model-package-group/NAME");
    /// `SourceModelPackageArn`.
    model_package_arn => pattern(1, 2048, r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package/[\S]+", "the ARN of a model package reads like arn:aws:sagemaker:REGION:ACCOUNT:model-package/NAME/1");
}

/// The model also lets `https://` pass; such a job fails at its end, after all of the training.
fn s3_rules() -> Vec<Rule> {
    let rule = |expression: &str, message: &str| {
        Rule::new(expression).message(message).reason(Reason::FieldValueInvalid)
    };
    vec![
        rule(r"self.matches(r'^s3://[^/]')", "write s3://bucket/prefix"),
        rule(
            r"!self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')",
            "an S3 location has no blanks, no control characters and no ..",
        ),
    ]
}

fn below_the_bucket() -> Rule {
    Rule::new(r"!self.matches(r'^s3://[^/]*/*$')")
        .message("write s3://bucket/prefix: a bucket without a prefix collides with every other object that keeps checkpoints in it")
        .reason(Reason::FieldValueInvalid)
}

fn tag_characters() -> Rule {
    matches(
        0,
        r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)",
        "a tag has letters, digits, blanks and _ . : / = + - @ only",
    )
}

fn own_prefix() -> Rule {
    Rule::new("!self.lowerAscii().startsWith('aws:') && !self.startsWith('spottraining.dev/')")
        .message("tag keys with the prefix aws: are AWS's and those with spottraining.dev/ are the operator's: choose another key")
        .reason(Reason::FieldValueForbidden)
}
