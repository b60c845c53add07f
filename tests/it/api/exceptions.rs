//! Where the CRD is not the service model, and why. One list: what is not in it is the same.

/// Differences, one per line as the comparison words them, and their reason.
pub(super) const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "template.trainingJobName: minLength null, in the model 1
         template.trainingJobName: not required
         template.trainingJobName: rule false
         template.trainingJobName: pattern none, in the model [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
        "set by the operator, declared only to be refused; so is enableManagedSpotTraining",
    ),
    (
        "template.serverlessJobConfig: missing
         template.algorithmSpecification: required
         template.resourceConfig: required",
        "a serverless job can't be spot and excludes half of the request",
    ),
    (
        "template.resourceConfig.selectedInstanceCount: missing
         template.resourceConfig.selectedInstanceType: missing",
        "read-only",
    ),
    (
        r"template.algorithmSpecification.algorithmName: pattern (arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?), in the model (arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)
          template.algorithmSpecification.trainingImageConfig.trainingRepositoryAuthConfig.trainingRepositoryCredentialsProviderArn: pattern arn:[0-9A-Za-z\-]+:lambda:[0-9A-Za-z\-]+:[0-9]{12}:function:.*, in the model arn:[\p{Alnum}\-]+:lambda:[\p{Alnum}\-]+:[0-9]{12}:function:.*
          template.modelPackageConfig.modelPackageGroupArn: pattern arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package-group/[\S]+, in the model arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package-group/[\S]{1,2048}
          template.modelPackageConfig.sourceModelPackageArn: pattern arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package/[\S]+, in the model arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package/[\S]{1,2048}",
        "RE2 has no look behind, no Java classes and no repeats over 1000; the length bounds the last",
    ),
    (
        r"template.checkpointConfig.s3Uri: pattern none, in the model (https|s3)://([^/]+)/?(.*)
          template.checkpointConfig.s3Uri: rule self.matches(r'^s3://[^/]')
          template.checkpointConfig.s3Uri: rule !self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')
          template.debugHookConfig.s3OutputPath: pattern none, in the model (https|s3)://([^/]+)/?(.*)
          template.debugHookConfig.s3OutputPath: rule self.matches(r'^s3://[^/]')
          template.debugHookConfig.s3OutputPath: rule !self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')
          template.debugRuleConfigurations[].s3OutputPath: pattern none, in the model (https|s3)://([^/]+)/?(.*)
          template.debugRuleConfigurations[].s3OutputPath: rule self.matches(r'^s3://[^/]')
          template.debugRuleConfigurations[].s3OutputPath: rule !self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')
          template.inputDataConfig[].dataSource.s3DataSource.s3Uri: pattern none, in the model (https|s3)://([^/]+)/?(.*)
          template.inputDataConfig[].dataSource.s3DataSource.s3Uri: rule self.matches(r'^s3://[^/]')
          template.inputDataConfig[].dataSource.s3DataSource.s3Uri: rule !self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')
          template.outputDataConfig.s3OutputPath: pattern none, in the model (https|s3)://([^/]+)/?(.*)
          template.outputDataConfig.s3OutputPath: rule self.matches(r'^s3://[^/]')
          template.outputDataConfig.s3OutputPath: rule !self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')
          template.profilerConfig.s3OutputPath: pattern none, in the model (https|s3)://([^/]+)/?(.*)
          template.profilerConfig.s3OutputPath: rule self.matches(r'^s3://[^/]')
          template.profilerConfig.s3OutputPath: rule !self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')
          template.profilerRuleConfigurations[].s3OutputPath: pattern none, in the model (https|s3)://([^/]+)/?(.*)
          template.profilerRuleConfigurations[].s3OutputPath: rule self.matches(r'^s3://[^/]')
          template.profilerRuleConfigurations[].s3OutputPath: rule !self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')
          template.tensorBoardOutputConfig.s3OutputPath: pattern none, in the model (https|s3)://([^/]+)/?(.*)
          template.tensorBoardOutputConfig.s3OutputPath: rule self.matches(r'^s3://[^/]')
          template.tensorBoardOutputConfig.s3OutputPath: rule !self.matches(r'[\s\x00-\x1f\x7f-\xa0\x{61c}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fdd0}-\x{fdef}\x{feff}\x{fffe}\x{ffff}]|/\.\.(/|$)')",
        "rules in words are stricter: s3:// only, for a job with an https:// location fails at its end; no blanks, no ..",
    ),
    (
        r"template.algorithmSpecification.trainingImage: pattern [!-~]+, in the model [^\n\r\x{85}\x{2028}\x{2029}]*
          template.debugRuleConfigurations[].ruleEvaluatorImage: pattern [!-~]+, in the model [^\n\r\x{85}\x{2028}\x{2029}]*
          template.profilerRuleConfigurations[].ruleEvaluatorImage: pattern [!-~]+, in the model [^\n\r\x{85}\x{2028}\x{2029}]*",
        "no image has a blank or a letter beyond ASCII in its name",
    ),
    (
        "template.checkpointConfig.localPath: minLength 1, in the model 0
         template.debugHookConfig.localPath: minLength 1, in the model 0
         template.debugRuleConfigurations[].localPath: minLength 1, in the model 0
         template.profilerRuleConfigurations[].localPath: minLength 1, in the model 0
         template.tensorBoardOutputConfig.localPath: minLength 1, in the model 0
         template.outputDataConfig.kmsKeyId: pattern [a-zA-Z0-9:/_-]+, in the model [a-zA-Z0-9:/_-]*
         template.resourceConfig.volumeKmsKeyId: pattern [a-zA-Z0-9:/_-]+, in the model [a-zA-Z0-9:/_-]*",
        "SageMaker refuses what is empty",
    ),
    (
        "template.resourceConfig.instanceGroups[].instanceCount: minimum 1, in the model 0
         template.resourceConfig.instancePreferences[].instanceCount: minimum 1, in the model 0
         template.resourceConfig.volumeSizeInGB: minimum 1, in the model 0",
        "SageMaker refuses 0; an instanceCount of 0 beside instanceGroups, as in a describe output, is taken",
    ),
    (
        "template.stoppingCondition.maxRuntimeInSeconds: maximum 2419200, in the model null
         template.stoppingCondition.maxWaitTimeInSeconds: maximum 2419200, in the model null",
        "SageMaker's longest training is 28 days",
    ),
    (
        r"template.checkpointConfig.s3Uri: rule !self.matches(r'^s3://[^/]*/*$')",
        "checkpoints in the root of a bucket collide with those of every other object in it",
    ),
    (
        "template.tags[].key: rule !self.lowerAscii().startsWith('aws:') && !self.startsWith('spottraining.dev/')",
        "AWS refuses its own prefix in any case, and the operator sets the tags of the other",
    ),
    (
        r#"template.inputDataConfig: one item for each of ["channelName"]
           template.tags: one item for each of ["key"]"#,
        "SageMaker refuses what is given twice",
    ),
    ("template.tags: maxItems 45, in the model 50", "the operator adds five"),
];
